import { meterModelName, type SunSpecDevice } from '../../../shared/sunspec/device.ts'
import type { PlacedMeter } from '../../../shared/sunspec/place.ts'

/** The meter a device was found to have, and the device's whole map. */
export interface SunSpecFound extends PlacedMeter {
  readonly device: SunSpecDevice
}

/** "SolarEdge SE5000H, version 0004.0020, serial number 7405E7D8; SunSpec meter model 203, three phases with neutral, at register 40188". */
export const identityText = ({ meter }: PlacedMeter): string => {
  const { common } = meter
  const named =
    common === null
      ? []
      : [
          [common.maker, common.model].filter((part) => part !== null).join(' '),
          common.version === null ? '' : `version ${common.version}`,
          common.serial === null ? '' : `serial number ${common.serial}`,
        ].filter((part) => part !== '')
  return [
    ...(named.length === 0 ? [] : [named.join(', ')]),
    `SunSpec meter model ${meterModelName(meter.id)}, at register ${meter.address}`,
  ].join('; ')
}
