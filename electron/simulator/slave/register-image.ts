import { encodeRegister, fits, type CodecDefaults } from '../../../shared/profile/codec.ts'
import { registerWidth, type LineHabits, type Register, type RegisterSpace } from '../../../shared/profile/register.ts'
import { exceptions, type ReadOutcome } from './device.ts'

/** Registers that belong together and how to fill them: with the world's value or, where given, with `instead`. */
export interface ImageEntry {
  readonly space: RegisterSpace
  readonly address: number
  readonly width: number
  readonly isFloat: boolean
  readonly words: (instead?: number) => readonly number[]
}

/**
 * A number as its register would say it; null or undefined is "not available". What a register can't say (a negative value in
 * an unsigned one, a value beyond its range) reads 0, as it does on meters that do not sign.
 */
export const encodeOrZero = (register: Register, value: number | null | undefined, codec: CodecDefaults): number[] => {
  const hasCode = register.type.startsWith('float') || codec.notAvailable?.[register.type]?.[0] !== undefined
  if (value === null || value === undefined) return encodeRegister(register, hasCode ? null : 0, codec)
  return encodeRegister(register, fits(register, value) ? value : 0, codec)
}

const spoiltNumbers = { nan: NaN, infinity: Infinity } as const

/**
 * Reads as the device allows them: refuses what its habits refuse. `filler` is what registers between the listed ones hold.
 * Kept apart from the product's read planner on purpose: both follow the profile's words, neither follows the other.
 */
export const readImage = (
  entries: readonly ImageEntry[],
  habits: Pick<LineHabits, 'maxRegisters' | 'maxGap' | 'evenOnly' | 'holes'>,
  filler: number,
  space: RegisterSpace,
  address: number,
  count: number,
  spoil: 'nan' | 'infinity' | null,
): ReadOutcome => {
  if (count < 1 || count > 125 || count > habits.maxRegisters) return { exception: exceptions.illegalValue }
  const inSpace = entries.filter((entry) => entry.space === space)
  if (inSpace.length === 0) return { exception: exceptions.illegalFunction }
  if (habits.evenOnly && (address % 2 !== 0 || count % 2 !== 0)) return { exception: exceptions.illegalAddress }
  const end = address + count
  if (habits.holes.some(([first, last]) => first < end && last >= address))
    return { exception: exceptions.illegalAddress }

  const words: (number | null)[] = Array.from({ length: count }, () => null)
  for (const entry of inSpace) {
    if (entry.address >= end || entry.address + entry.width <= address) continue
    const value = spoil !== null && entry.isFloat ? entry.words(spoiltNumbers[spoil]) : entry.words()
    value.forEach((word, index) => {
      const at = entry.address + index - address
      if (at >= 0 && at < count) words[at] = word
    })
  }
  const slack = habits.evenOnly ? 1 : 0
  const first = Math.min(...inSpace.map((entry) => entry.address)) - slack
  const last = Math.max(...inSpace.map((entry) => entry.address + entry.width - 1)) + slack
  if (address < first || end - 1 > last) return { exception: exceptions.illegalAddress }
  let gap = 0
  for (const word of words) {
    gap = word === null ? gap + 1 : 0
    if (gap > habits.maxGap) return { exception: exceptions.illegalAddress }
  }
  return { words: words.map((word) => word ?? filler) }
}

export const widthOf = (register: Register) => registerWidth[register.type]
export const isFloat = (register: Register) => register.type.startsWith('float')
