import { decodeRegister } from '../profile/codec.ts'
import {
  registerSpan,
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
  return {
    speaksFor: (weight: number, words?: string): void => {
      points += weight
      if (words !== undefined) evidence.push(words)
    },
    speaksAgainst: (weight: number, words: string): void => {
      counter += weight
      against.push(words)
    },
    read: () => ({ points, counter, evidence, against }),
  }
}

/**
 * 0..1: how far the points outweigh what speaks against, which counts double, and 2.5 points of doubt that any device deserves
 * whose registers merely look right.
 */
export const confidenceOf = ({
  points,
  counter,
  isProven,
}: Pick<Evidence, 'points' | 'counter' | 'isProven'>): number =>
  isProven && counter === 0 ? 1 : points / (points + 2 * counter + 2.5)

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
