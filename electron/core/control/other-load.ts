import { isDoubted } from '../../../shared/model/doubt.ts'
import type { Image } from '../../../shared/model/image.ts'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import type { Site, SiteCircuit } from '../../../shared/site/site.ts'
import { longestMeterSilenceMs } from '../../../shared/site/check-electrical.ts'
import { circuitLimitA, controlLimitA } from '../../../shared/site/circuit-limit.ts'
import type { Clock } from '../ports.ts'
import { currentAround, viewsBelow, type Around, type ChargerView } from './charger-watch.ts'
import { pathOf, usableLimitA } from './controlled-charger.ts'
import { createSight } from './sight.ts'
import { directionSkewMs, lateReadingMs, worstWindowMs } from './timing.ts'
import { own } from '../../../shared/own.ts'
import { forgetful, type Memory } from '../site/memory.ts'

const keys = {
  L1: { current: 'i_l1', power: 'p_l1' },
  L2: { current: 'i_l2', power: 'p_l2' },
  L3: { current: 'i_l3', power: 'p_l3' },
} as const

/** Other load of one circuit in one cycle, A per phase; null where it is not known. */
export interface OtherLoad {
  /** What it is now, by the latest reading: targets must fit beside it. */
  readonly nowA: Partial<Record<Phase, number | null>>
  /** The most it was in the last seconds, skew counted against us: raising must fit beside it. */
  readonly worstA: Partial<Record<Phase, number | null>>
  /** Age of the oldest reading used, ms; null when nothing measured was used. */
  readonly ageMs: number | null
  readonly meter: 'fresh' | 'late' | 'silent' | 'none'
  /** How long its meter has shown more than may be used, ms; absent where it does not. */
  readonly overForMs: Partial<Record<Phase, number>>
  /** Phases whose power says export although nothing is declared to feed in below: counted as load. */
  readonly unlikelyExport: readonly Phase[]
  /** Phases whose export, declared possible, was found to be load. */
  readonly hiddenLoad: readonly Phase[]
  /** Why the meter is not believed although it answers, as what it does ("shows ..."); null while it is. */
  readonly notBelieved: string | null
}

interface Point {
  readonly atMs: number
  readonly amperes: number
}

export const meterTimeoutMs = (site: Site): number => Math.min(site.control.meterTimeout * 1000, longestMeterSilenceMs)

/** Below this, power and its sign are noise, A. */
const leastExportA = 1

/**
 * Whether power says that this current flows out. Only a power clearly negative against the current (below -0.5 of U x I) says
 * so; reactive current, noise near zero or a meter without per-phase power count as load, the safe side.
 */
const flowsOut = (site: Site, amperes: number, powerW: number | null): boolean =>
  powerW !== null && Math.abs(amperes) >= leastExportA && powerW < -0.5 * site.grid.nominalVoltage * Math.abs(amperes)

/**
 * Other load = metered current - what the chargers below measured, never below 0: export from a roof may vanish within a
 * second, so it makes no room above the limit. A current counts as export only where the site declares generation below: a
 * transformer mounted the wrong way round, which nobody declared, would else hide the load. Meter and chargers are read at different moments; while a charger changes,
 * `nowA` takes the difference that is least (no pausing of everybody because a charger moved between two readings) and `worstA`
 * the one that is largest; nothing is taken off for a charger whose steps this meter showed on another phase than it is declared on,
 * where that matters. Above a limit that is exceeded for longer than the meter time-out only what is certain helps: a charger that was not shown
 * to be on that phase does not bring it down by falling. A circuit without a meter has its declared other load and that of the circuits it feeds; one below
 * it that is not seen counts with its declared load, or with its whole limit.
 */
