/**
 * The likeliest way to cut a stretch of registers into values: the tiling with the most bits (likelihood.ts), where a change of coding
 * between neighbours costs some, because makers keep one coding over a table. Viterbi's algorithm over registers and codings.
 */
import { registerWidth } from '../profile/register.ts'
import { decodeAs, type Coding } from './decodings.ts'
import { fitBits } from './likelihood.ts'

/** A value's place in the likeliest tiling. `alike`: how many neighbours without a break are coded the same way, itself not counted. */
export interface Tile {
  readonly offset: number
  readonly width: number
  /** null: text. */
  readonly coding: Coding | null
  readonly value: number | null
  readonly alike: number
  /** Bits by which it beats the best other coding that starts here; below 0 its neighbours decide. */
  readonly margin: number
}

interface State {
  readonly coding: Coding | null
  readonly width: number
}
const number = (type: Coding['type'], wordOrder: Coding['wordOrder']): State => ({
  coding: { type, wordOrder, byteSwapped: false },
  width: registerWidth[type],
})
const orders = ['high-first', 'low-first'] as const
/** Signed and unsigned are one state: which it is shows in the values. */
const states: readonly State[] = [
  number('uint16', 'high-first'),
  ...(['float32', 'uint32', 'uint64', 'float64'] as const).flatMap((type) =>
    orders.map((order) => number(type, order)),
  ),
  { coding: null, width: 1 },
]
const signedOf = { uint16: 'int16', uint32: 'int32', uint64: 'int64' } as const

const changeBits = 6
const orderBits = 8
const textBits = 8

const change = (from: State, to: State): number => {
  if (from === to) return 0
  const turned = from.width > 1 && to.width > 1 && from.coding?.wordOrder !== to.coding?.wordOrder
  return changeBits + (turned ? orderBits : 0) + (to.coding === null ? textBits : 0)
}

const isTextByte = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) ||
  (byte >= 0x41 && byte <= 0x5a) ||
  (byte >= 0x61 && byte <= 0x7a) ||
  byte === 0x20 ||
  byte === 0x2d ||
  byte === 0x2e ||
  byte === 0x2f ||
  byte === 0x5f
const textFit = (word: number): number =>
  isTextByte(word >> 8) && (isTextByte(word & 0xff) || (word & 0xff) === 0) ? 4 : -20

interface Fit {
  readonly bits: number
  readonly coding: Coding | null
  readonly value: number | null
}
const fitOf = (state: State, words: readonly number[]): Fit => {
  const { coding } = state
  if (coding === null) return { bits: textFit(words[0] ?? 0), coding, value: null }
  const value = decodeAs(coding, words)
  const plain: Fit = { bits: fitBits(coding, words, value), coding, value }
  const signed = coding.type in signedOf ? { ...coding, type: signedOf[coding.type as keyof typeof signedOf] } : null
  if (signed === null) return plain
  const signedValue = decodeAs(signed, words)
  return signedValue === null || signedValue >= 0
    ? plain
    : [plain, { bits: fitBits(signed, words, signedValue), coding: signed, value: signedValue }].reduce((a, b) =>
        b.bits > a.bits ? b : a,
      )
}

interface Best {
  readonly bits: number
  readonly from: number
  readonly before: number
  readonly fit: Fit
}

const walkBack = (
  best: readonly (readonly (Best | null)[])[],
  end: number,
): { offset: number; state: State; fit: Fit }[] => {
  const tiles: { offset: number; state: State; fit: Fit }[] = []
  let at = end
  let state = (best[at] ?? []).reduce(
    (top, one, index, all) => ((one?.bits ?? -Infinity) > (all[top]?.bits ?? -Infinity) ? index : top),
    0,
  )
  while (at > 0) {
    const one = best[at]?.[state]
    if (one == null) break
    tiles.push({ offset: one.from, state: states[state] as State, fit: one.fit })
    at = one.from
    state = one.before
  }
  return tiles.reverse()
}

/** The tiling of words that were read without a hole; empty for none. Every register belongs to exactly one tile. */
export const layoutOf = (words: readonly number[]): Tile[] => {
  const best: (Best | null)[][] = [states.map(() => null)]
  const fits = words.map((_, offset) =>
    states.map((state) =>
      offset + state.width > words.length ? null : fitOf(state, words.slice(offset, offset + state.width)),
    ),
  )
  for (let end = 1; end <= words.length; end += 1) {
    best.push(
      states.map((state, index) => {
        const from = end - state.width
        const fit = fits[from]?.[index]
        if (fit == null) return null
        if (from === 0) return { bits: fit.bits - (state.coding === null ? textBits : 0), from, before: 0, fit }
        let found: Best | null = null
        for (const [before, one] of (best[from] ?? []).entries()) {
          if (one === null) continue
          const bits = one.bits + fit.bits - change(states[before] as State, state)
          if (found === null || bits > found.bits) found = { bits, from, before, fit }
        }
        return found
      }),
    )
  }
  const cut = walkBack(best, words.length)
  return cut.map(({ offset, state, fit }, index): Tile => {
    let alike = 0
    for (let other = index - 1; other >= 0 && cut[other]?.state === state; other -= 1) alike += 1
    for (let other = index + 1; other < cut.length && cut[other]?.state === state; other += 1) alike += 1
    const others = (fits[offset] ?? [])
      .filter((one, other) => one !== null && states[other] !== state)
      .map(
        (one) => (one?.bits ?? -Infinity) / (one?.coding === null || one === null ? 1 : registerWidth[one.coding.type]),
      )
    return {
      offset,
      width: state.width,
      coding: fit.coding,
      value: fit.value,
      alike,
      margin: fit.bits / state.width - Math.max(-Infinity, ...others),
    }
  })
}
