import type { Site, SiteCircuit } from '../../../shared/site/site.ts'
import type { ChargerView } from './charger-watch.ts'
import type { OtherLoad } from './other-load.ts'
import { lateReadingMs, suspectMs } from './timing.ts'

/** The circuits whose meter is late, and those that carry more than they may: looked for once a decision, most times there are none. */
export interface Held {
  readonly late: ReadonlySet<SiteCircuit>
  readonly over: ReadonlySet<SiteCircuit>
}

export const heldCircuits = (site: Site, loads: ReadonlyMap<string, OtherLoad>): Held => {
  const late = new Set<SiteCircuit>()
  const over = new Set<SiteCircuit>()
  for (const circuit of site.circuits) {
    const load = loads.get(circuit.id)
    if (load?.meter === 'late') late.add(circuit)
    if (load !== undefined && Object.values(load.overForMs).some((forMs) => forMs < suspectMs)) over.add(circuit)
  }
  return { late, over }
}

/** Why a charger may not rise now; null: nothing it rests on speaks against it. */
export const holdReason = ({ charger, readable, ageMs }: ChargerView, held: Held): string | null => {
  if (held.late.size > 0) {
    const late = charger.path.find((circuit) => held.late.has(circuit))
    if (late !== undefined) return `the meter of ${late.name ?? late.id} is late`
  }
  if (held.over.size > 0) {
    const over = charger.path.find((circuit) => held.over.has(circuit))
    // Which charger is the cause is known only once it is over.
    if (over !== undefined) return `${over.name ?? over.id} carries more than may be used`
  }
  return readable && (ageMs ?? 0) > lateReadingMs ? `${charger.name} is late` : null
}
