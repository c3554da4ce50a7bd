/** Every way to read the registers that begin at one place. */
import { decodeRegister } from '../profile/codec.ts'
import { registerWidth, type RegisterType, type WordOrder } from '../profile/register.ts'

export type NumberType = Exclude<RegisterType, 'float32-4q-pf'>

export interface Coding {
  readonly type: NumberType
  readonly wordOrder: WordOrder
  readonly byteSwapped: boolean
}

/** A number read one way. `value` is null where the words are no number in it: `text` says what they are. */
export interface NumberDecoding {
  readonly kind: 'number'
  readonly coding: Coding
  readonly width: number
  readonly value: number | null
  readonly text: string
}
export interface TextDecoding {
  readonly kind: 'ascii' | 'bcd' | 'date'
  readonly width: number
  readonly name: string
  readonly value: number | null
  readonly text: string
}
export type Decoding = NumberDecoding | TextDecoding

const narrow: readonly NumberType[] = ['uint16', 'int16']
const wide: readonly NumberType[] = ['float32', 'uint32', 'int32', 'float64', 'uint64', 'int64']

/** Swapped bytes are shown, though no profile can hold them: the codec follows the standard's byte order. */
export const codings: readonly Coding[] = [
  ...narrow.map((type): Coding => ({ type, wordOrder: 'high-first', byteSwapped: false })),
  ...wide.flatMap((type) =>
    (['high-first', 'low-first'] as const).map((wordOrder): Coding => ({ type, wordOrder, byteSwapped: false })),
  ),
  ...narrow.map((type): Coding => ({ type, wordOrder: 'high-first', byteSwapped: true })),
  ...(['float32', 'uint32', 'int32'] as const).flatMap((type) =>
    (['high-first', 'low-first'] as const).map((wordOrder): Coding => ({ type, wordOrder, byteSwapped: true })),
  ),
]

export const codingKey = ({ type, wordOrder, byteSwapped }: Coding): string =>
  `${type}${registerWidth[type] === 1 ? '' : ` ${wordOrder}`}${byteSwapped ? ' swapped' : ''}`

/** "float32, high word first". */
export const codingText = ({ type, wordOrder, byteSwapped }: Coding): string =>
  `${type}${registerWidth[type] === 1 ? '' : wordOrder === 'high-first' ? ', high word first' : ', low word first'}${byteSwapped ? ', bytes swapped' : ''}`

const swap = (word: number): number => ((word & 0xff) << 8) | (word >> 8)

/** The number these words (exactly the coding's width) hold, unscaled; null where they hold none. */
export const decodeAs = (coding: Coding, words: readonly number[]): number | null => {
  const decoded = decodeRegister({ type: coding.type }, coding.byteSwapped ? words.map(swap) : words, {
    wordOrder: coding.wordOrder,
  })
  return typeof decoded === 'object' ? decoded.value : null
}

const exact = (coding: Coding, words: readonly number[], value: number | null): string => {
  if (value === null) return 'not a number'
  if (!coding.type.endsWith('64') || coding.type === 'float64' || Number.isSafeInteger(value)) return String(value)
  const ordered = coding.wordOrder === 'high-first' ? words : [...words].reverse()
  const raw = ordered.reduce((sum, word) => (sum << 16n) | BigInt(word), 0n)
  return String(coding.type === 'int64' ? BigInt.asIntN(64, raw) : raw)
}

const isPrintable = (byte: number): boolean => byte >= 0x20 && byte < 0x7f
/** Longest text looked for, registers. */
const longestText = 20

const asciiAt = (words: readonly number[]): TextDecoding | null => {
  let text = ''
  let width = 0
  for (const word of words.slice(0, longestText)) {
    const [high, low] = [word >> 8, word & 0xff]
    if (!isPrintable(high)) break
    text += String.fromCharCode(high)
    width += 1
    if (!isPrintable(low)) break
    text += String.fromCharCode(low)
  }
  const shown = text.trimEnd()
  return shown.length < 3 ? null : { kind: 'ascii', width, name: 'ASCII', value: null, text: shown }
}

const bcdOf = (words: readonly number[]): number | null => {
  const digits = words.map((word) => word.toString(16).padStart(4, '0')).join('')
  return /^[0-9]+$/.test(digits) ? Number(digits) : null
}

const two = (part: number): string => String(part).padStart(2, '0')
const unixFrom = Date.UTC(2010, 0, 1) / 1000
const unixTo = Date.UTC(2040, 0, 1) / 1000

/** Schneider's four-register date and time after IEC 60870-5-4: year from 2000; month, day; hour, minute; milliseconds. */
const schneiderDate = ([year, monthDay, hourMinute, millis]: readonly number[]): string | null => {
  if (year === undefined || monthDay === undefined || hourMinute === undefined || millis === undefined) return null
  const [month, day, hour, minute] = [
    (monthDay >> 8) & 0x0f,
    monthDay & 0x1f,
    (hourMinute >> 8) & 0x1f,
    hourMinute & 0x3f,
  ]
  const isDate =
    (year & ~0x7f) === 0 &&
    year >= 10 &&
    year < 40 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    hour < 24 &&
    minute < 60 &&
    millis < 60_000
  return isDate
    ? `20${two(year)}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(Math.floor(millis / 1000))}`
    : null
}

const datesAt = (words: readonly number[]): TextDecoding[] => {
  const found: TextDecoding[] = []
  const [a, b] = words
  if (a !== undefined && b !== undefined) {
    for (const [order, seconds] of [
      ['high word first', a * 65536 + b],
      ['low word first', b * 65536 + a],
    ] as const) {
      if (seconds < unixFrom || seconds >= unixTo) continue
      found.push({
        kind: 'date',
        width: 2,
        name: `Unix seconds, ${order}`,
        value: null,
        text: new Date(seconds * 1000).toISOString().replace('T', ' ').replace('.000Z', ' UTC'),
      })
    }
  }
  const four = schneiderDate(words)
  if (four !== null)
    found.push({
      kind: 'date',
      width: 4,
      name: 'date and time of four registers (IEC 60870-5-4)',
      value: null,
      text: four,
    })
  return found
}

/** All decodings of the words from here on (as many as were read, up to the next hole), plausible or not. */
export const decodingsAt = (words: readonly number[]): Decoding[] => {
  const numbers = codings
    .filter(({ type }) => registerWidth[type] <= words.length)
    .map((coding): Decoding => {
      const width = registerWidth[coding.type]
      const own = words.slice(0, width)
      const value = decodeAs(coding, own)
      return { kind: 'number', coding, width, value, text: exact(coding, own, value) }
    })
  const ascii = asciiAt(words)
  const bcds = [1, 2].flatMap((width): Decoding[] => {
    const value = words.length < width ? null : bcdOf(words.slice(0, width))
    return value === null || value < 10
      ? []
      : [{ kind: 'bcd', width, name: `BCD, ${String(width * 4)} digits`, value, text: String(value) }]
  })
  return [...numbers, ...(ascii === null ? [] : [ascii]), ...bcds, ...datesAt(words)]
}
