import type { MeterProfile } from '../../../../shared/profile/meter-profile.ts'
import { phases } from '../../../../shared/model/phase.ts'
import type { Site, SiteCircuit, SiteMeter } from '../../../../shared/site/site.ts'
import type { MeterFacts, TransformerFacts } from '../../../../shared/wiring/meter-view.ts'
import { meterFacts } from '../../belief/meter-facts.ts'
import { chargersUnder, circuitsUnder } from '../../detectors/circuit-tree.ts'

/** What never changes of one meter. */
export interface WatchedMeter {
  readonly id: string
  readonly facts: MeterFacts
  readonly periodMs: number
  readonly chargerIds: readonly string[]
  /** Meters of the metered circuits nearest below. */
  readonly childMeters: readonly string[]
  readonly frequencyStepHz: number
  readonly transformerPrimaryA: number | null
}

const transformerOf = ({ currentTransformer: declared }: SiteMeter): TransformerFacts | null =>
  declared === undefined
    ? null
    : {
        primaryA: declared.primary,
        secondaryA: declared.secondary,
        class: declared.class ?? null,
        cable:
          declared.cable === undefined
            ? null
            : {
                lengthM: declared.cable.length,
                crossSectionMm2: declared.cable.crossSection,
                meterVA: declared.cable.meterBurden,
                ratedVA: declared.cable.ratedBurden ?? null,
              },
      }

/** Circuits under this one that no other metered circuit stands between, the metered ones and those beside them. */
const nearestBelow = (site: Site, circuit: SiteCircuit): { metered: SiteCircuit[]; unmetered: SiteCircuit[] } => {
  const found = { metered: [] as SiteCircuit[], unmetered: [] as SiteCircuit[] }
  const visit = (parent: string, depth: number): void => {
    for (const child of site.circuits.filter((each) => each.parent === parent)) {
      if (child.meter !== undefined) found.metered.push(child)
      else {
        found.unmetered.push(child)
        // A tree that loops is refused when the site is read; the depth keeps a broken one from hanging.
        if (depth < site.circuits.length) visit(child.id, depth + 1)
      }
    }
  }
  visit(circuit.id, 0)
  return found
}

/** Most that can flow here beside the metered circuits below, A a phase; null where it is not declared everywhere. */
const otherLoadOf = (site: Site, circuit: SiteCircuit, unmetered: readonly SiteCircuit[]): number | null => {
  const places = [circuit, ...unmetered]
  const ids = new Set(places.map(({ id }) => id))
  const chargersA = site.chargers
    .filter((charger) => ids.has(charger.circuit))
    .reduce((sum, { maximum }) => sum + maximum, 0)
  return places.reduce<number | null>(
    (sum, { otherLoad }) => (sum === null || otherLoad === undefined ? null : sum + otherLoad),
    chargersA,
  )
}

export const watchedMeters = (site: Site, meterProfiles: ReadonlyMap<string, MeterProfile>): readonly WatchedMeter[] =>
  site.meters.map((meter) => {
    const circuit = site.circuits.find((each) => each.meter === meter.id)
    const under = circuit === undefined ? [] : circuitsUnder(site, circuit.id)
    const { metered, unmetered } = circuit === undefined ? { metered: [], unmetered: [] } : nearestBelow(site, circuit)
    const chargerIds = circuit === undefined ? [] : chargersUnder(site, circuit.id).map(({ id }) => id)
    const profile = meterProfiles.get(meter.profile)
    const steps = meterFacts(site, meter, profile)
    const own = meter.phases ?? phases
    return {
      id: meter.id,
      periodMs: meter.periodMs,
      chargerIds,
      childMeters: metered.flatMap((child) => child.meter ?? []),
      frequencyStepHz: Math.max(steps.stepOf('f_fine'), steps.stepOf('f')),
      transformerPrimaryA: meter.currentTransformer?.primary ?? null,
      facts: {
        name: meter.name ?? meter.id,
        nominalVoltage: site.grid.nominalVoltage,
        nominalHz: site.grid.frequency,
        phases: phases.filter(
          (phase) => own.includes(phase) && (circuit === undefined || circuit.phases.includes(phase)),
        ),
        transformer: transformerOf(meter),
        feedsIn: under.some(({ generation }) => generation),
        chargers: chargerIds.length,
        children: metered.map(({ id, name }) => name ?? id),
        otherLoadA: circuit === undefined ? null : otherLoadOf(site, circuit, unmetered),
        hasExportRegister: profile?.quantities.e_export !== undefined || profile?.quantities.e_net !== undefined,
      },
    }
  })
