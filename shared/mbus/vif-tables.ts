/** The tables of value information fields (EN 13757-3:2018, tables 10, 12 and 14), as data. */

/** What the data of a VIF are: a number in a unit, bits or a count that has no sign, a point in time, or an identity. */
export type VifForm = 'number' | 'unsigned' | 'date' | 'date-time' | 'identity'

export interface VifEntry {
  readonly quantity: string
  readonly unit: string
  readonly exponent: number
  readonly factor: number
  readonly form: VifForm
}

/** A run of codes: the exponent grows by one with each, from `exponent` at the first. */
type Run = readonly [first: number, last: number, quantity: string, unit: string, exponent: number]

const seconds = [1, 60, 3600, 86_400] as const

const runs = (list: readonly Run[]): [number, VifEntry][] =>
  list.flatMap(([first, last, quantity, unit, exponent]) =>
    Array.from({ length: last - first + 1 }, (_, n): [number, VifEntry] => [
      first + n,
      { quantity, unit, exponent: exponent + n, factor: 1, form: 'number' },
    ]),
  )

/** Durations in seconds, minutes, hours, days by the two low bits; some lists begin at minutes. */
const durations = (
  list: readonly (readonly [first: number, quantity: string, from?: number])[],
): [number, VifEntry][] =>
  list.flatMap(([first, quantity, from = 0]) =>
    seconds
      .slice(from)
      .map((factor, n): [number, VifEntry] => [
        first + n,
        { quantity, unit: 's', exponent: 0, factor, form: 'number' },
      ]),
  )

const singles = (
  form: VifForm,
  list: readonly (readonly [code: number, quantity: string, unit?: string])[],
): [number, VifEntry][] =>
  list.map(([code, quantity, unit = '']) => [code, { quantity, unit, exponent: 0, factor: 1, form }])

/** Plain VIF, 00 to 7A. Joule and hour units stay as they are sent. */
export const primaryVifs: ReadonlyMap<number, VifEntry> = new Map([
  ...runs([
    [0x00, 0x07, 'energy', 'Wh', -3],
    [0x08, 0x0f, 'energy', 'J', 0],
    [0x10, 0x17, 'volume', 'm3', -6],
    [0x18, 0x1f, 'mass', 'kg', -3],
    [0x28, 0x2f, 'power', 'W', -3],
    [0x30, 0x37, 'power', 'J/h', 0],
    [0x38, 0x3f, 'volume-flow', 'm3/h', -6],
    [0x40, 0x47, 'volume-flow', 'm3/min', -7],
    [0x48, 0x4f, 'volume-flow', 'm3/s', -9],
    [0x50, 0x57, 'mass-flow', 'kg/h', -3],
    [0x58, 0x5b, 'flow-temperature', 'degC', -3],
    [0x5c, 0x5f, 'return-temperature', 'degC', -3],
    [0x60, 0x63, 'temperature-difference', 'K', -3],
    [0x64, 0x67, 'external-temperature', 'degC', -3],
    [0x68, 0x6b, 'pressure', 'bar', -3],
  ]),
  ...durations([
    [0x20, 'on-time'],
    [0x24, 'operating-time'],
    [0x70, 'averaging-duration'],
    [0x74, 'actuality-duration'],
  ]),
  ...singles('date', [[0x6c, 'date']]),
  ...singles('date-time', [[0x6d, 'date-time']]),
  ...singles('number', [[0x6e, 'heat-cost-units', 'HCA']]),
  ...singles('identity', [
    [0x78, 'fabrication-number'],
    [0x79, 'enhanced-identification'],
  ]),
  ...singles('unsigned', [[0x7a, 'bus-address']]),
])

