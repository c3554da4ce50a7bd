/** What a source of time and data can do. What is missing takes its buttons away, and the screen says so once. */
export const capabilities = ['live', 'control', 'seek', 'scan'] as const
export type Capability = (typeof capabilities)[number]

/** A recorded stretch that is played: its position is counted from an anchor, so that nothing has to tick for time to pass. */
export interface Tape {
  /** The recorded stretch, epoch ms. */
  readonly fromMs: number
  readonly toMs: number
  /** Recorded seconds a second. */
  readonly speed: number
  readonly isPlaying: boolean
  /** Where the tape stood when it was last touched, and this computer's time then; ms. */
  readonly anchor: { readonly positionMs: number; readonly localMs: number }
}
export type TapeAct =
  | { readonly kind: 'play' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'speed'; readonly speed: number }
  | { readonly kind: 'seek'; readonly toMs: number }

/** Slow enough to watch a second, fast enough for a night in a few minutes. */
export const tapeSpeeds = [0.25, 1, 4, 20, 100] as const

/** Where the time of every view comes from: the program's clock, or a tape. */
export type TimeSource =
  | {
      readonly kind: 'live'
      readonly can: readonly Capability[]
      /** Program's clock minus this computer's, ms: a browser may run on another machine. */
      readonly offsetMs: number
    }
  | { readonly kind: 'tape'; readonly can: readonly Capability[]; readonly name: string; readonly tape: Tape }

export const liveSource = (offsetMs: number, can: readonly Capability[] = ['live', 'control', 'scan']): TimeSource => ({
  kind: 'live',
  can,
  offsetMs,
})

/** A tape at its beginning, standing still. It can be sought in; nothing it shows can be commanded or asked. */
export const tapeSource = (name: string, fromMs: number, toMs: number, localMs: number): TimeSource => ({
  kind: 'tape',
  can: ['seek'],
  name,
  tape: { fromMs, toMs, speed: 1, isPlaying: false, anchor: { positionMs: fromMs, localMs } },
})

const within = ({ fromMs, toMs }: Tape, ms: number): number => Math.max(fromMs, Math.min(toMs, ms))

/** The tape's position at this computer's time `localMs`; it stays at its end, and a clock set back rewinds it to its anchor at most. */
export const tapePosition = (tape: Tape, localMs: number): number => {
  const { positionMs, localMs: since } = tape.anchor
  return within(tape, tape.isPlaying ? positionMs + Math.max(0, localMs - since) * tape.speed : positionMs)
}

/** The site's time at this computer's time `localMs`: the one rule that all views go by. */
export const siteTimeAt = (source: TimeSource, localMs: number): number =>
  source.kind === 'live' ? localMs + source.offsetMs : tapePosition(source.tape, localMs)

/** What a person's act makes of the tape. Playing on from the end begins at the beginning. */
export const stepTape = (tape: Tape, act: TapeAct, localMs: number): Tape => {
  const positionMs = tapePosition(tape, localMs)
  const anchored = (change: Partial<Tape>, at = positionMs): Tape => ({
    ...tape,
    ...change,
    anchor: { positionMs: within(tape, at), localMs },
  })
  switch (act.kind) {
    case 'play':
      return anchored({ isPlaying: true }, positionMs >= tape.toMs ? tape.fromMs : positionMs)
    case 'pause':
      return anchored({ isPlaying: false })
    case 'speed':
      return act.speed > 0 && Number.isFinite(act.speed) ? anchored({ speed: act.speed }) : tape
    case 'seek':
      return Number.isFinite(act.toMs) ? anchored({}, act.toMs) : tape
  }
}

const capabilityWords: Readonly<Record<Capability, string>> = {
  live: 'live values',
  control: 'setting limits and arming',
  seek: 'going to another time',
  scan: 'searching and reading devices',
}

/** What can't be done with a source, in words, most important first; empty when nothing is missing that matters there. */
export const missingWords = ({ kind, can }: TimeSource): readonly string[] =>
  capabilities
    .filter((name) => !can.includes(name) && !(kind === 'live' && name === 'seek') && name !== 'live')
    .map((name) => capabilityWords[name])
