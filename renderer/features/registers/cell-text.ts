import { codingText, type NumberDecoding } from '../../../shared/explore/decodings.ts'
import type { Likely, RankedDecoding } from '../../../shared/explore/reading.ts'
import type { QuantityKind } from '../../../shared/quantities.ts'

export const hexText = (word: number): string => word.toString(16).toUpperCase().padStart(4, '0')

const units: Partial<Record<QuantityKind, string>> = { voltage: 'V', frequency: 'Hz' }

/** Seven digits are all a float32 holds; integers are shown whole. */
export const numberText = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 1e15 ? String(value) : String(Number(value.toPrecision(7)))
export const scaledText = (value: number, scale: number): string =>
  numberText(scale < 1 ? value / Math.round(1 / scale) : value * scale)

export const likelyText = ({ tile, meaning }: Likely): string => {
  if (tile.coding === null) return 'text'
  if (tile.value === null) return 'no value'
  const unit = meaning === null ? undefined : units[meaning.kind]
  return `${scaledText(tile.value, meaning?.scale ?? 1)}${unit === undefined ? '' : ` ${unit}`}`
}

export const shortCoding = (decoding: NumberDecoding): string => {
  const { type, wordOrder, byteSwapped } = decoding.coding
  const short = type.replace('uint', 'u').replace('int', 'i').replace('float', 'f')
  return `${short}${decoding.width === 1 ? '' : wordOrder === 'high-first' ? ' high' : ' low'}${byteSwapped ? ' swapped' : ''}`
}

/** The plausible others of a register, best first: what it may be if the likely one is wrong. */
export const othersOf = (ranked: readonly RankedDecoding[], likely: Likely | null): RankedDecoding[] =>
  ranked
    .filter(({ decoding, isPlausible }) => {
      if (!isPlausible || likely?.strength === 'zero') return false
      if (decoding.kind !== 'number') return true
      if (decoding.value === 0) return false
      if (decoding.width === 1 || decoding.coding.byteSwapped) return false
      return likely?.tile.coding == null || codingText(decoding.coding) !== codingText(likely.tile.coding)
    })
    .slice(0, 3)

export const decodingName = ({ decoding }: RankedDecoding): string =>
  decoding.kind === 'number' ? codingText(decoding.coding) : decoding.name
