import type { Image } from '../../../shared/model/image.ts'
import { phases } from '../../../shared/model/phase.ts'
import type { Site, SiteCircuit } from '../../../shared/site/site.ts'
import { circuitLimitA } from '../../../shared/site/circuit-limit.ts'
import type { Clock } from '../ports.ts'
import type { ChargerView } from './charger-watch.ts'
import type { ControlledCharger } from './controlled-charger.ts'
import { createDrawnTable } from './drawn-table.ts'
import { createMeteredLoad, meterTimeoutMs, type OtherLoad } from './metered-load.ts'
import { forgetful, type Memory } from '../site/memory.ts'

export { meterTimeoutMs, type OtherLoad }

/** Why a circuit's meter says nothing of use although it answers. */
const unknownLoad = (circuit: SiteCircuit, load: OtherLoad, why: string): OtherLoad => {
  const none = Object.fromEntries(circuit.phases.map((phase) => [phase, null]))
  return { ...load, nowA: none, worstA: none, meter: 'silent', notBelieved: why }
}

type Places = ReadonlyMap<SiteCircuit, readonly number[]>

/** The chargers below each circuit, by their place among the views. */
const placesBelow = (chargers: readonly ControlledCharger[]): Places => {
  const below = new Map<SiteCircuit, number[]>()
  for (const [place, { path }] of chargers.entries()) {
    for (const circuit of path) {
      const places = below.get(circuit)
      if (places === undefined) below.set(circuit, [place])
      else places.push(place)
    }
  }
  return below
}

type Fed = readonly { readonly child: SiteCircuit; readonly load: OtherLoad }[]

/** A circuit without a meter: its declared other load and that of the circuits it feeds. */
const declaredLoad = (site: Site, circuit: SiteCircuit, fed: Fed): OtherLoad => {
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
  const metered = createMeteredLoad(site, clock, memory)
  const table = createDrawnTable()
  // Not kept: it follows from the site. The chargers of a site are the same in every image, so they are found once.
  let known: { readonly chargers: readonly ControlledCharger[]; readonly below: Places } = {
    chargers: [],
    below: new Map(),
  }
  const belowOf = (views: readonly ChargerView[]): Places => {
    const { chargers } = known
    if (chargers.length !== views.length || !views.every(({ charger }, place) => chargers[place] === charger)) {
      const anew = views.map(({ charger }) => charger)
      known = { chargers: anew, below: placesBelow(anew) }
    }
    return known.below
  }
  const fedBy = new Map(site.circuits.map((circuit) => [circuit.id, [] as SiteCircuit[]]))
  for (const child of site.circuits) if (child.parent !== undefined) fedBy.get(child.parent)?.push(child)

  /** `notBelieved`: why a circuit's meter says nothing of use although it answers; null when it does. */
  return (
    image: Image,
    views: readonly ChargerView[],
    notBelieved: (circuitId: string) => string | null = () => null,
  ): ReadonlyMap<string, OtherLoad> => {
    const found = new Map<string, OtherLoad>()
    const below = belowOf(views)
    table.fill(views)
    const believed = (circuit: SiteCircuit, load: OtherLoad): OtherLoad => {
      const why = notBelieved(circuit.id)
      return why === null || load.meter === 'silent' ? load : unknownLoad(circuit, load, why)
    }
    const of = (circuit: SiteCircuit): OtherLoad => {
      const before = found.get(circuit.id)
      if (before !== undefined) return before
      const load =
        circuit.meter === undefined
          ? declaredLoad(
              site,
              circuit,
              (fedBy.get(circuit.id) ?? []).map((child) => ({ child, load: of(child) })),
            )
          : believed(circuit, metered(circuit, circuit.meter, image, { table, places: below.get(circuit) ?? [] }))
      found.set(circuit.id, load)
      return load
    }
    for (const circuit of site.circuits) of(circuit)
    return found
  }
}
