import type { Overview } from '../../shared/api/site-contract.ts'
import type { Subject } from '../../shared/model/finding.ts'
import { isRoot } from '../../shared/site/circuit-limit.ts'
import { routeTo } from './route.ts'

/** Shown around a moment: enough before it to see what led there. */
const beforeMs = 120_000
const afterMs = 60_000

/** The meter that saw what happened to a subject: its own, its circuit's, the next one towards the grid, or the one at the grid. */
export const witnessOf = (overview: Overview, subject: Subject | null): string | null => {
  const { circuits, chargers, meters } = overview.site
  if (subject?.kind === 'meter' && meters.some((meter) => meter.id === subject.id)) return subject.id
  const circuitId =
    subject?.kind === 'circuit'
      ? subject.id
      : subject?.kind === 'charger'
        ? chargers.find((charger) => charger.id === subject.id)?.circuit
        : undefined
  let circuit = circuits.find((entry) => entry.id === circuitId) ?? circuits.find(isRoot)
  for (let step = 0; circuit !== undefined && step < circuits.length; step += 1) {
    if (circuit.meter !== undefined) return circuit.meter
    const parent: string | undefined = circuit.parent
    circuit = circuits.find((entry) => entry.id === parent)
  }
  return meters[0]?.id ?? null
}

/** Where the history shows a moment. */
export const momentRoute = (overview: Overview | null, subject: Subject | null, atMs: number): string | null => {
  const meter = overview === null ? null : witnessOf(overview, subject)
  return meter === null
    ? null
    : routeTo('history', null, {
        meter,
        from: String(Math.round(atMs - beforeMs)),
        to: String(Math.round(atMs + afterMs)),
        at: String(Math.round(atMs)),
      })
}
