/** Narrow no-break space: groups digits without looking like a decimal mark in any country. */
const groupMark = '\u202f'
export const minusMark = '\u2212'

/** Fixed decimals, a true minus sign, digits in groups of three from 10 000 on; never "-0". */
export const formatNumber = (value: number, digits: number): string => {
  const fixed = Math.abs(value).toFixed(digits)
  const [whole = '0', fraction] = fixed.split('.')
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, groupMark) : whole
  const sign = value < 0 && Number(fixed) !== 0 ? minusMark : ''
  return fraction === undefined ? sign + grouped : `${sign}${grouped}.${fraction}`
}

/** Amperes as shown on circuits and chargers: one decimal, the resolution a limit can be set and read in. */
export const formatAmperes = (value: number): string => formatNumber(value, 1)

/** A limit a person declared: no decimals unless it has them. */
export const formatLimit = (value: number): string => formatNumber(value, Number.isInteger(value) ? 0 : 1)

export const formatPercent = (value: number): string => formatNumber(value, 0)

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'] as const
/** Bytes in decimal units: 12.3 MB. */
export const formatBytes = (bytes: number): string => {
  let value = bytes
  let index = 0
  while (value >= 1000 && index < byteUnits.length - 1) {
    value /= 1000
    index += 1
  }
  return `${formatNumber(value, index === 0 ? 0 : 1)} ${byteUnits[index] ?? 'B'}`
}

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`
