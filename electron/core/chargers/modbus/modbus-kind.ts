import { modbusOf } from '../../../../shared/site/charger-connection.ts'
import type { ChargerKind } from '../charger-kind.ts'
import { createChargerReader } from './charger-reader.ts'
import { createModbusChargerLink } from './modbus-charger-link.ts'

/** A charger on a Modbus line, as its profile says. */
export const modbusKind: ChargerKind = {
  key: 'modbus',
  connect: (charger, { chargerProfiles, clock, onObservation, pollModbus }) => {
    const connection = modbusOf(charger)
    const profile = connection === null ? undefined : chargerProfiles.get(connection.profile)
    if (connection === null || profile === undefined)
      throw new Error(`the profile of charger ${charger.id} is not in the catalogue although the site was accepted`)
    const transact = pollModbus(charger, connection, profile, createChargerReader(charger, profile, onObservation))
    const { id: chargerId } = charger
    const { unit } = connection
    return { link: createModbusChargerLink({ chargerId, unit, profile, nowMs: clock.nowMs, transact }) }
  },
}