export const createOtherLoad = (site: Site, clock: Clock, memory: Memory = forgetful) => {
  const sight = createSight(clock, memory)
  const history = memory.keep('history', new Map<string, Point[]>())
  const overSince = memory.keep('overSince', new Map<string, number>())
  /** The last reading that was not above what may be used: an excess may have begun right after it. */
  const insideAt = memory.keep('insideAt', new Map<string, number>())
  const timeoutMs = meterTimeoutMs(site)
  const periodMs = new Map(site.meters.map((meter) => [meter.id, meter.periodMs]))
  const fedBy = new Map(site.circuits.map((circuit) => [circuit.id, [] as SiteCircuit[]]))
  for (const child of site.circuits) if (child.parent !== undefined) fedBy.get(child.parent)?.push(child)
  const feedsIn = new Set(
    site.circuits
      .filter((circuit) => circuit.generation)
      .flatMap((circuit) => pathOf(site, circuit.id).map(({ id }) => id)),
  )

  const metered = (circuit: SiteCircuit, meterId: string, image: Image, below: readonly ChargerView[]): OtherLoad => {
    const samples = own(image.meters, meterId)?.samples
    const nowA: OtherLoad['nowA'] = {}
    const worstA: OtherLoad['worstA'] = {}
    const overForMs: OtherLoad['overForMs'] = {}
    let ageMs = 0
    let missing = false
    let disbelieved = false
    const unlikelyExport: Phase[] = []
    const hiddenLoad: Phase[] = []
    for (const phase of circuit.phases) {
      const sample = samples?.[keys[phase].current]
      if (isDoubted(own(image.meters, meterId)?.doubts, keys[phase].current)) {
        disbelieved = true
        sight.forget(`${meterId} ${phase}`)
        history.delete(`${circuit.id} ${phase}`)
      }
      const seen = sight.look(`${meterId} ${phase}`, sample)
      const power = sight.look(`${meterId} p ${phase}`, samples?.[keys[phase].power])
      missing ||= sample?.value == null
      ageMs = Math.max(ageMs, seen?.ageMs ?? Infinity)
      const key = `${circuit.id} ${phase}`
      if (seen === null || seen.ageMs > timeoutMs) {
        nowA[phase] = null
        worstA[phase] = null
        overSince.delete(key)
        continue
      }
      const points = history.get(key) ?? []
      const isPowerOfIt = power !== null && Math.abs(power.atMs - seen.atMs) <= directionSkewMs
      const magnitude = Math.abs(seen.value)
      const turned = own(image.meters, meterId)?.doubts?.some(
        (doubt) => doubt.kind === 'hidden-overload' && doubt.phase?.includes(phase) === true,
      )
      const out = flowsOut(site, magnitude, isPowerOfIt ? power.value : null)
      if (out && !feedsIn.has(circuit.id)) unlikelyExport.push(phase)
      else if (out && turned === true) hiddenLoad.push(phase)
      // More than the circuit may carry is an overload whichever way a power register says it flows.
      const isExport = out && turned !== true && feedsIn.has(circuit.id) && magnitude <= usableLimitA(site, circuit)
      let outlasts = false
      if (isExport || magnitude <= usableLimitA(site, circuit)) {
        overSince.delete(key)
        insideAt.set(key, seen.atMs)
      } else {
        const sinceMs = overSince.get(key) ?? seen.atMs
        overSince.set(key, sinceMs)
        overForMs[phase] = seen.atMs - sinceMs
        outlasts = magnitude > controlLimitA(site, circuit) && seen.atMs - (insideAt.get(key) ?? sinceMs) >= timeoutMs
      }
      // The power of a current may come with a later image than the current itself.
      if (points[0]?.atMs === seen.atMs) points.shift()
      points.unshift({ atMs: seen.atMs, amperes: isExport ? -magnitude : magnitude })
      const recent = points.filter((point) => Math.abs(point.atMs - seen.atMs) <= worstWindowMs)
      history.set(key, recent)
      const helps = (view: ChargerView): boolean => !outlasts || view.shownOn.get(circuit.id)?.includes(phase) === true
      const isMissed = (view: ChargerView): boolean => view.missedOn.get(circuit.id)?.includes(phase) === true
      const counted = below.filter(helps)
      const certain = counted.filter((view) => !isMissed(view))
      const rest = (point: Point, side: Around): number => {
        let sum = 0
        for (const view of side === 'unseen' ? counted : certain) sum += currentAround(view, phase, point.atMs, side)
        return Math.max(0, point.amperes - sum)
      }
      // Inside the limit nobody is reduced for a current that may be counted twice; above it the strict sum brings it down.
      nowA[phase] = rest(recent[0] as Point, magnitude <= usableLimitA(site, circuit) ? 'unseen' : 'high')
      worstA[phase] = recent.reduce(
        (most, point) => (point.amperes > most ? Math.max(most, rest(point, 'low')) : most),
        0,
      )
    }
    const silent = Object.values(nowA).includes(null)
    const expectedMs = Math.max(lateReadingMs, 1.5 * (periodMs.get(meterId) ?? 0))
    return {
      nowA,
      worstA,
      ageMs: Number.isFinite(ageMs) ? ageMs : null,
      meter: silent ? 'silent' : missing || ageMs > expectedMs ? 'late' : 'fresh',
      overForMs,
      unlikelyExport,
      hiddenLoad,
      notBelieved: disbelieved ? 'is not believed' : null,
    }
  }

  const unknown = (circuit: SiteCircuit, load: OtherLoad, why: string): OtherLoad => {
    const none = Object.fromEntries(circuit.phases.map((phase) => [phase, null]))
    return { ...load, nowA: none, worstA: none, meter: 'silent', notBelieved: why }
  }

  /** `notBelieved`: why a circuit's meter says nothing of use although it answers; null when it does. */
  return (
    image: Image,
    views: readonly ChargerView[],
    notBelieved: (circuitId: string) => string | null = () => null,
  ): ReadonlyMap<string, OtherLoad> => {
    const known = new Map<string, OtherLoad>()
    const below = viewsBelow(views)
    const of = (circuit: SiteCircuit): OtherLoad => {
      const before = known.get(circuit.id)
      if (before !== undefined) return before
      const children = fedBy.get(circuit.id) ?? []
      const load =
        circuit.meter === undefined
          ? declared(
              circuit,
              children.map((child) => ({ child, load: of(child) })),
            )
          : believed(circuit, metered(circuit, circuit.meter, image, below.get(circuit) ?? []))
      known.set(circuit.id, load)
      return load
    }
    const believed = (circuit: SiteCircuit, load: OtherLoad): OtherLoad => {
      const why = notBelieved(circuit.id)
      return why === null || load.meter === 'silent' ? load : unknown(circuit, load, why)
    }
    const declared = (circuit: SiteCircuit, fed: readonly { child: SiteCircuit; load: OtherLoad }[]): OtherLoad => {
      const sum = (side: 'nowA' | 'worstA') =>
        Object.fromEntries(
          phases
            .filter((phase) => circuit.phases.includes(phase))
            .map((phase) => [
              phase,
              fed.reduce((total, { child, load }) => {
                const value = load[side][phase]
                return total + (value === null ? (child.otherLoad ?? circuitLimitA(site, child)) : (value ?? 0))
              }, circuit.otherLoad ?? 0),
            ]),
        )
      const ages = fed.map(({ load }) => load.ageMs).filter((age) => age !== null)
      return {
        nowA: sum('nowA'),
        worstA: sum('worstA'),
        ageMs: ages.length === 0 ? null : Math.max(...ages),
        meter: 'none',
        overForMs: {},
        unlikelyExport: [],
        hiddenLoad: [],
        notBelieved: null,
      }
    }
    for (const circuit of site.circuits) of(circuit)
    return known
  }
}
