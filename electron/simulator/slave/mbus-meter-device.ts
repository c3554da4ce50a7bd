import type { RecordToEncode } from '../../../shared/mbus/encode-telegram.ts'
import type { QuantityKey } from '../../../shared/quantities.ts'
import type { SiteMeter } from '../../../shared/site/site.ts'
import { meterQuantities } from '../physics/meter-quantities.ts'
import type { Meter } from '../physics/meter.ts'
import { exceptions, goodManners } from './device.ts'
import type { MbusMeterDevice } from './mbus-bus.ts'

/** What an electricity meter commonly sends: VIF with its combined phase VIFE, and our unit in steps of it (EN 13757-3, tables 10 and 15). */
const records: readonly {
  readonly key: QuantityKey
  readonly vif: readonly number[]
  readonly perUnit: number
  readonly coding: 'int16' | 'int32'
}[] = [
  { key: 'e_import', vif: [0x03], perUnit: 1000, coding: 'int32' },
  { key: 'p_total', vif: [0x2b], perUnit: 1, coding: 'int32' },
  ...([1, 2, 3] as const).flatMap((phase) => [
    { key: `u_l${phase}n` as const, vif: [0xfd, 0xc8, 0xff, phase], perUnit: 10, coding: 'int16' as const },
    { key: `i_l${phase}` as const, vif: [0xfd, 0xda, 0xff, phase], perUnit: 100, coding: 'int16' as const },
  ]),
]

/** A meter of the world on an M-Bus. Its number is the secondary address of the site file, or made from the primary one. */
export const createMbusMeterDevice = (
  site: Pick<SiteMeter, 'id' | 'mbus'>,
  meter: Meter,
  turnaroundMs: number,
): MbusMeterDevice => {
  const primary = site.mbus?.primary ?? 0
  return {
    device: {
      id: site.id,
      unit: primary,
      turnaroundMs,
      manners: goodManners(),
      hasFloats: false,
      isPowered: meter.isPowered,
      requestSeen: () => undefined,
      // It speaks no Modbus.
      read: () => ({ exception: exceptions.illegalFunction }),
      write: () => ({ exception: exceptions.illegalFunction }),
    },
    primary,
    identity: {
      id: site.mbus?.secondary ?? String(40_000_000 + primary),
      manufacturer: site.mbus?.manufacturer ?? 'TSP',
      version: site.mbus?.version ?? 1,
      medium: site.mbus?.medium ?? 2,
    },
    telegrams: () => {
      const values = meterQuantities(meter)
      const said = records.flatMap(({ key, vif, perUnit, coding }): RecordToEncode[] => {
        const value = values?.[key]
        return value === undefined ? [] : [{ vif, data: { coding, value: value * perUnit } }]
      })
      // Energy first, what is measured now in a second telegram.
      return [said.slice(0, 2), said.slice(2)]
    },
  }
}
