import { sayA } from '../../../shared/allocation/bounds.ts'
import type { Site, SiteCircuit } from '../../../shared/site/site.ts'
import type { Clock } from '../ports.ts'
import { blindLimit, whyNotFitting, type Unseen } from './blind-fallback.ts'
import { drawnA, type ChargerView } from './charger-watch.ts'
import type { OverrideCap } from './overrides.ts'
import type { ControlledCharger } from './controlled-charger.ts'
import type { OtherLoad } from './other-load.ts'
import type { Standing } from './problem.ts'
import { obeyMs } from './timing.ts'
import type { Place } from './waiting-line.ts'
import type { Trouble } from './writer/writer-state.ts'
import { forgetful, type Memory } from '../site/memory.ts'

/** What the rest of control knows of a charger; A. */
export interface Handling {
  /** Last target while armed; null in monitoring, when chargers follow nobody. */
  readonly orderedA: number | null
  readonly trouble: Trouble | null
  readonly override: OverrideCap | null
  /** What is done about a charger that does not obey beside telling it its limit (feeding.ts); null: nothing. */
  readonly feeding: { readonly isQuiet: boolean; readonly why: string; readonly setAsideA?: number } | null
  /** It applies no more than this by itself (own-limits.ts), A. */
  readonly ownLimit: Standing['ownLimit']
  /** Last target, armed or not. */
  readonly givenA: number | null
  /** The vehicle takes no more (demand.ts), A; null: nothing is known. */
  readonly demandCapA: number | null
  readonly demandText: string | null
  readonly place: Place
}

interface Followed {
  orders: { amperes: number; untilMs: number }[]
  blindSinceMs: number | null
}

const ageText = (ageMs: number | null): string =>
  ageMs === null ? 'has not been read yet' : `has not been read for ${(ageMs / 1000).toFixed(1)} s`
const mostDrawn = (view: ChargerView): number => {
  let most = 0
  for (const phase of view.charger.phases) most = Math.max(most, drawnA(view, phase))
  return most
}

const withFeeding = (fixed: Standing['fixed'], feeding: Handling['feeding']): Standing['fixed'] =>
  fixed === null || feeding === null ? fixed : { ...fixed, why: `${fixed.why}; ${feeding.why}` }

/** The worse of the declared fallback and the one it says it has: which of them comes true nobody knows beforehand. */
const unseenOf = ({ charger, mayUse, ownFallbackA }: ChargerView, fixed: Standing['fixed']): Unseen => ({
  charger,
  phases: mayUse,
  amperes: fixed?.currentA ?? Math.max(charger.fallbackA, ownFallbackA ?? 0),
})

/** Where a charger is left when control ends: nobody looks any more, so the rule of a lost sight holds for all above it. */
export const leftAtA = (
  site: Site,
  charger: ControlledCharger,
  givenA: number | null,
  standings: readonly Standing[],
): number => {
  const unseen = standings.map(({ view, fixed }) => unseenOf(view, fixed))
  const whyNot = charger.path.map((circuit) => whyNotFitting(site, circuit, unseen)).find((why) => why !== null)
  return blindLimit(charger, givenA, Infinity, whyNot ?? null).limitA
}

interface Blind {
  readonly circuits: readonly SiteCircuit[]
  readonly cause: string
}
const blindBy = (
  site: Site,
  view: ChargerView,
  loads: ReadonlyMap<string, OtherLoad>,
  unseen: ReadonlySet<SiteCircuit>,
): Blind | null => {
  if (unseen.size === 0) return null
  const circuits = view.charger.path.filter((circuit) => unseen.has(circuit))
  const [silent] = circuits
  if (silent === undefined) return null
  const { ageMs = null, notBelieved = null } = loads.get(silent.id) ?? {}
  const meter = site.meters.find((item) => item.id === silent.meter)
  const since = ageMs === null ? 'has not been read yet' : `silent for ${(ageMs / 1000).toFixed(1)} s`
  const why = notBelieved ?? since
  return { circuits, cause: `meter ${meter?.name ?? silent.meter ?? ''} of ${silent.name ?? silent.id} ${why}` }
}

/**
 * Decides for each charger whether it is under control at all:
 * - only monitored, or nothing it says could show that it follows a limit: its maximum;
 * - not read for 5 s: its maximum is set aside on all its phases (it may have restarted and forgotten every limit);
 * - does not take its limit, or reads back a higher one, twice in a row: what it holds, or its maximum when it does not say;
 * - another system sets its limit: the highest it was seen to hold by that;
 * - draws over 110 % of its limit + 0.5 A, the highest of the last 10 s (the tolerance of an open charger stack): what it draws.
 * Such a charger is told its fallback.
 */
