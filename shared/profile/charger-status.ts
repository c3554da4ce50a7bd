/** A charger's status words as one of our words, as the profile's table says. */
import type { ChargerStatus } from '../model/image.ts'
import type { ChargerProfile } from './charger-profile.ts'
import type { WordOrder } from './register.ts'
import { own } from '../own.ts'

type StatusRegister = ChargerProfile['status']

/** `code` is the charger's own text or number, kept for the screen; `value` is null for a code the profile does not list. */
export interface DecodedStatus {
  readonly value: ChargerStatus | null
  readonly code: string
}

/** How many registers the status takes on the wire. */
export const statusWidth = (status: StatusRegister): number =>
  status.type === 'string' ? status.registers : status.type === 'uint32' ? 2 : 1

/** Throws RangeError for a wrong number of words: the caller cut the block wrongly. */
export const decodeStatus = (status: StatusRegister, words: readonly number[], wordOrder: WordOrder): DecodedStatus => {
  const width = statusWidth(status)
  if (words.length !== width) throw new RangeError(`the status takes ${width} registers, got ${words.length}`)
  const code = status.type === 'string' ? textOf(words) : String(numberOf(status, words, wordOrder))
  return { value: Object.hasOwn(status.codes, code) ? (own(status.codes, code) ?? null) : null, code }
}

// Strings are filled up with NUL or blanks, and some firmware leaves what stood behind the NUL before.
const textOf = (words: readonly number[]): string => {
  const bytes = words.flatMap((word) => [word >> 8, word & 0xff])
  const end = bytes.indexOf(0)
  return String.fromCharCode(...(end < 0 ? bytes : bytes.slice(0, end))).trim()
}

const numberOf = (status: StatusRegister, words: readonly number[], wordOrder: WordOrder): number => {
  const [first = 0, second = 0] = words
  if (words.length === 1) return ((first >>> status.shift) & status.mask) >>> 0
  const raw = wordOrder === 'high-first' ? first * 0x10000 + second : second * 0x10000 + first
  return ((raw >>> status.shift) & status.mask) >>> 0
}

/** The words of the first code that means `value`, for a simulator; null where the charger has no such status. */
export const encodeStatus = (status: StatusRegister, value: ChargerStatus, wordOrder: WordOrder): number[] | null => {
  const code = Object.entries(status.codes).find(([, meaning]) => meaning === value)?.[0]
  if (code === undefined) return null
  if (status.type === 'string') {
    return Array.from(
      { length: status.registers },
      (_, index) => ((code.charCodeAt(index * 2) || 0) << 8) | (code.charCodeAt(index * 2 + 1) || 0),
    )
  }
  const raw = (Number(code) << status.shift) >>> 0
  if (status.type === 'uint16') return [raw & 0xffff]
  return wordOrder === 'high-first' ? [raw >>> 16, raw & 0xffff] : [raw & 0xffff, raw >>> 16]
}