/** After FB: the first extension table. */
export const fbVifs: ReadonlyMap<number, VifEntry> = new Map([
  ...runs([
    [0x00, 0x01, 'energy', 'Wh', 5],
    [0x02, 0x03, 'reactive-energy', 'varh', 3],
    [0x04, 0x05, 'apparent-energy', 'VAh', 3],
    [0x08, 0x09, 'energy', 'J', 8],
    [0x0c, 0x0f, 'energy', 'cal', 5],
    [0x10, 0x11, 'volume', 'm3', 2],
    [0x14, 0x17, 'reactive-power', 'var', 0],
    [0x18, 0x19, 'mass', 'kg', 5],
    [0x1a, 0x1b, 'relative-humidity', '%', -1],
    [0x20, 0x20, 'volume', 'ft3', 0],
    [0x21, 0x21, 'volume', 'ft3', -1],
    [0x28, 0x29, 'power', 'W', 5],
    [0x2a, 0x2a, 'phase-angle-u-u', 'deg', -1],
    [0x2b, 0x2b, 'phase-angle-u-i', 'deg', -1],
    [0x2c, 0x2f, 'frequency', 'Hz', -3],
    [0x30, 0x31, 'power', 'J/h', 8],
    [0x34, 0x37, 'apparent-power', 'VA', 0],
    [0x74, 0x77, 'temperature-limit', 'degC', -3],
    [0x78, 0x7f, 'cumulated-maximum-power', 'W', -3],
  ]),
])

/** After FD: the second extension table. */
export const fdVifs: ReadonlyMap<number, VifEntry> = new Map([
  ...runs([
    [0x00, 0x03, 'credit', 'currency', -3],
    [0x04, 0x07, 'debit', 'currency', -3],
    [0x40, 0x4f, 'voltage', 'V', -9],
    [0x50, 0x5f, 'current', 'A', -12],
  ]),
  ...durations([
    [0x24, 'storage-interval'],
    [0x2c, 'since-last-readout'],
    [0x31, 'tariff-duration', 1],
    [0x34, 'tariff-period'],
  ]),
  ...singles('date', [[0x70, 'battery-change']]),
  ...singles('date-time', [[0x30, 'tariff-start']]),
  ...singles('identity', [
    [0x09, 'medium'],
    [0x0a, 'manufacturer'],
    [0x0b, 'parameter-set'],
    [0x0c, 'model-version'],
    [0x0d, 'hardware-version'],
    [0x0e, 'firmware-version'],
    [0x0f, 'software-version'],
    [0x10, 'customer-location'],
    [0x11, 'customer'],
    [0x12, 'access-code-user'],
    [0x13, 'access-code-operator'],
    [0x14, 'access-code-system-operator'],
    [0x15, 'access-code-developer'],
    [0x16, 'password'],
    [0x19, 'security-key'],
  ]),
  ...singles('unsigned', [
    [0x08, 'access-number'],
    [0x17, 'error-flags'],
    [0x18, 'error-mask'],
    [0x1a, 'digital-output'],
    [0x1b, 'digital-input'],
    [0x1c, 'baud-rate', 'Bd'],
    [0x1d, 'response-delay', 'bit-times'],
    [0x1e, 'retries'],
    [0x1f, 'remote-control'],
    [0x20, 'first-storage'],
    [0x21, 'last-storage'],
    [0x22, 'storage-block-size'],
    [0x28, 'storage-interval', 'months'],
    [0x29, 'storage-interval', 'years'],
    [0x38, 'tariff-period', 'months'],
    [0x39, 'tariff-period', 'years'],
    [0x60, 'reset-counter'],
    [0x61, 'cumulation-counter'],
    [0x62, 'control-signal'],
    [0x63, 'day-of-week'],
    [0x64, 'week-number'],
    [0x66, 'parameter-activation'],
    [0x74, 'battery-remaining', 'd'],
    [0x75, 'stop-counter'],
  ]),
  ...singles('number', [
    [0x3a, 'dimensionless'],
    [0x71, 'reception-level', 'dBm'],
    [0x68, 'since-last-cumulation', 'h'],
    [0x69, 'since-last-cumulation', 'd'],
    [0x6a, 'since-last-cumulation', 'months'],
    [0x6b, 'since-last-cumulation', 'years'],
    [0x6c, 'battery-operating-time', 'h'],
    [0x6d, 'battery-operating-time', 'd'],
    [0x6e, 'battery-operating-time', 'months'],
    [0x6f, 'battery-operating-time', 'years'],
  ]),
])

/** Names of quantities a profile may select by. */
export const mbusQuantities: readonly string[] = [
  ...new Set([
    ...[primaryVifs, fbVifs, fdVifs].flatMap((table) => [...table.values()].map(({ quantity }) => quantity)),
    'plain-text',
    'manufacturer-specific',
    'any',
    'reserved',
  ]),
].sort()