export const createStandings = (site: Site, clock: Clock, siteMemory: Memory = forgetful) => {
  const memories = siteMemory.keep('standings', new Map<string, Followed>())

  const uncontrolled = (view: ChargerView, handling: Handling, memory: Followed): Standing['fixed'] => {
    const { charger } = view
    const drawn = mostDrawn(view)
    const { monitoredOnly, canReadBack } = charger.abilities
    if (monitoredOnly !== null) {
      return {
        currentA: Math.max(drawn, charger.maximumA),
        why: `${charger.name} is only monitored, what it may draw at most is set aside: ${monitoredOnly}`,
      }
    }
    if (!view.readable) {
      return {
        currentA: charger.maximumA,
        why: `${charger.name} ${ageText(view.ageMs)}: what it may draw at most is set aside`,
      }
    }
    if (!canReadBack && view.points.length === 0) {
      return {
        currentA: charger.maximumA,
        why: `${charger.name} neither says its limit nor measures a current, so nothing shows that it follows: what it may draw at most is set aside`,
      }
    }
    if (handling.trouble !== null) {
      const { holdsA, rivalA } = handling.trouble
      const holds = Math.max(view.limit?.value ?? holdsA ?? charger.maximumA, rivalA ?? 0)
      return {
        currentA: Math.max(drawn, Math.min(holds, Math.max(charger.maximumA, drawn)), charger.fallbackA),
        why: `${charger.name} is not under control: ${handling.trouble.why}`,
      }
    }
    // At its own fallback it does what it should, and still follows nobody.
    if (handling.feeding?.isQuiet === true) {
      const holds = handling.feeding.setAsideA ?? Math.min(view.limit?.value ?? charger.maximumA, charger.maximumA)
      return {
        currentA: Math.max(drawn, holds, charger.fallbackA),
        why: `${charger.name} is left alone so that its own watchdog holds it`,
      }
    }
    if (handling.orderedA === null) {
      memory.orders = []
      return null
    }
    const nowMs = clock.monotonicMs()
    // What was in force before the first order is not known.
    if (memory.orders.length === 0) memory.orders.push({ amperes: Infinity, untilMs: nowMs })
    const last = memory.orders.at(-1)
    if (last?.amperes === handling.orderedA) last.untilMs = nowMs
    else memory.orders.push({ amperes: handling.orderedA, untilMs: nowMs })
    // Oldest first: most times there is none to forget.
    if (nowMs - (memory.orders[0]?.untilMs ?? nowMs) > obeyMs)
      memory.orders = memory.orders.filter((order) => nowMs - order.untilMs <= obeyMs)
    let ceilingA = -Infinity
    for (const { amperes } of memory.orders) ceilingA = Math.max(ceilingA, amperes)
    if (drawn <= (ceilingA + 0.5) * 1.1) return null
    return {
      currentA: Math.max(drawn, charger.fallbackA),
      why: `${charger.name} draws ${sayA(drawn)} although ${sayA(ceilingA)} was set: what it draws is set aside`,
    }
  }

  const blindOf = (
    view: ChargerView,
    blind: Blind | null,
    memory: Followed,
    givenA: number | null,
    below: () => readonly Unseen[],
  ): Standing['blind'] => {
    if (blind === null) {
      memory.blindSinceMs = null
      return null
    }
    memory.blindSinceMs ??= clock.monotonicMs()
    const whyNot = blind.circuits.map((circuit) => whyNotFitting(site, circuit, below())).find((why) => why !== null)
    const { limitA, why } = blindLimit(view.charger, givenA, clock.monotonicMs() - memory.blindSinceMs, whyNot ?? null)
    const { cause } = blind
    const fallback = `fallback of ${sayA(view.charger.fallbackA)}`
    return {
      cause,
      limitA,
      why:
        why === null
          ? `${cause}: ${fallback}`
          : `${cause}: not raised from ${sayA(limitA)} to the ${fallback}, because ${why}`,
    }
  }

  return (
    views: readonly ChargerView[],
    loads: ReadonlyMap<string, OtherLoad>,
    handlingOf: (id: string, place: number) => Handling,
  ): readonly Standing[] => {
    const silent = new Set(site.circuits.filter(({ id }) => loads.get(id)?.meter === 'silent'))
    const cases = views.map((view, place) => {
      const { id } = view.charger
      const memory = memories.get(id) ?? { orders: [], blindSinceMs: null }
      memories.set(id, memory)
      const handling = handlingOf(id, place)
      const fixed = withFeeding(uncontrolled(view, handling, memory), handling.feeding)
      return { view, handling, memory, fixed, blind: blindBy(site, view, loads, silent) }
    })
    let below: readonly Unseen[] | null = null
    const unseen = (): readonly Unseen[] => (below ??= cases.map(({ view, fixed }) => unseenOf(view, fixed)))
    return cases.map(({ view, handling, memory, fixed, blind }) => ({
      view,
      fixed,
      blind: blindOf(view, blind, memory, handling.givenA, unseen),
      override: handling.override,
      ownLimit: handling.ownLimit,
      demandCapA: handling.demandCapA,
      demandText: handling.demandText,
      place: handling.place,
    }))
  }
}
