/**
 * How libmbus (rscada/libmbus 0.10.0) says in its normalised XML what we say otherwise. Every term is mapped one to one: a quantity
 * that is not here is a difference. Ours differ on purpose where a value is no value: libmbus calculates on with digits above 9
 * and with dates that are none, we say that there is none and why.
 */
import type { MbusRecord } from '../../shared/mbus/record-value.ts'
import { own } from '../../shared/own.ts'

/** Its medium names by code; the first four of the fixed structure are the same. */
export const mediumCodes: Readonly<Record<string, number>> = {
  Other: 0x00,
  Oil: 0x01,
  Electricity: 0x02,
  Gas: 0x03,
  'Heat: Outlet': 0x04,
  Heat: 0x04,
  Steam: 0x05,
  'Warm water (30-90°C)': 0x06,
  Water: 0x07,
  'Heat Cost Allocator': 0x08,
  'Compressed Air': 0x09,
  'Cooling load meter: Outlet': 0x0a,
  'Cooling load meter: Inlet': 0x0b,
  'Heat: Inlet': 0x0c,
  'Heat / Cooling load meter': 0x0d,
  'Bus/System': 0x0e,
  'Cold water': 0x16,
}

/** Units of the fixed structure in ours. */
export const fixedUnits: Readonly<Record<string, { readonly unit: string; readonly factor: number } | 'historic'>> = {
  Wh: { unit: 'Wh', factor: 1 },
  kWh: { unit: 'Wh', factor: 1e3 },
  MWh: { unit: 'Wh', factor: 1e6 },
  l: { unit: 'm3', factor: 1e-3 },
  'm^3': { unit: 'm3', factor: 1 },
  'reserved but historic': 'historic',
}

const functions = {
  instantaneous: 'Instantaneous value',
  maximum: 'Maximum value',
  minimum: 'Minimum value',
  error: 'Value during error state',
} as const

/** Our quantity and unit as its quantity and unit. */
const terms: Readonly<Record<string, readonly [quantity: string, unit: string]>> = {
  'energy Wh': ['Energy', 'Wh'],
  'power W': ['Power', 'W'],
  'voltage V': ['Voltage', 'V'],
  'current A': ['Current', 'A'],
  'volume m3': ['Volume', 'm^3'],
  'volume-flow m3/h': ['Volume flow', 'm^3/h'],
  'flow-temperature degC': ['Flow temperature', '°C'],
  'return-temperature degC': ['Return temperature', '°C'],
  'external-temperature degC': ['External temperature', '°C'],
  'temperature-difference K': ['Temperature difference', 'K'],
  'on-time s': ['On time', 's'],
  'operating-time s': ['Operating time', 's'],
  'averaging-duration s': ['Averaging Duration', 's'],
  'actuality-duration s': ['Actuality Duration', 's'],
  'heat-cost-units HCA': ['H.C.A.', 'Units for H.C.A.'],
  date: ['Time point (date)', '-'],
  'date-time': ['Time point (date & time)', '-'],
  'fabrication-number': ['Fabrication No', ''],
  'enhanced-identification': ['(Enhanced) Identification', ''],
  'error-flags': ['Error flags', ''],
  dimensionless: ['Dimensionless', ''],
  'reset-counter': ['Reset counter', ''],
  'digital-input': ['Digital Input', ''],
  'software-version': ['Software version', ''],
  'firmware-version': ['Firmware version', ''],
  'model-version': ['Model / Version', ''],
  'parameter-set': ['Parameter set identification', ''],
  'customer-location': ['Customer location', ''],
  medium: ['Medium', ''],
  'manufacturer-specific': ['Manufacturer specific', ''],
}

export const functionNames = ({
  function: fn,
  vif,
}: MbusRecord): { readonly function: string; readonly quantity: string; readonly unit: string } => {
  const [quantity, unit] =
    vif.quantity === 'plain-text'
      ? ([vif.unit, '-'] as const)
      : (own(terms, `${vif.quantity} ${vif.unit}`.trim()) ?? [`no term for ${vif.quantity}`, vif.unit])
  return { function: functions[fn], quantity, unit }
}

/** It marks every point in time as UTC, with seconds, though meters send neither. */
export const timeAsNormalised = (text: string): string => (text.length === 16 ? `${text}:00Z` : text)

const integerBytes = [0, 1, 2, 3, 4, 4, 6, 8] as const

/** What libmbus makes of the bytes of a record in which we see no value. */
export const asNormalised = ({ raw, vif }: MbusRecord): number | string => {
  const coding = (raw[0] as number) & 0x0f
  const digits = coding === 0x0e ? 6 : coding - 8
  if (coding >= 9 && coding !== 0x0d) {
    const bytes = [...raw.slice(-digits)].reverse()
    const negative = (bytes[0] as number) >> 4 === 0x0f
    // Upper digits above 9 count as 0 there, lower ones with their value.
    const sum = bytes.reduce((value, byte) => value * 100 + (byte >> 4 > 9 ? 0 : (byte >> 4) * 10) + (byte & 0x0f), 0)
    return (negative ? -sum : sum) * 10 ** vif.exponent * vif.factor
  }
  if (vif.form === 'date') {
    const [low = 0, high = 0] = raw.slice(-2)
    const two = (value: number) => String(value).padStart(2, '0')
    return `${2000 + ((low >> 5) | ((high & 0xf0) >> 1))}-${two(high & 0x0f)}-${two(low & 0x1f)}`
  }
  // A point in time marked as invalid stays the zero of C's struct tm.
  if (vif.form === 'date-time') return '1900-01-00T00:00:00Z'
  return raw.length === 0 ? '' : -(2 ** (8 * (integerBytes[coding] ?? 0) - 1)) * 10 ** vif.exponent * vif.factor
}
