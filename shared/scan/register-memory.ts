import type { RegisterSpace } from '../profile/register.ts'

/** What one device has said so far, register by register, so that many profiles can be judged by the same words. */
export interface RegisterMemory {
  note(space: RegisterSpace, address: number, words: readonly number[]): void
  /** The device refused this very read: an exception, with its code. */
  refuse(space: RegisterSpace, address: number, count: number, code: number): void
  /** null unless every one of the registers was read. */
  words(space: RegisterSpace, address: number, width: number): readonly number[] | null
  covers(space: RegisterSpace, address: number, count: number): boolean
  /** The exception this read, or one within it, got; null when none did. */
  refusal(space: RegisterSpace, address: number, count: number): number | null
}

export const createRegisterMemory = (): RegisterMemory => {
  const known: Record<RegisterSpace, Map<number, number>> = { holding: new Map(), input: new Map() }
  const refused: {
    readonly space: RegisterSpace
    readonly address: number
    readonly count: number
    readonly code: number
  }[] = []
  const words = (space: RegisterSpace, address: number, width: number): readonly number[] | null => {
    const found: number[] = []
    for (let at = address; at < address + width; at += 1) {
      const word = known[space].get(at)
      if (word === undefined) return null
      found.push(word)
    }
    return found
  }
  return {
    note: (space, address, read) => read.forEach((word, index) => known[space].set(address + index, word)),
    refuse: (space, address, count, code) => {
      refused.push({ space, address, count, code })
    },
    words,
    covers: (space, address, count) => words(space, address, count) !== null,
    refusal: (space, address, count) =>
      refused.find(
        (read) => read.space === space && read.address >= address && read.address + read.count <= address + count,
      )?.code ?? null,
  }
}
