import { isQuantityKey, quantities, type Unit } from '../../shared/quantities.ts'
import { formatNumber } from './number.ts'

const unitTexts: Partial<Record<Unit, string>> = { '1': '', degC: '°C', deg: '°', code: '' }

export const unitText = (unit: Unit): string => unitTexts[unit] ?? unit

/** A charger's own values (shared/model/image.ts) are not in the quantity list; any other key is shown as it is. */
export const quantityLabel = (key: string): string => (isQuantityKey(key) ? quantities[key].label : key)
export const quantityUnit = (key: string): string => (isQuantityKey(key) ? unitText(quantities[key].unit) : '')
export const quantityDigits = (key: string): number => (isQuantityKey(key) ? quantities[key].digits : 2)

/** Which kind of truth a polled quantity is, for a table that leaves the screen: a counter is what the meter counted, the rest an RMS value of a moment. */
export const polledAs = (key: string): string =>
  isQuantityKey(key) && /^(Wh|kWh|varh|kvarh|VAh|kVAh)$/.test(quantities[key].unit) ? 'polled register' : 'polled RMS'

/** How a quantity is written at some size: in `unit`, multiplied by `factor`, with `digits` decimals. */
export interface Scale {
  readonly unit: string
  readonly factor: number
  readonly digits: number
}

/** Steps of one unit: from `from` (in the base unit) on this scale is used. Three to four significant digits: more is admired, not read. */
type Steps = readonly (Scale & { readonly from: number })[]
const prefixed = (unit: string): Steps => [
  { from: 0, unit, factor: 1, digits: 0 },
  { from: 1e3, unit: `k${unit}`, factor: 1e-3, digits: 2 },
  { from: 1e4, unit: `k${unit}`, factor: 1e-3, digits: 1 },
  { from: 1e6, unit: `M${unit}`, factor: 1e-6, digits: 3 },
  { from: 1e7, unit: `M${unit}`, factor: 1e-6, digits: 2 },
]
/** Powers are read in kilowatts at a charging site; energies stay in kWh, since that is what the meter's own display shows. */
const scales: ReadonlyMap<string, Steps> = new Map([
  ['W', prefixed('W')],
  ['var', prefixed('var')],
  ['VA', prefixed('VA')],
])

/** The scale for values up to `magnitude` (base unit of the quantity): one for a row, a column or an axis, so that they compare. */
export const scaleOf = (key: string, magnitude: number): Scale => {
  const unit = quantityUnit(key)
  const steps = scales.get(unit)
  if (steps === undefined) return { unit, factor: 1, digits: quantityDigits(key) }
  return steps.findLast(({ from }) => Math.abs(magnitude) >= from) ?? { unit, factor: 1, digits: quantityDigits(key) }
}
/** The scale of several values together; of the base unit where there is none. */
export const scaleOfAll = (key: string, values: readonly (number | null | undefined)[]): Scale =>
  scaleOf(key, Math.max(0, ...values.map((value) => (value == null ? 0 : Math.abs(value)))))

export const formatScaled = (value: number, { factor, digits }: Scale): string => formatNumber(value * factor, digits)

/** The number alone in the quantity's base unit, with the digits of shared/quantities.ts: for a column whose head says the unit. */
export const formatValue = (key: string, value: number): string => formatNumber(value, quantityDigits(key))

/** Number and unit as people read it: "231.4 V", "138.8 kW"; a power factor or flag has no unit. */
export const formatQuantity = (key: string, value: number): string => {
  const scale = scaleOf(key, value)
  const number = formatScaled(value, scale)
  return scale.unit === '' ? number : `${number}\u00a0${scale.unit}`
}

/** As in a list of many meters, where a counter's Wh and a hundredth of an ampere are not read. */
export const formatBrief = (key: string, value: number): string => {
  const unit = quantityUnit(key)
  return unit === 'kWh' || unit === 'A'
    ? `${formatNumber(value, unit === 'A' ? 1 : 0)}\u00a0${unit}`
    : formatQuantity(key, value)
}
