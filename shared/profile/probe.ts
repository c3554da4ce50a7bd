/** Whether a meter's probe, the quantity that recognises its model, can be true, and whether it would be in the other word order. */
import { isQuantityKey, quantities } from '../quantities.ts'
import { decodeRegister } from './codec.ts'
import type { MeterProfile } from './meter-profile.ts'
import { registerWidth, type WordOrder } from './register.ts'

export interface ProbeReading {
  readonly quantity: string
  readonly low: number
  readonly high: number
  /** What it reads as the profile says; null where that is no number. */
  readonly value: number | null
  /** true: it fits. false: it can't be. null: it says nothing, e.g. no voltage and so no frequency. */
  readonly fits: boolean | null
  /** What the same words are in the other order, and which that is; null where that does not fit either. */
  readonly reversed: { readonly value: number; readonly order: WordOrder } | null
}

const other: Readonly<Record<WordOrder, WordOrder>> = { 'high-first': 'low-first', 'low-first': 'high-first' }

/** A voltage below the range may be a dip, and 0 a dead supply; a voltage or frequency of less than this is neither. */
const noiseFloor = 1e-3

const verdict = (value: number, unit: string, low: number, high: number): boolean | null => {
  if (value >= low && value <= high) return true
  if (value === 0) return null
  return unit === 'V' && value < low && value > noiseFloor ? null : false
}

/** `words` are those of the probe's own register. null where the profile does not list the quantity it probes. */
export const readProbe = (profile: MeterProfile, words: readonly number[]): ProbeReading | null =>
  readAs(profile, profile.probe, words)

const voltages = ['u_l1n', 'u_l2n', 'u_l3n'] as const
/** A low-voltage grid is there, or a dip of it; what is a transformer's secondary or of medium voltage tells nothing here. Volts. */
const lowVoltage = { low: 80, high: 320 } as const

/**
 * A probe of one word says nothing of the order of two: then a phase voltage of two words is looked at for that alone. Its key; null where
 * the probe itself shows it, or no such voltage is listed.
 */
export const orderWitness = ({ probe, quantities: listed }: MeterProfile): string | null => {
  const register = isQuantityKey(probe.quantity) ? listed[probe.quantity] : undefined
  if (register === undefined || registerWidth[register.type] > 1) return null
  return (
    voltages.find((key) => {
      const voltage = listed[key]
      return voltage !== undefined && registerWidth[voltage.type] === 2 && voltage.scaleRegister === undefined
    }) ?? null
  )
}

/** That its words stand in the other order, by such a voltage: it can't be true as it is read, and is one in the other order. null: it does not say so. */
export const readWordOrder = (profile: MeterProfile, key: string, words: readonly number[]): ProbeReading | null => {
  const reading = readAs(profile, { quantity: key, ...lowVoltage }, words)
  return reading?.fits === true || reading?.reversed == null ? null : { ...reading, fits: false }
}

const readAs = (
  profile: MeterProfile,
  { quantity, low, high }: MeterProfile['probe'],
  words: readonly number[],
): ProbeReading | null => {
  const register = isQuantityKey(quantity) ? profile.quantities[quantity] : undefined
  if (register === undefined || !isQuantityKey(quantity)) return null
  const { unit } = quantities[quantity]
  const order = register.wordOrder ?? profile.wordOrder
  const read = (wordOrder: WordOrder) => decodeRegister({ ...register, wordOrder }, words, profile)
  const decoded = read(order)
  const value = typeof decoded === 'string' ? null : decoded.value
  const fits = decoded === 'not-available' ? null : value !== null && verdict(value, unit, low, high)
  const turned = registerWidth[register.type] === 1 || fits === true ? 'not-available' : read(other[order])
  const isTurnedGood = typeof turned !== 'string' && turned.value >= low && turned.value <= high
  return {
    quantity,
    low,
    high,
    value,
    // In the other order NaN or 0 may come out of good words; then they say something after all.
    fits: fits === null && isTurnedGood ? false : decoded === 'not-a-number' ? false : fits,
    reversed: isTurnedGood ? { value: turned.value, order: other[order] } : null,
  }
}
