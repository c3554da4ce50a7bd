/** The fixed data structure of old meters (CI 73; EN 1434-3:1997, table 13): two counters with one-byte units. */
import { idText, statusOf } from './header.ts'
import type { MbusRecord, MbusValue } from './record-value.ts'
import type { DecodedTelegram } from './decoded-telegram.ts'
import type { VifMeaning } from './vif.ts'

type Unit = readonly [quantity: string, unit: string, exponent: number]

const decades = (quantity: string, unit: string, exponent: number, count: number): Unit[] =>
  Array.from({ length: count }, (_, n): Unit => [quantity, unit, exponent + n])

/** Codes 00 to 38; 3E and 3F are told apart below. */
const units: readonly Unit[] = [
  ['time', 'h, min, s', 0],
  ['date', 'd, m, y', 0],
  ...decades('energy', 'Wh', 0, 9),
  ...decades('energy', 'J', 3, 9),
  ...decades('power', 'W', 0, 9),
  ...decades('power', 'J/h', 3, 9),
  ...decades('volume', 'm3', -6, 9),
  ...decades('volume-flow', 'm3/h', -6, 9),
  ['temperature', 'degC', -3],
  ['heat-cost-units', 'HCA', 0],
]

const media = [
  'other',
  'oil',
  'electricity',
  'gas',
  'heat',
  'steam',
  'warm water',
  'water',
  'heat cost allocator',
  'reserved',
  'gas, mode 2',
  'heat, mode 2',
  'warm water, mode 2',
  'water, mode 2',
  'heat cost allocator, mode 2',
  'reserved',
] as const
/** The same codes as in the variable structure up to 8. */
const historic = 0x3e

export const readFixed = (ci: number, data: Uint8Array): DecodedTelegram => {
  if (data.length !== 16)
    return { ok: false, problem: `the fixed data structure takes 16 bytes, the reply has ${data.length}` }
  const msbFirst = ci === 0x77
  const field = (from: number, to: number): Uint8Array =>
    msbFirst ? data.slice(from, to).reverse() : data.slice(from, to)
  const status = data[5] as number
  const [first = 0, second = 0] = field(6, 8)
  const medium = (first >> 6) | ((second >> 6) << 2)
  const binary = (status & 0x01) !== 0
  const stored = (status & 0x02) !== 0
  const codes = [first & 0x3f, second & 0x3f] as const
  return {
    ok: true,
    telegram: {
      kind: 'fixed',
      ci,
      header: {
        id: idText(field(0, 4)),
        manufacturer: '',
        version: 0,
        medium,
        mediumName: media[medium] ?? 'reserved',
        accessNumber: data[4] as number,
        // Bits 0 and 1 say here how the counters are coded and when they were taken.
        status: { ...statusOf(status & 0xfc), code: status },
        signature: 0,
      },
      records: codes.map((code, index) =>
        recordOf(
          code === historic ? codes[0] : code,
          field(8 + 4 * index, 12 + 4 * index),
          binary,
          stored || code === historic ? 1 : 0,
        ),
      ),
      manufacturerData: null,
      moreFollows: false,
      report: null,
      notes: stored ? ['the counters are those of a fixed date'] : [],
    },
  }
}

const recordOf = (code: number, bytes: Uint8Array, binary: boolean, storage: number): MbusRecord => {
  const [quantity, unit, exponent] =
    units[code] ?? (code === 0x3f ? (['dimensionless', '', 0] as const) : (['reserved', '', 0] as const))
  const vif: VifMeaning = {
    quantity,
    unit,
    exponent,
    factor: 1,
    form: 'number',
    phase: null,
    direction: null,
    modifiers: [],
    fault: null,
    bytes: Uint8Array.of(code),
  }
  return {
    function: 'instantaneous',
    storage,
    tariff: 0,
    subUnit: 0,
    vif,
    value: counterOf(bytes, binary, exponent),
    raw: bytes,
  }
}

const counterOf = (bytes: Uint8Array, binary: boolean, exponent: number): MbusValue => {
  const digits = idText(bytes)
  if (!binary && !/^[0-9]+$/.test(digits)) return { kind: 'none', why: `the meter sends no decimal number (${digits})` }
  const raw = parseInt(digits, binary ? 16 : 10)
  return { kind: 'number', raw, value: exponent < 0 ? raw / 10 ** -exponent : raw * 10 ** exponent }
}
