import type { ReplyShape } from './reply-shape.ts'

/** Transactions remembered; older ones are long forgotten by any device. A power of two, so that a number's low bits are its place. */
const remembered = 1024

/**
 * The transactions of one connection that were answered: their replies may come twice. Plain numbers in fixed memory: thousands are noted
 * a second, and objects that live on for a while are what a garbage collector takes longest over.
 */
export const createAnsweredTransactions = () => {
  const numbers = new Int32Array(remembered).fill(-1)
  const units = new Uint8Array(remembered)
  const lengths = new Uint16Array(remembered)
  const placeOf = (number: number): number => number & (remembered - 1)
  const has = (number: number): boolean => numbers[placeOf(number)] === number
  return {
    has,
    add(number: number, { unit, length }: ReplyShape): void {
      const place = placeOf(number)
      numbers[place] = number
      units[place] = unit
      lengths[place] = length
    },
    /** The number is used anew. */
    forget(number: number): void {
      if (has(number)) numbers[placeOf(number)] = -1
    },
    /** Unit, and length as an RTU frame, of the reply to an answered transaction; null where it is not known as one. */
    get(number: number): { readonly unit: number; readonly length: number } | null {
      const place = placeOf(number)
      return has(number) ? { unit: units[place] ?? 0, length: lengths[place] ?? 0 } : null
    },
  }
}
