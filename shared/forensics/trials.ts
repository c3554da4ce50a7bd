import { phases } from '../model/phase.ts'
import type { ChargerEvidence, IncidentEvidence } from './evidence.ts'
import type { IncidentChange } from './incident.ts'

/** What a change is tried on: an incident as it was kept. */
export interface TrialIncident {
  readonly atMs: number
  readonly circuitId: string | null
  readonly evidence: Partial<IncidentEvidence>
  readonly changes: readonly IncidentChange[]
}
export interface Trial {
  readonly atMs: number
  readonly says: string
}

/** Chargers begin this far apart in a staged restart, s. Editable assumption. */
const stagedS = 10
const startsWithinMs = 90_000

const mostWithin = (times: readonly number[], windowMs: number): number =>
  Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at - from <= windowMs).length))

/** The recorded starts, laid ten seconds apart; null: none began together. */
export const tryStaged = ({ atMs, changes }: TrialIncident): Trial | null => {
  const starts = changes.filter(
    (one) => one.kind === 'start' && one.atMs <= atMs + 2000 && atMs - one.atMs <= startsWithinMs,
  )
  const together = mostWithin(
    starts.map((one) => one.atMs),
    3000,
  )
  if (together < 2) return null
  return {
    atMs,
    says: `${String(starts.length)} chargers began, ${String(together)} of them within 3 s; ${String(stagedS)} s apart it is one at a time, and the last begins ${String((starts.length - 1) * stagedS)} s later`,
  }
}

type Three = readonly [number, number, number]
const add = (a: Three, b: Three): Three => [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
const turn = ([a, b, c]: Three, steps: number): Three => (steps === 0 ? [a, b, c] : steps === 1 ? [c, a, b] : [b, c, a])
const drawnBy = ({ currentsA }: ChargerEvidence): Three | null => currentsA ?? null

/** The recorded currents of the chargers, each turned to the phases on which all together are most even; null: nothing would be won. */
export const tryPhases = ({ atMs, evidence }: TrialIncident): Trial | null => {
  const drawing = (evidence.chargers ?? [])
    .flatMap((charger) => {
      const own = drawnBy(charger)
      return own === null || Math.max(...own) < 1 ? [] : [{ name: charger.name, own }]
    })
    .sort((a, b) => Math.max(...b.own) - Math.max(...a.own))
  const before = drawing.reduce<Three>((sum, { own }) => add(sum, own), [0, 0, 0])
  const turned: string[] = []
  let after: Three = [0, 0, 0]
  for (const { name, own } of drawing) {
    const sums = [0, 1, 2].map((steps) => add(after, turn(own, steps)))
    const best = sums.reduce(
      (least, sum, steps) => (Math.max(...sum) < Math.max(...(sums[least] ?? sum)) - 0.1 ? steps : least),
      0,
    )
    if (best > 0) turned.push(`${name} by ${String(best)}`)
    after = sums[best] ?? after
  }
  const won = Math.max(...before) - Math.max(...after)
  if (drawing.length < 2 || won < 1) return null
  const list = (three: Three): string => three.map((value) => value.toFixed(0)).join('/')
  return {
    atMs,
    says: `what the chargers drew, ${list(before)} A on ${phases.join('/')}, becomes ${list(after)} A with ${turned.slice(0, 4).join(', ')}${turned.length > 4 ? ' and others' : ''} phases turned: ${won.toFixed(0)} A less on the fullest`,
  }
}

/** The same load through a curve with 15 % less rating, as in a warm or full board. */
export const tryDerating = ({ atMs, evidence }: TrialIncident): Trial | null => {
  const pole = (evidence.poles ?? []).reduce<IncidentEvidence['poles'][number] | null>(
    (most, one) => ((one.warmPercent ?? -1) > (most?.warmPercent ?? -1) ? one : most),
    null,
  )
  const rating = evidence.circuit?.effectiveA ?? evidence.circuit?.ratingA ?? null
  if (pole?.warmPercent == null || pole.earlyPercent === null || rating === null) return null
  return {
    atMs,
    says: `${pole.phase} used ${pole.earlyPercent.toFixed(0)} % of the margin as declared and ${pole.warmPercent.toFixed(0)} % with 15 % less; declared so, this circuit would be held to ${(0.85 * rating).toFixed(0)} A, and it carried ${(pole.rms10minA ?? pole.beforeA ?? 0).toFixed(0)} A`,
  }
}

/** The load held to a limit from its beginning, through the curve's steady state: heat goes with the square of the current. */
export const tryLimit = ({ atMs, evidence }: TrialIncident): Trial | null => {
  const rating = evidence.circuit?.effectiveA ?? evidence.circuit?.ratingA ?? null
  const highest = Math.max(0, ...(evidence.poles ?? []).flatMap(({ peakA }) => peakA ?? []))
  const lasted = Math.max(0, ...(evidence.poles ?? []).flatMap(({ aboveRatingS }) => aboveRatingS ?? []))
  if (rating === null || highest <= rating) return null
  const share = (rating / highest) ** 2
  return {
    atMs,
    says: `it carried up to ${highest.toFixed(0)} A and was above ${rating.toFixed(0)} A for ${lasted.toFixed(0)} s; held to that, the heat is ${(100 * share).toFixed(0)} % of what it was, and it costs ${(highest - rating).toFixed(0)} A a phase`,
  }
}
