import { decodeRegister } from '../profile/codec.ts'
import {
  registerSpan,
  registerWidth,
  wordsOfRegister,
  type Register,
  type RegisterSpace,
  type WordOrder,
} from '../profile/register.ts'
import type { NotAvailable } from '../profile/codec.ts'
import { markersOf } from '../profile/markers.ts'
import type { RegisterMemory } from './register-memory.ts'

/** Findings for and against "this device is of that model", with points: what they weigh is an editable assumption. */
export interface Evidence {
  readonly points: number
  readonly counter: number
  /** How surprising the findings for it are in a map that is none of this model's, bits: what a wrong map would also pass weighs nothing. */
  readonly bits: number
  readonly evidence: readonly string[]
  readonly against: readonly string[]
  /** The quantity by which the profile recognises its model: in its range, out of it, or not known. */
  readonly probe: 'passed' | 'failed' | 'unread'
  /** An identity register said so: nothing more is needed. */
  readonly isProven: boolean
}

export const createTally = () => {
  const evidence: string[] = []
  const against: string[] = []
  let points = 0
  let counter = 0
  let bits = 0
  return {
    /** `surprise`: bits, see `Evidence.bits`. */
    speaksFor: (weight: number, words: string | undefined, surprise: number): void => {
      points += weight
      bits += surprise
      if (words !== undefined) evidence.push(words)
    },
    speaksAgainst: (weight: number, words: string): void => {
      counter += weight
      against.push(words)
    },
    read: () => ({ points, counter, bits, evidence, against }),
  }
}

/**
 * Below this a wrong map would pass by chance too often to call the model likely: 2^-17 for each of some sixty models is one device in two
 * thousand, before what speaks against it is counted (editable assumption).
 */
const likelyBits = 17
const mostWithoutSurprise = 0.64

/**
 * 0..1: how far the points outweigh what speaks against, which counts double, and 2.5 points of doubt that any device deserves
 * whose registers merely look right. However much looks right, it is no more than possible while any map of small numbers would.
 */
export const confidenceOf = ({
  points,
  counter,
  bits,
  isProven,
}: Pick<Evidence, 'points' | 'counter' | 'bits' | 'isProven'>): number => {
  if (isProven && counter === 0) return 1
  const confidence = points / (points + 2 * counter + 2.5)
  return bits < likelyBits ? Math.min(confidence, mostWithoutSurprise) : confidence
}

/** A register that must hold zeros above a small number: not every map has them there. */
const zeroWordsBits = 1

/**
 * How surprising it is that a register of a map that is none of this model's holds a value in [low, high], bits. Two backgrounds count,
 * and the one that makes it likelier: small whole numbers of any size, in which an integer passes easily; and words by chance, in which a
 * float passes by its exponent alone.
 */
export const surpriseOf = (
  { type, scale }: { readonly type: Register['type']; readonly scale?: number },
  low: number,
  high: number,
): number => {
  if (type.startsWith('float')) return floatBits
  const [from, to] = [low / (scale ?? 1), high / (scale ?? 1)]
  const share = Math.min(1, (to - from + 1) / (to + 1))
  return -Math.log2(share) + (registerWidth[type] - 1) * zeroWordsBits
}
/** A float in a range of an octave or two: its exponent and sign are one in 256 among words by chance, and small numbers never make one. */
const floatBits = 8

/** How surprising it is that a value agrees with another one to a share of it, bits: by chance anything up to twice is as likely. */
export const agreementBits = (share: number): number => -Math.log2(share)

export const wordOf = (confidence: number): 'certain' | 'strong' | 'likely' | 'possible' =>
  confidence >= 0.995 ? 'certain' : confidence >= 0.85 ? 'strong' : confidence >= 0.65 ? 'likely' : 'possible'

/** How a device refused: with an exception, or (0) by saying nothing at all. */
export const refusalText = (code: number): string => (code === 0 ? 'no answer' : `exception ${code}`)

export const hex = (address: number): string => `0x${address.toString(16).toUpperCase().padStart(4, '0')}`

export type Reading =
  | { readonly state: 'value'; readonly value: number; readonly at: string }
  | { readonly state: 'absent' | 'broken' | 'unread' }
  | { readonly state: 'refused'; readonly code: number }

export interface Readable {
  readonly space: RegisterSpace
  readonly wordOrder: WordOrder
  readonly notAvailable?: NotAvailable | undefined
}
export type ReadableRegister = Pick<Register, 'address' | 'type' | 'scale'> & {
  readonly scaleRegister?: Register['scaleRegister']
  readonly space?: RegisterSpace | undefined
  readonly wordOrder?: WordOrder | undefined
}

const flipped = (order: WordOrder): WordOrder => (order === 'high-first' ? 'low-first' : 'high-first')

/** What the words read so far say of one register. `isFlipped`: with the other word order than the profile's. */
export const readingOf = (
  profile: Readable,
  register: ReadableRegister,
  memory: RegisterMemory,
  isFlipped = false,
): Reading => {
  const space = register.space ?? profile.space
  const { first, width } = registerSpan(register)
  const words = memory.words(space, first, width)
  if (words === null) {
    const code = memory.refusal(space, first, width)
    return code === null ? { state: 'unread' } : { state: 'refused', code }
  }
  const order = register.wordOrder ?? profile.wordOrder
  const decoded = decodeRegister(
    { ...register, wordOrder: isFlipped ? flipped(order) : order },
    wordsOfRegister(register, first, words),
    { wordOrder: order, notAvailable: markersOf(profile) },
  )
  if (decoded === 'not-available') return { state: 'absent' }
  if (decoded === 'not-a-number') return { state: 'broken' }
  return { state: 'value', value: decoded.value, at: hex(register.address) }
}
