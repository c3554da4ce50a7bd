/** What a device says of itself in its own registers, against what its profile expects there. */
import type { Identity, Nameplate, RegisterSpace, WordOrder } from './register.ts'

/** What is needed of a register to read it: an identity or a line of the nameplate. */
type Said = Pick<Nameplate, 'type' | 'registers'>

/** How many registers must be read, alone and at once, to know it. */
export const identityWidth = ({ type, registers }: Said): number =>
  type === 'uint16' ? 1 : type === 'uint32' || type === 'float32' ? 2 : registers

/** What it says: a number, or a text without its padding. Throws RangeError for a wrong number of words: the caller read too few. */
export const readIdentity = (identity: Said, words: readonly number[], wordOrder: WordOrder): number | string => {
  const width = identityWidth(identity)
  if (words.length !== width) throw new RangeError(`the identity takes ${width} registers, got ${words.length}`)
  const [first = 0, second = 0] = words
  switch (identity.type) {
    case 'uint16':
      return first
    case 'uint32':
      return wordOrder === 'high-first' ? first * 0x10000 + second : second * 0x10000 + first
    case 'float32': {
      const view = new DataView(new ArrayBuffer(4))
      const [high, low] = wordOrder === 'high-first' ? [first, second] : [second, first]
      view.setUint16(0, high)
      view.setUint16(2, low)
      return view.getFloat32(0)
    }
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

export const identitySpace = (
  identity: Pick<Identity, 'space'>,
  profile: { readonly space: RegisterSpace },
): RegisterSpace => identity.space ?? profile.space
