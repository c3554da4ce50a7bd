import { capabilities, type Capability } from '../../shared/model/capability.ts'
import { tapePosition, type Tape } from '../../shared/tape/tape.ts'

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

/** The site's time at this computer's time `localMs`: the one rule that all views go by. */
export const siteTimeAt = (source: TimeSource, localMs: number): number =>
  source.kind === 'live' ? localMs + source.offsetMs : tapePosition(source.tape, localMs)

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
