import { isQuantityKey, quantities, type Unit } from '../../shared/quantities.ts'
import { formatNumber } from './number.ts'

const unitTexts: Partial<Record<Unit, string>> = { '1': '', degC: '°C', deg: '°', code: '' }

export const unitText = (unit: Unit): string => unitTexts[unit] ?? unit

/** A charger's own values (shared/model/image.ts) are not in the quantity list; any other key is shown as it is. */
export const quantityLabel = (key: string): string => (isQuantityKey(key) ? quantities[key].label : key)
export const quantityUnit = (key: string): string => (isQuantityKey(key) ? unitText(quantities[key].unit) : '')
export const quantityDigits = (key: string): number => (isQuantityKey(key) ? quantities[key].digits : 2)

/** The number alone, with the digits of shared/quantities.ts. */
export const formatValue = (key: string, value: number): string => formatNumber(value, quantityDigits(key))

/** Number and unit: "231.4 V"; a power factor or flag has no unit. */
export const formatQuantity = (key: string, value: number): string => {
  const unit = quantityUnit(key)
  const number = formatValue(key, value)
  return unit === '' ? number : `${number}\u00a0${unit}`
}
