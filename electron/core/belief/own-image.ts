import { meterChecks, type Agreement, type MeterCheck } from '../../../shared/electrical/meter-checks.ts'
import { newestMs, rangeOf, togetherMs, trackOf, type Memory } from './memory.ts'
import type { MeterFacts } from './meter-facts.ts'
import { settle, trusted, type Patience, type Stand } from './stand.ts'

/** The checks of one meter's own image over time: a contradiction must last, since one may come from two moments of a moving load. */
export interface CheckState extends Pick<MeterCheck, 'id' | 'phase'> {
  readonly stand: Stand
  /** The oldest input of the last judgement; every input must be newer to judge again. Monotonic ms. */
  readonly judgedMs: number
  /** The last contradiction, while it is doubted. */
  readonly contradiction: Extract<Agreement, { kind: 'contradiction' }> | null
}
/** By `keyOf` a check. */
export type OwnImageState = ReadonlyMap<string, CheckState>
/** Several checks have one kind; what they read tells them apart. */
export const keyOf = ({ id, keys }: MeterCheck): string => `${id} ${keys.join(' ')}`
/** Made once: this is asked of every check at every reply. */
const checks = meterChecks.map((check) => ({ check, key: keyOf(check) }))

const idle: Omit<CheckState, 'id' | 'phase'> = { stand: trusted, judgedMs: -Infinity, contradiction: null }

/** A contradiction beyond tolerance needs a few readings; a smaller one more, so that loads that switch all the time don't make it. Assumptions. */
const patienceFor = (gross: boolean, windowMs: number | null): Patience => ({
  bad: gross ? 3 : 8,
  // Values averaged over different times differ for as long as the longest of them.
  badMs: Math.max(gross ? 1500 : 6000, 2 * (windowMs ?? 0)),
  good: 5,
})

/** When the inputs were read: the oldest one's newest reading; null where one the meter has is not known now, or they lie too far apart. */
const inputsMs = (check: MeterCheck, memory: Memory): number | null => {
  let [oldest, newest] = [Infinity, -Infinity]
  for (const key of check.keys) {
    if (!memory.tracks.has(key) || memory.absent.has(key)) continue
    const track = trackOf(memory, key)
    if (track === undefined) return null
    const atMs = newestMs(track)
    oldest = Math.min(oldest, atMs)
    newest = Math.max(newest, atMs)
  }
  return oldest === Infinity || newest - oldest > togetherMs ? null : oldest
}

export const stepOwnImage = (
  state: OwnImageState,
  memory: Memory,
  touched: ReadonlySet<string>,
  facts: MeterFacts,
  nowMs: number,
): OwnImageState => {
  const next = new Map(state)
  for (const { check, key: name } of checks) {
    if (!check.keys.some((key) => touched.has(key))) continue
    const before = state.get(name) ?? idle
    const atMs = inputsMs(check, memory)
    if (atMs === null || atMs <= before.judgedMs) continue
    const agreement = check.judge((key) => (memory.absent.has(key) ? null : rangeOf(trackOf(memory, key))), {
      nominalVoltage: facts.nominalVoltage,
    })
    if (agreement === null) continue
    const isBad = agreement.kind === 'contradiction'
    const patience = patienceFor(isBad && agreement.gross, facts.windowMs)
    const stand = settle(before.stand, isBad ? 'bad' : 'good', nowMs, patience)
    next.set(name, {
      id: check.id,
      phase: check.phase,
      stand,
      judgedMs: atMs,
      contradiction: isBad ? agreement : stand.doubted ? before.contradiction : null,
    })
  }
  return next
}
