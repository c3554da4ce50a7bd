/** Whether a profile says what a person expects of its golden words. */
import { limitInAmperes } from './charger-limit.ts'
import type { ChargerProfile } from './charger-profile.ts'
import { decodeStatus } from './charger-status.ts'
import { decodeRegister, encodeRegister, type Decoded } from './codec.ts'
import { withExtremes } from './extremes.ts'
import type { MeterProfile } from './meter-profile.ts'
import type { Golden } from './read-profile.ts'
import { checkOwnGolden } from '../meter-records/check-own-golden.ts'
import { own } from '../own.ts'
import { decodedWidth, type Register } from './register.ts'

type Case = Golden['cases'][number]

const numbersOf = (words: readonly string[]): number[] => words.map((word) => parseInt(word, 16))
const shown = (decoded: Decoded): string => (typeof decoded === 'string' ? decoded : String(decoded.value))
const isSame = (decoded: Decoded, { value, tolerance }: Case): boolean => {
  if (value === null) return decoded === 'not-available'
  return (
    typeof value === 'number' &&
    typeof decoded === 'object' &&
    Math.abs(decoded.value - value) <= (tolerance ?? Math.max(1e-9, Math.abs(value) * 1e-4))
  )
}

const checkRegister = (
  register: Register | undefined,
  one: Case,
  profile: Pick<MeterProfile, 'wordOrder' | 'notAvailable'>,
): string | null => {
  if (register === undefined) return `'${one.quantity}' is not in the profile`
  const words = numbersOf(one.words)
  if (words.length !== decodedWidth(register))
    return `${one.quantity} takes ${decodedWidth(register)} registers, the case has ${words.length}`
  const decoded = decodeRegister(register, words, profile)
  return isSame(decoded, one)
    ? null
    : `${one.quantity}: ${one.words.join(' ')} reads ${shown(decoded)} instead of ${String(one.value ?? 'not-available')}`
}

const uncovered = (profile: MeterProfile | ChargerProfile, cases: readonly Case[]): string[] => {
  const registers: Readonly<Record<string, Register | undefined>> = profile.quantities
  const covered = new Set(cases.map(({ quantity }) => own(registers, quantity)?.type))
  return [...new Set(Object.values(registers).map((register) => register?.type))]
    .filter((type) => !covered.has(type))
    .map((type) => `no case is of type ${String(type)}`)
}

/** What is wrong between a meter's profile and its golden cases, one sentence each; empty when they agree and cover every type. */
export const checkMeterGolden = (
  profile: MeterProfile,
  { cases, records = [], samples = [] }: Pick<Golden, 'cases' | 'records' | 'samples'>,
): string[] => {
  const registers: Readonly<Record<string, Register | undefined>> = withExtremes(profile).quantities
  return [
    ...cases.flatMap((one) => checkRegister(own(registers, one.quantity), one, profile) ?? []),
    ...uncovered(profile, cases),
    ...checkOwnGolden(profile, records, samples),
  ]
}

const checkChargerCase = (profile: ChargerProfile, one: Case): string | null => {
  if (one.quantity === 'status') {
    const { value, code } = decodeStatus(profile.status, numbersOf(one.words), profile.wordOrder)
    return value === one.value
      ? null
      : `status: ${one.words.join(' ')} is code ${code}, ${String(value)} instead of ${String(one.value)}`
  }
  if (one.quantity === 'limit-write') {
    const words = encodeRegister(limitInAmperes(profile), Number(one.value), profile).map((word) =>
      word.toString(16).toUpperCase().padStart(4, '0'),
    )
    const same = words.join(' ') === one.words.join(' ').toUpperCase()
    return same
      ? null
      : `limit-write: ${String(one.value)} A is written as ${words.join(' ')} instead of ${one.words.join(' ')}`
  }
  return checkRegister(
    own(profile.quantities as Readonly<Record<string, Register | undefined>>, one.quantity),
    one,
    profile,
  )
}

/** The same for a charger, whose states and written limit must be among the cases. */
export const checkChargerGolden = (profile: ChargerProfile, { cases }: Pick<Golden, 'cases'>): string[] => [
  ...cases.flatMap((one) => checkChargerCase(profile, one) ?? []),
  ...uncovered(profile, cases),
  ...(['status', 'limit-write'] as const)
    .filter((key) => !cases.some(({ quantity }) => quantity === key))
    .map((key) => `no case is of ${key}`),
]
