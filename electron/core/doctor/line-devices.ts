import type { ChargerProfile } from '../../../shared/profile/charger-profile.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import { devicesOnLines } from '../../../shared/site/devices-on-lines.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { LineDevice } from './line-report.ts'

/** As acquisition polls them (acquisition.ts). */
const chargerPeriodMs = 1000

/** The devices of each line as the site file declares them. An M-Bus meter by secondary address answers as the selected one, 253. */
export const lineDevices =
  ({
    site,
    meterProfiles,
    chargerProfiles,
  }: {
    readonly site: Site
    readonly meterProfiles: ReadonlyMap<string, MeterProfile>
    readonly chargerProfiles: ReadonlyMap<string, ChargerProfile>
  }) =>
  (lineId: string): readonly LineDevice[] => [
    ...site.meters
      .filter(({ line }) => line === lineId)
      .map(({ id, name, unit, mbus, profile, periodMs }): LineDevice => ({
        id,
        name: name ?? id,
        kind: 'meter',
        unit: mbus === undefined ? unit : (mbus.primary ?? 253),
        periodMs,
        profile: meterProfiles.get(profile) ?? null,
      })),
    ...devicesOnLines(site)
      .filter(({ list, line }) => list === 'chargers' && line === lineId)
      .map(({ id, name, unit, profile }): LineDevice => ({
        id,
        name,
        kind: 'charger',
        unit,
        periodMs: chargerPeriodMs,
        profile: chargerProfiles.get(profile) ?? null,
      })),
  ]
