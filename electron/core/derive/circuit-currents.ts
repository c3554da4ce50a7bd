import type { ChargerReading, CircuitReading, MeterReading } from '../../../shared/model/image.ts'
import type { Phase } from '../../../shared/model/phase.ts'
import { goodSample, missingSample, type Sample } from '../../../shared/model/sample.ts'
import type { Site, SiteCircuit } from '../../../shared/site/site.ts'
import { currentKey } from './phase-keys.ts'
import { own } from '../../../shared/own.ts'

export interface CircuitCurrent {
  readonly source: CircuitReading['source']
  readonly meterId: string | null
  readonly phases: Readonly<Partial<Record<Phase, Sample>>>
}

type Meters = Readonly<Record<string, MeterReading>>
type Chargers = Readonly<Record<string, ChargerReading>>

/** Sum of known currents with the time of the oldest; one that is missing makes the sum missing, for its reason. Never a 0 instead. */
const sum = (parts: readonly Sample[]): Sample => {
  let total = 0
  let oldest: number | null = null
  for (const part of parts) {
    if (part.value === null) return part
    total += part.value
    if (part.atMs !== null) oldest = oldest === null ? part.atMs : Math.min(oldest, part.atMs)
  }
  return oldest === null ? missingSample('absent', null) : goodSample(total, oldest)
}

/**
 * Current of every circuit, per phase: from its own meter, else the arithmetic sum of the chargers and circuits it feeds (an upper
 * bound of the true RMS sum; chargers are near unity power factor). A circuit with declared other load cannot be summed: what
 * that load draws now is not known. Chargers of the image by id; a charger counts on the phases of its phase map only.
 */
export const createCircuitCurrents = (site: Site) => {
  const chargersOf = new Map(
    site.circuits.map((circuit) => [circuit.id, site.chargers.filter((charger) => charger.circuit === circuit.id)]),
  )
  const childrenOf = new Map(
    site.circuits.map((circuit) => [circuit.id, site.circuits.filter((child) => child.parent === circuit.id)]),
  )

  return (meters: Meters, chargers: Chargers): ReadonlyMap<string, CircuitCurrent> => {
    const known = new Map<string, CircuitCurrent>()

    const summed = (circuit: SiteCircuit): CircuitCurrent => {
      const ownChargers = chargersOf.get(circuit.id) ?? []
      const children = childrenOf.get(circuit.id) ?? []
      const childCurrents = children.map((child) => of(child))
      if (
        (circuit.otherLoad ?? 0) > 0 ||
        ownChargers.length + children.length === 0 ||
        childCurrents.some((child) => child.source === 'none')
      ) {
        return {
          source: 'none',
          meterId: null,
          phases: Object.fromEntries(circuit.phases.map((phase) => [phase, missingSample('absent', null)])),
        }
      }
      // A phase nothing is wired to stays out: it adds nothing above, and shows no invented 0 here.
      const onPhase = (phase: Phase): Sample | null => {
        const parts = ownChargers
          .filter((charger) => charger.phases.includes(phase))
          .map((charger) => own(chargers, charger.id)?.siteCurrentA[phase] ?? missingSample('waiting', null))
        for (const child of childCurrents) {
          const part = child.phases[phase]
          if (part !== undefined) parts.push(part)
        }
        return parts.length === 0 ? null : sum(parts)
      }
      const phases: Partial<Record<Phase, Sample>> = {}
      for (const phase of circuit.phases) {
        const sample = onPhase(phase)
        if (sample !== null) phases[phase] = sample
      }
      return { source: 'sum-of-chargers', meterId: null, phases }
    }

    const metered = (circuit: SiteCircuit, meterId: string): CircuitCurrent => {
      const samples = own(meters, meterId)?.samples
      const phases = circuit.phases.map((phase) => [
        phase,
        samples?.[currentKey[phase]] ?? missingSample(samples === undefined ? 'waiting' : 'absent', null),
      ])
      return { source: 'meter', meterId, phases: Object.fromEntries(phases) as CircuitCurrent['phases'] }
    }

    const of = (circuit: SiteCircuit): CircuitCurrent => {
      const before = known.get(circuit.id)
      if (before !== undefined) return before
      const current = circuit.meter === undefined ? summed(circuit) : metered(circuit, circuit.meter)
      known.set(circuit.id, current)
      return current
    }

    for (const circuit of site.circuits) of(circuit)
    return known
  }
}
