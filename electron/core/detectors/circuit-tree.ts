import type { CircuitReading } from '../../../shared/model/image.ts'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import { pathUp } from '../../../shared/site/path-up.ts'
import type { Site, SiteCharger, SiteCircuit } from '../../../shared/site/site.ts'

/** The phases of a circuit that are seen: those it declares, and what its meter measures beside them. */
export const seenPhases = (circuit: SiteCircuit, reading: CircuitReading | undefined): readonly Phase[] =>
  phases.filter((phase) => circuit.phases.includes(phase) || reading?.phases[phase] !== undefined)

/** This circuit and all it feeds, however deep. */
export const circuitsUnder = (site: Site, circuitId: string): readonly SiteCircuit[] => {
  const ids = new Set([circuitId])
  for (let grew = true; grew;) {
    const size = ids.size
    for (const circuit of site.circuits)
      if (circuit.parent !== undefined && ids.has(circuit.parent)) ids.add(circuit.id)
    grew = ids.size > size
  }
  return site.circuits.filter(({ id }) => ids.has(id))
}

/** Chargers fed through this circuit, however deep. */
export const chargersUnder = (site: Site, circuitId: string): readonly SiteCharger[] => {
  const ids = new Set(circuitsUnder(site, circuitId).map(({ id }) => id))
  return site.chargers.filter((charger) => ids.has(charger.circuit))
}

/** The nearest circuit above that has a meter of its own; null at the top. */
export const meteredAbove = (site: Site, circuit: SiteCircuit): SiteCircuit | null =>
  pathUp(site, circuit.parent).find(({ meter }) => meter !== undefined && meter !== circuit.meter) ?? null
