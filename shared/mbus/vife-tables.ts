/** Orthogonal and combined VIF extensions (EN 13757-3:2018, tables 15 and 16): what a VIFE adds to its VIF. */
import type { VifForm } from './vif-tables.ts'
import type { MbusDirection, MbusPhase } from './phases.ts'

/** What the data are where a VIFE makes them something else than the VIF's quantity: a date, a count, a duration. */
export interface VifeData {
  readonly form: VifForm
  readonly unit: string
  readonly exponent: number
  readonly factor: number
}

/** `scale`: a power of ten to multiply with. */
export type OrthogonalVife =
  | { readonly kind: 'direction'; readonly direction: MbusDirection }
  | { readonly kind: 'scale'; readonly exponent: number }
  | { readonly kind: 'fault'; readonly text: string }
  | { readonly kind: 'modifier'; readonly text: string; readonly data?: VifeData | undefined }

/** Codes 01 to 1F in a reply: what the meter could not do with this record. */
const faults: ReadonlyMap<number, string> = new Map([
  [0x01, 'too many DIFEs'],
  [0x02, 'storage number not implemented'],
  [0x03, 'unit number not implemented'],
  [0x04, 'tariff number not implemented'],
  [0x05, 'function not implemented'],
  [0x06, 'data class not implemented'],
  [0x07, 'data size not implemented'],
  [0x0b, 'too many VIFEs'],
  [0x0c, 'illegal VIF group'],
  [0x0d, 'illegal VIF exponent'],
  [0x0e, 'VIF and DIF do not fit'],
  [0x0f, 'action not implemented'],
  [0x15, 'no data available'],
  [0x16, 'data overflow'],
  [0x17, 'data underflow'],
  [0x18, 'data error'],
  [0x1c, 'premature end of record'],
])

const texts: ReadonlyMap<number, string> = new Map([
  [0x00, 'no error'],
  ...['second', 'minute', 'hour', 'day', 'week', 'month', 'year', 'revolution'].map((per, n): [number, string] => [
    0x20 + n,
    `per ${per}`,
  ]),
  [0x28, 'increment per input pulse, channel 0'],
  [0x29, 'increment per input pulse, channel 1'],
  [0x2a, 'increment per output pulse, channel 0'],
  [0x2b, 'increment per output pulse, channel 1'],
  ...['l', 'm3', 'kg', 'K', 'kWh', 'GJ', 'kW', 'K l', 'V', 'A'].map((per, n): [number, string] => [
    0x2c + n,
    `per ${per}`,
  ]),
  [0x36, 'multiplied by s'],
  [0x37, 'multiplied by s/V'],
  [0x38, 'multiplied by s/A'],
  [0x39, 'start date and time of'],
  [0x3a, 'uncorrected unit'],
  [0x3d, 'non-metric unit'],
  [0x3e, 'at base conditions'],
  [0x3f, 'OBIS declaration'],
  [0x40, 'lower limit'],
  [0x48, 'upper limit'],
  [0x41, 'number of exceeds of the lower limit'],
  [0x49, 'number of exceeds of the upper limit'],
  [0x7e, 'future value'],
])

const units = ['s', 'min', 'h', 'd'] as const

const limits = (code: number): string | null => {
  const upper = (code & 0x08) !== 0 ? 'upper' : 'lower'
  const last = (code & 0x04) !== 0 ? 'last' : 'first'
  if (code >= 0x40 && code <= 0x4f && (code & 0x02) !== 0)
    return `date and time of the ${(code & 0x01) !== 0 ? 'end' : 'begin'} of the ${last} exceed of the ${upper} limit`
  if (code >= 0x50 && code <= 0x5f)
    return `duration of the ${last} exceed of the ${upper} limit, in ${units[code & 3] ?? ''}`
  if (code >= 0x60 && code <= 0x67) return `duration of the ${last}, in ${units[code & 3] ?? ''}`
  if (code === 0x68 || code === 0x6c) return `value during the exceed of the ${code === 0x68 ? 'lower' : 'upper'} limit`
  if (code === 0x69 || code === 0x6d) return code === 0x69 ? 'leakage' : 'overflow'
  if (code >= 0x6a && code <= 0x6f && (code & 0x02) !== 0)
    return `date and time of the ${(code & 0x01) !== 0 ? 'end' : 'begin'} of the ${last}`
  return null
}

const dataOf = (text: string): VifeData | undefined => {
  const plain = { unit: '', exponent: 0, factor: 1 }
  if (/^(start )?date/.test(text)) return { ...plain, form: 'date-time' }
  if (text.startsWith('number of')) return { ...plain, form: 'unsigned' }
  return text.startsWith('duration')
    ? { ...plain, form: 'number', unit: text.slice(text.lastIndexOf(' ') + 1) }
    : undefined
}

/** One orthogonal VIFE without its extension bit; codes without a meaning are told by their number. */
export const readOrthogonal = (code: number): OrthogonalVife => {
  if (code === 0x3b) return { kind: 'direction', direction: 'forward' }
  if (code === 0x3c) return { kind: 'direction', direction: 'backward' }
  if (code >= 0x70 && code <= 0x77) return { kind: 'scale', exponent: code - 0x76 }
  if (code === 0x7d) return { kind: 'scale', exponent: 3 }
  // Its sign and its unit are told differently by different documents, so a value with one is not the plain quantity.
  if (code >= 0x78 && code <= 0x7b) return { kind: 'modifier', text: `additive correction 10^${code - 0x7b}` }
  if (code >= 0x01 && code <= 0x1f)
    return {
      kind: 'fault',
      text: faults.get(code) ?? `reserved error ${code.toString(16).toUpperCase().padStart(2, '0')}`,
    }
  const text = texts.get(code) ?? limits(code) ?? `extension ${code.toString(16).toUpperCase().padStart(2, '0')}`
  return { kind: 'modifier', text, data: dataOf(text) }
}

/** After FC. */
export const combinedVifes: ReadonlyMap<number, { readonly phase: MbusPhase } | { readonly text: string }> = new Map<
  number,
  { readonly phase: MbusPhase } | { readonly text: string }
>([
  [0x01, { phase: 'L1' }],
  [0x02, { phase: 'L2' }],
  [0x03, { phase: 'L3' }],
  [0x04, { phase: 'N' }],
  [0x05, { phase: 'L1L2' }],
  [0x06, { phase: 'L2L3' }],
  [0x07, { phase: 'L3L1' }],
  [0x08, { text: 'quadrant 1' }],
  [0x09, { text: 'quadrant 2' }],
  [0x0a, { text: 'quadrant 3' }],
  [0x0b, { text: 'quadrant 4' }],
  [0x0c, { text: 'import less export' }],
  [0x10, { text: 'sum of import and export' }],
])
