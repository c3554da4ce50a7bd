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
  /** To the next or the one before of the recorded events, or only of the findings. */
  | { readonly kind: 'step'; readonly to: 'next' | 'previous'; readonly of: 'event' | 'finding' }

/** Slow enough to watch a second, fast enough for a night in a few minutes. */
export const tapeSpeeds = [0.25, 1, 4, 20, 100] as const

const within = ({ fromMs, toMs }: Tape, ms: number): number => Math.max(fromMs, Math.min(toMs, ms))

/** The tape's position at this computer's time `localMs`; it stays at its end, and a clock set back rewinds it to its anchor at most. */
export const tapePosition = (tape: Tape, localMs: number): number => {
  const { positionMs, localMs: since } = tape.anchor
  return within(tape, tape.isPlaying ? positionMs + Math.max(0, localMs - since) * tape.speed : positionMs)
}

/**
 * What a person's act makes of the tape. Playing on from the end begins at the beginning. Where a step leads only who has the tape
 * knows: it is answered with a tape that stands there.
 */
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
    case 'step':
      return anchored({ isPlaying: false })
  }
}
