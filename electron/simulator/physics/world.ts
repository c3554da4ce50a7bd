import { perPhase, phases, type PerPhase, type Phase } from '../../../shared/model/phase.ts'
import type { SiteMeter } from '../../../shared/site/site.ts'
import type { LoadedScenario } from '../scenario/load-scenario.ts'
import { chargerDefaults, circuitDefaults, meterDefaults } from '../scenario/scenario.ts'
import { createBreakers, leakageOf, type Breakers } from './breakers.ts'
import { createBuildingLoad } from './building-load.ts'
import { createCharger, type Charger, type ChargerSettings } from './charger.ts'
import { createMeter, type Meter } from './meter.ts'
import { wiredRight, wiringOf, type MeterWiring } from './meter-wiring.ts'
import { energised, parentsFirst, solve, type CircuitState, type PhaseDraw } from './network.ts'
import { magnitude } from './phasor.ts'
import { createSupply, type SupplyFaults } from './supply.ts'
import { createTraffic, type Traffic } from './traffic.ts'
import { modbusOf } from '../../../shared/site/charger-connection.ts'

/** What is wrong with the installation just now; faults write here. */
export interface WorldFaults extends SupplyFaults {
  readonly trippedCircuits: Set<string>
  /** A conductor interrupted at a circuit's breaker. */
  readonly openPhases: Set<`${string} ${Phase}`>
  /** Extra load by circuit, amperes per phase. */
  readonly overloads: Map<string, PerPhase<number>>
  /** Surges of a few periods on top, as of transformers and power supplies at the moment they are switched on. */
  readonly inrushes: Set<Inrush>
  /** Residual current to earth by circuit, milliamperes, beside what its chargers always leak. */
  readonly leakages: Map<string, number>
  /** Poles that a person, or whoever gives commands, opened. */
  readonly openPoles: Map<string, readonly Phase[]>
  /** How meters are connected, by id; right where they are not named. */
  readonly wiring: Map<string, MeterWiring>
  /** Resistance a bad joint adds in the cable of a circuit, ohms. */
  readonly looseTerminals: Map<`${string} ${Phase}`, number>
  /** By charger, the site phases at its terminals where they are not those that are declared. */
  readonly sockets: Map<string, readonly Phase[]>
}

export interface Inrush {
  readonly circuit: string
  readonly phases: readonly Phase[]
  readonly currentA: number
  readonly fromS: number
  readonly toS: number
}

/** Seconds of one step: short enough for a dip of a few periods to show in a meter's window. */
export const stepS = 0.05
const overloadPowerFactor = 0.9
const inrushPowerFactor = 0.3
/** How long a meter's and a charger's electronics take to start (editable assumptions). */
const meterBootS = 2
const chargerBootS = 12

/** The surges of a step: what flows at their height, and as the RMS of the whole step. */
const surgesAt = (inrushes: Set<Inrush>, now: number) => {
  for (const inrush of inrushes) if (now >= inrush.toS) inrushes.delete(inrush)
  return [...inrushes].flatMap(({ circuit, phases: on, currentA, fromS, toS }) => {
    const share = Math.max(0, Math.min(toS, now + stepS) - Math.max(fromS, now)) / stepS
    return on.map((phase) => ({ circuit, phase, peakA: currentA, meanA: currentA * Math.sqrt(share) }))
  })
}

/** `configuration` is set in the charger by a person: here nobody did. */
const watchdogOf = (kind: string | undefined): ChargerSettings['watchdog'] => {
  switch (kind) {
    case 'setpoint-validity':
      return 'setpoint'
    case 'poll':
      return 'poll'
    case 'lifebit':
    case 'token':
    case 'timeout-write':
      return 'fed'
    default:
      return 'none'
  }
}

