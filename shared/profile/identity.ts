/** What a device says of itself in its own registers, against what its profile expects there. */
import type { Identity, RegisterSpace, WordOrder } from './register.ts'

/** How many registers must be read, alone and at once, to know it. */
export const identityWidth = (identity: Identity): number =>
  identity.type === 'uint16' ? 1 : identity.type === 'uint32' ? 2 : identity.registers

/** What it says: a number, or a text without its padding. Throws RangeError for a wrong number of words: the caller read too few. */
export const readIdentity = (identity: Identity, words: readonly number[], wordOrder: WordOrder): number | string => {
  const width = identityWidth(identity)
  if (words.length !== width) throw new RangeError(`the identity takes ${width} registers, got ${words.length}`)
  const [first = 0, second = 0] = words
  switch (identity.type) {
    case 'uint16':
      return first
    case 'uint32':
      return wordOrder === 'high-first' ? first * 0x10000 + second : second * 0x10000 + first
    case 'text':
      return plain(words.flatMap((word) => [word >> 8, word & 0xff]))
    // One character a register; which half holds it differs, the other is 0.
    case 'text-wide':
      return plain(words.map((word) => word & 0xff || word >> 8))
  }
}

// Filled up with NUL or blanks; some firmware leaves what stood behind the NUL before. What is no letter, digit or sign is no text.
const plain = (bytes: readonly number[]): string => {
  const end = bytes.indexOf(0)
  return String.fromCharCode(
    ...(end < 0 ? bytes : bytes.slice(0, end)).map((byte) => (byte >= 0x20 && byte < 0x7f ? byte : 0x3f)),
  ).trim()
}

export interface Identified {
  /** What the device said: "331" or "iEM3155". */
  readonly said: string
  /** The model it means; null: this is none of the profile's models. */
  readonly model: string | null
}

/** Whether the words are those of one of the profile's models. Texts are compared by their beginning, without regard to case. */
export const identify = (
  identity: Identity,
  words: readonly number[],
  profile: { readonly wordOrder: WordOrder },
): Identified => {
  const said = readIdentity(identity, words, profile.wordOrder)
  const found = identity.expected.find(({ value }) =>
    typeof value === 'number'
      ? said === value
      : typeof said === 'string' && said.toLowerCase().startsWith(value.toLowerCase()),
  )
  return { said: String(said), model: found?.model ?? null }
}

export const identitySpace = (identity: Identity, profile: { readonly space: RegisterSpace }): RegisterSpace =>
  identity.space ?? profile.space
