import { phases } from '../../../shared/model/phase.ts'
import type { SiteMeter } from '../../../shared/site/site.ts'
import { modbusOf } from '../../../shared/site/charger-connection.ts'
import type { LoadedScenario } from '../scenario/load-scenario.ts'
import { chargerDefaults, meterDefaults } from '../scenario/scenario.ts'
import { createCharger, type Charger, type ChargerSettings } from './charger.ts'
import { createMeter, type Meter } from './meter.ts'
import { wiredRight } from './meter-wiring.ts'
import type { WorldFaults } from './world-faults.ts'

/** How long a meter's and a charger's electronics take to start (editable assumptions). */
const meterBootS = 2
const chargerBootS = 12

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

/** The chargers of a site, wired as its faults say. */
export const chargersOf = (
  { scenario, chargerProfiles }: LoadedScenario,
  faults: WorldFaults,
): ReadonlyMap<string, Charger> => {
  const { site, simulation } = scenario
  return new Map(
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
}

/** Its meters: those of circuits, those a scenario puts elsewhere, and those the site file does not list. */
export const metersOf = (
  { scenario, meterProfiles }: LoadedScenario,
  faults: WorldFaults,
  seed: number,
): ReadonlyMap<string, Meter> => {
  const { site, simulation } = scenario
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
  return new Map([
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
}
