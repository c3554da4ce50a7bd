import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import { circuitLimitA } from '../../../shared/site/circuit-limit.ts'
import { pathUp } from '../../../shared/site/path-up.ts'
import type { Site, SiteCircuit, SiteMeter } from '../../../shared/site/site.ts'
import { chargersUnder, meteredAbove } from '../detectors/circuit-tree.ts'
import { meterFacts, type MeterFacts } from './meter-facts.ts'

/** What the site file says of a meter that its values are judged by. */
export interface Watched {
  readonly facts: MeterFacts
  readonly profile: MeterProfile | undefined
  readonly phases: SiteCircuit['phases']
  /** Chargers below it. */
  readonly ids: readonly string[]
  /** Metered circuits next below it. */
  readonly feeders: readonly SiteCircuit[]
  /** Something below it generates. */
  readonly feedsIn: boolean
  readonly limitA: number
}

const feedsIn = (site: Site, circuitId: string): boolean =>
  site.circuits.some((circuit) => circuit.generation && pathUp(site, circuit.id).some(({ id }) => id === circuitId))

const watchedOf = (site: Site, meter: SiteMeter, profile: MeterProfile | undefined): Watched => {
  const facts = meterFacts(site, meter, profile)
  const circuit = site.circuits.find((each) => each.meter === meter.id)
  if (circuit === undefined)
    return { facts, profile, phases: [], ids: [], feeders: [], feedsIn: false, limitA: Infinity }
  return {
    facts,
    profile,
    phases: circuit.phases,
    ids: chargersUnder(site, circuit.id).map(({ id }) => id),
    feeders: site.circuits.filter((each) => meteredAbove(site, each) === circuit && each.meter !== undefined),
    feedsIn: feedsIn(site, circuit.id),
    limitA: circuitLimitA(site, circuit),
  }
}

/** Every meter of the site, by its id. */
export const watchedMeters = (site: Site, profiles: ReadonlyMap<string, MeterProfile>): ReadonlyMap<string, Watched> =>
  new Map(site.meters.map((meter) => [meter.id, watchedOf(site, meter, profiles.get(meter.profile))]))
