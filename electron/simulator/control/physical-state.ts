import { perPhase, phases, type PerPhase } from '../../../shared/model/phase.ts'
import type { ActiveFault } from '../faults/fault-board.ts'
import { add, magnitude, type Phasor } from '../physics/phasor.ts'
import type { SimulatedSite } from '../simulated-site.ts'
import { meterQuantities } from '../physics/meter-quantities.ts'

const sizes = (values: PerPhase<Phasor>) => perPhase((phase) => magnitude(values[phase]))

/** Everything that is physically so just now, as JSON: what tests compare the product's numbers with. */
export const physicalState = (site: SimulatedSite, faults: readonly ActiveFault[]) => {
  const { world } = site
  return {
    timeS: world.timeS(),
    hour: world.hour(),
    seed: site.seed,
    frequencyHz: world.frequencyHz(),
    circuits: Object.fromEntries(
      site.site.circuits.map(({ id }) => {
        const { above, below, current } = world.circuit(id)
        return [
          id,
          {
            currentA: sizes(current),
            neutralA: magnitude(phases.map((phase) => current[phase]).reduce(add)),
            voltageAbove: sizes(above),
            voltageBelow: sizes(below),
            tripped: world.faults.trippedCircuits.has(id) || world.breakers.trip(id) !== null,
            /** What its breaker did by itself, and how warm its strips are (1: trip). */
            trip: world.breakers.trip(id),
            breakerHeat: world.breakers.heat(id),
          },
        ]
      }),
    ),
    meters: Object.fromEntries(
      [...world.meters].map(([id, meter]) => [id, { powered: meter.isPowered(), values: meterQuantities(meter) }]),
    ),
    chargers: Object.fromEntries(
      [...world.chargers].map(([id, charger]) => [
        id,
        {
          powered: charger.isPowered(),
          pilot: charger.pilot(),
          inForceA: charger.inForceA(),
          setpointA: charger.setpointA(),
          offeredA: charger.offeredA(),
          phases: charger.phasesSet(),
          phaseMoves: charger.phaseMoves(),
          movesUnderLoad: charger.movesUnderLoad(),
          watchdogRemainingS: charger.remainingS(),
          sessionKWh: charger.sessionKWh(),
          totalKWh: charger.totalKWh(),
          /** Per site phase, as its terminals are really wired. */
          currentA: perPhase((phase) => charger.currents()[charger.terminals().indexOf(phase)] ?? 0),
          car:
            charger.car() === null
              ? null
              : { ...charger.car()?.settings, wantsKWh: undefined, full: charger.car()?.isFull() ?? false },
        },
      ]),
    ),
    faults,
  }
}
export type PhysicalState = ReturnType<typeof physicalState>