export interface World {
  readonly faults: WorldFaults
  readonly chargers: ReadonlyMap<string, Charger>
  readonly traffic: ReadonlyMap<string, Traffic>
  readonly meters: ReadonlyMap<string, Meter>
  timeS(): number
  hour(): number
  frequencyHz(): number
  circuit(id: string): CircuitState
  /** Breakers that trip by themselves. */
  readonly breakers: Breakers
  /** One step of `stepS`. */
  step(): void
}

/** Steps before anybody looks, half a minute: meters have their first windows, and cars there at the start already charge. */
const settleSteps = 600

/**
 * The installation as it physically is, a pure function of scenario, seed and the faults set: no clock, no sockets.
 * `speed` says how many world seconds pass in one of the wall's, by which watchdogs count.
 */
export const createWorld = (
  { scenario, meterProfiles, chargerProfiles }: LoadedScenario,
  seed: number,
  speed = 1,
): World => {
  const { site, simulation } = scenario
  const faults: WorldFaults = {
    dips: new Set(),
    lostPhases: new Set(),
    trippedCircuits: new Set(),
    openPhases: new Set(),
    overloads: new Map(),
    inrushes: new Set(),
    leakages: new Map(),
    openPoles: new Map(),
    wiring: new Map(Object.entries(simulation.meters).map(([id, own]) => [id, wiringOf(own.wiring)])),
    looseTerminals: new Map(
      Object.entries(simulation.circuits).flatMap(([id, { loose }]) =>
        phases.map((phase): [`${string} ${Phase}`, number] => [`${id} ${phase}`, loose[phase] ?? 0]),
      ),
    ),
    sockets: new Map(
      Object.entries(simulation.chargers).flatMap(([id, { wiredTo }]) =>
        wiredTo === undefined ? [] : [[id, wiredTo]],
      ),
    ),
  }
  const circuits = parentsFirst(
    site.circuits.map(({ id, parent }) => ({
      id,
      parent: parent ?? null,
      ...(simulation.circuits[id] ?? circuitDefaults),
    })),
  )
  const supply = createSupply({ ...simulation.grid, frequency: site.grid.frequency }, faults, seed)
  const loads = simulation.loads.map((load) => createBuildingLoad(load, seed))
  const chargers = new Map(
    site.chargers.map((charger) => {
      const own = simulation.chargers[charger.id] ?? chargerDefaults
      const profile = chargerProfiles.get(modbusOf(charger)?.profile ?? '')
      const watchdog = profile?.watchdog
      return [
        charger.id,
        createCharger(
          {
            id: charger.id,
            circuit: charger.circuit,
            terminals: charger.phases,
            maximum: charger.maximum,
            defaultLimit: own.defaultLimit ?? charger.maximum,
            fallback: charger.fallback,
            watchdog: watchdogOf(watchdog?.kind),
            watchdogS: watchdog && 'timeoutS' in watchdog ? watchdog.timeoutS : 0,
            bootS: chargerBootS,
            limitIn: profile?.limit.watts === undefined ? 'amperes' : 'watts',
          },
          own.energyKWh,
          () => faults.sockets.get(charger.id) ?? charger.phases,
        ),
      ]
    }),
  )
  const traffic = new Map(
    [...chargers].map(([id, charger]) => [id, createTraffic(charger, simulation.traffic ?? null, seed)]),
  )
  const meterOn = (
    circuit: string,
    meter: Pick<SiteMeter, 'id' | 'profile' | 'phases' | 'reverse'>,
    own: typeof meterDefaults,
  ): [string, Meter] => {
    const capabilities = meterProfiles.get(meter.profile)?.capabilities
    return [
      meter.id,
      createMeter(
        {
          id: meter.id,
          circuit,
          terminals: meter.phases ?? phases,
          reverse: meter.reverse,
          fed: own.fed,
          // 200 ms is ten periods, the window of IEC 61000-4-30, where the maker names none.
          windowMs: own.windowMs ?? capabilities?.windowMs ?? capabilities?.refreshMs ?? 200,
          accuracyPercent: own.accuracyPercent,
          startEnergyKWh: own.energyKWh,
          bootS: meterBootS,
        },
        seed,
        () => faults.wiring.get(meter.id) ?? wiredRight,
      ),
    ]
  }
  const meters = new Map([
    ...site.circuits.flatMap((circuit) => {
      const meter = site.meters.find(({ id }) => id === circuit.meter)
      return meter ? [meterOn(circuit.id, meter, simulation.meters[meter.id] ?? meterDefaults)] : []
    }),
    ...site.meters.flatMap((meter) => {
      const own = simulation.meters[meter.id]
      return own?.circuit === undefined ? [] : [meterOn(own.circuit, meter, own)]
    }),
    ...simulation.unlisted.meters.map((meter) => meterOn(meter.circuit, { ...meter, reverse: false }, meter)),
  ])

  const breakers = createBreakers(site, seed)
  const isClosed = (circuit: string, phase: Phase) =>
    !faults.trippedCircuits.has(circuit) &&
    !faults.openPhases.has(`${circuit} ${phase}`) &&
    faults.openPoles.get(circuit)?.includes(phase) !== true &&
    !breakers.isOpen(circuit, phase)
  const looseOhm = (circuit: string, phase: Phase) => faults.looseTerminals.get(`${circuit} ${phase}`) ?? 0
  const impedance = { re: simulation.grid.ohm, im: simulation.grid.reactanceOhm }
  let count = 0
  let frequencyHz = site.grid.frequency as number
  let states = new Map<string, CircuitState>()
  const timeS = () => count * stepS
  const hour = () => (simulation.startHour + timeS() / 3600) % 24

  const advance = () => {
    const now = timeS()
    const grid = supply.step(now, stepS)
    frequencyHz = grid.frequencyHz
    const live = energised(circuits, grid.source, isClosed)
    const voltageOf = (circuit: string, phase: Phase) => {
      // The last step's voltage; a circuit just switched off, or on, must not wait for the next.
      if (!live.get(circuit)?.[phase]) return 0
      const before = states.get(circuit)
      const source = magnitude(grid.source[phase])
      return before && magnitude(before.below[phase]) > 0 ? Math.min(magnitude(before.below[phase]), source) : source
    }
    const surges = surgesAt(faults.inrushes, now).filter(({ circuit, phase }) => live.get(circuit)?.[phase] === true)
    const draws: PhaseDraw[] = [
      ...surges.map(({ circuit, phase, meanA }) => ({
        circuit,
        phase,
        currentA: meanA,
        powerFactor: inrushPowerFactor,
      })),
      ...loads.flatMap((load) => load.step(now, stepS, hour())),
      ...[...chargers.values()].flatMap((charger) => {
        traffic.get(charger.settings.id)?.step(now)
        return charger.step(now, now / speed, stepS, (phase) => voltageOf(charger.settings.circuit, phase))
      }),
      ...[...faults.overloads].flatMap(([circuit, extra]) =>
        phases.map((phase) => ({ circuit, phase, currentA: extra[phase], powerFactor: overloadPowerFactor })),
      ),
    ]
    states = solve(circuits, grid.source, impedance, draws, isClosed, looseOhm)
    // The half minute before anybody looks is no life of a breaker.
    if (count >= settleSteps) breakers.step(states, surges, leakageOf(chargers.values(), faults.leakages), stepS, now)
    for (const meter of meters.values())
      meter.step(now, stepS, states.get(meter.settings.circuit) as CircuitState, frequencyHz)
    count += 1
  }
  for (let step = 0; step < settleSteps; step += 1) advance()

  return {
    faults,
    chargers,
    traffic,
    meters,
    timeS,
    hour,
    frequencyHz: () => frequencyHz,
    circuit: (id) =>
      states.get(id) ?? {
        above: perPhase(() => ({ re: 0, im: 0 })),
        below: perPhase(() => ({ re: 0, im: 0 })),
        current: perPhase(() => ({ re: 0, im: 0 })),
      },
    breakers,
    step: advance,
  }
}
