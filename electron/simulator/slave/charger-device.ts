import type { ChargerProfile } from '../../../shared/profile/charger-profile.ts'
import type { Charger } from '../physics/charger.ts'
import { chargerEntries } from './charger-image.ts'
import { chargerModels, unknownModel } from './charger-models.ts'
import { createChargerWrites } from './charger-writes.ts'
import { goodManners, type Device } from './device.ts'
import { readImage } from './register-image.ts'

/** A charger of the world as the Modbus device its profile and its model describe. */
export const createChargerDevice = (
  id: string,
  unit: number,
  profile: ChargerProfile,
  charger: Charger,
  turnaroundMs: number,
): Device => {
  const manners = goodManners()
  const model = chargerModels[profile.id] ?? unknownModel
  const entries = chargerEntries(profile, model, charger)
  return {
    id,
    unit,
    turnaroundMs,
    manners,
    hasFloats: entries.some((entry) => entry.isFloat),
    isPowered: charger.isPowered,
    requestSeen: charger.requestSeen,
    read: (functionCode, address, count) =>
      readImage(
        entries,
        profile.line,
        profile.notAvailable.uint16?.includes(0xffff) ? 0xffff : 0,
        functionCode === 3 ? 'holding' : 'input',
        address,
        count,
        manners.wrong?.kind === 'nan' || manners.wrong?.kind === 'infinity' ? manners.wrong.kind : null,
      ),
    write: createChargerWrites(profile, model, charger, manners),
  }
}
