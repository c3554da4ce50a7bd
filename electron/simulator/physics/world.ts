import { perPhase, phases, type Phase } from '../../../shared/model/phase.ts'
import type { LoadedScenario } from '../scenario/load-scenario.ts'
import { circuitDefaults } from '../scenario/scenario.ts'
import { createBreakers, leakageOf, type Breakers } from './breakers.ts'
import { createBuildingLoad } from './building-load.ts'
import type { Charger } from './charger.ts'
import type { Meter } from './meter.ts'
import { energised, parentsFirst, solve, type CircuitState, type PhaseDraw } from './network.ts'
import { magnitude } from './phasor.ts'
import { createSupply } from './supply.ts'
import { createTraffic, type Traffic } from './traffic.ts'
import { chargersOf, metersOf } from './world-devices.ts'
import { faultsOf, type Inrush, type WorldFaults } from './world-faults.ts'

export type { Inrush, WorldFaults } from './world-faults.ts'

/** Seconds of one step: short enough for a dip of a few periods to show in a meter's window. */
export const stepS = 0.05
const overloadPowerFactor = 0.9
const inrushPowerFactor = 0.3
/** The surges of a step: what flows at their height, and as the RMS of the whole step. */
const surgesAt = (inrushes: Set<Inrush>, now: number) => {
  for (const inrush of inrushes) if (now >= inrush.toS) inrushes.delete(inrush)
  return [...inrushes].flatMap(({ circuit, phases: on, currentA, fromS, toS }) => {
    const share = Math.max(0, Math.min(toS, now + stepS) - Math.max(fromS, now)) / stepS
    return on.map((phase) => ({ circuit, phase, peakA: currentA, meanA: currentA * Math.sqrt(share) }))
  })
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
export const createWorld = (loaded: LoadedScenario, seed: number, speed = 1): World => {
  const { scenario } = loaded
  const { site, simulation } = scenario
  const faults = faultsOf(scenario)
  const circuits = parentsFirst(
    site.circuits.map(({ id, parent }) => ({
      id,
      parent: parent ?? null,
      ...(simulation.circuits[id] ?? circuitDefaults),
    })),
  )
  const supply = createSupply({ ...simulation.grid, frequency: site.grid.frequency }, faults, seed)
  const loads = simulation.loads.map((load) => createBuildingLoad(load, seed))
  const chargers = chargersOf(loaded, faults)
  const traffic = new Map(
    [...chargers].map(([id, charger]) => [id, createTraffic(charger, simulation.traffic ?? null, seed)]),
  )
  const meters = metersOf(loaded, faults, seed)
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
