/** A read range with its holes, and what is likely where: what the screen shows of it. */
import { addressHex } from './register-text.ts'
import { codingKey, codingText, decodingsAt, type Decoding } from './decodings.ts'
import { fitBits } from './likelihood.ts'
import { layoutOf, type Tile } from './layout.ts'
import { meaningOf, type Meaning } from './meaning.ts'

/** A register as it was read; `word` null where `why` says what came instead. */
export interface Cell {
  readonly address: number
  readonly word: number | null
  readonly why: string | null
}

export interface Likely {
  readonly tile: Tile
  readonly meaning: Meaning | null
  /** 'likely': its own words or at least two neighbours speak for it; 'possible' otherwise; 'zero': says nothing. */
  readonly strength: 'likely' | 'possible' | 'zero'
  readonly why: string
}
export interface RegisterView {
  readonly cell: Cell
  /** The value that begins here in the likeliest tiling. */
  readonly likely: Likely | null
  /** Address of the value this register is a later part of. */
  readonly partOf: number | null
  /** Words from here to the next hole. */
  readonly words: readonly number[]
}

const strengthOf = (tile: Tile, words: readonly number[]): Likely['strength'] =>
  words.slice(0, tile.width).every((word) => word === 0)
    ? 'zero'
    : tile.margin >= 3 || tile.alike >= 2
      ? 'likely'
      : 'possible'

const neighbourWords = (tiles: readonly Tile[], index: number, first: number): string => {
  const tile = tiles[index]
  if (tile === undefined) return ''
  const near = [index - 1, index + 1, index + 2, index - 2]
    .map((at) => tiles[at])
    .filter(
      (other) =>
        other !== undefined &&
        other.width === tile.width &&
        other.coding !== null &&
        tile.coding !== null &&
        codingKey(other.coding).replace('uint', 'int') === codingKey(tile.coding).replace('uint', 'int'),
    )
    .slice(0, 2)
    .map((other) => first + (other?.offset ?? 0))
    .sort((a, b) => a - b)
  return near.length === 0 || tile.alike === 0
    ? ''
    : near.length === 1
      ? `; register ${String(near[0])} fits the same`
      : `; neighbours ${String(near[0])} and ${String(near[1])} fit the same`
}

const explain = (
  tiles: readonly Tile[],
  index: number,
  first: number,
  strength: Likely['strength'],
  meaning: Meaning | null,
): string => {
  const tile = tiles[index] as Tile
  const neighbours = neighbourWords(tiles, index, first)
  if (tile.coding === null) return 'text: printable characters'
  const coding = codingText(tile.coding)
  if (strength === 'zero')
    return `zero in every coding${tile.alike > 0 ? `; read as ${coding} like its neighbours` : ''}`
  if (tile.value === null) return `${coding}: the code for "no value"${neighbours}`
  const scaled = meaning === null || meaning.scale === 1 ? '' : ` times ${String(meaning.scale)}`
  return `${coding}${scaled}: ${strength === 'likely' ? 'likely' : 'possible'}${meaning === null ? ', a usual size' : ` ${meaning.words}`}${neighbours}`
}

const stretches = (cells: readonly Cell[]): Cell[][] => {
  const found: Cell[][] = []
  for (const cell of cells) {
    const last = found.at(-1)
    const before = last?.at(-1)
    if (cell.word === null) {
      found.push([])
      continue
    }
    if (last === undefined || (before !== undefined && before.address + 1 !== cell.address)) found.push([cell])
    else last.push(cell)
  }
  return found.filter((stretch) => stretch.length > 0)
}

/** Every cell with the likely value that begins there; cells in ascending order of address. */
export const viewRegisters = (cells: readonly Cell[]): RegisterView[] => {
  const views = new Map<number, RegisterView>(
    cells.map((cell) => [cell.address, { cell, likely: null, partOf: null, words: [] }]),
  )
  for (const stretch of stretches(cells)) {
    const words = stretch.map(({ word }) => word ?? 0)
    const first = stretch[0]?.address ?? 0
    const tiles = layoutOf(words)
    for (const [index, tile] of tiles.entries()) {
      for (let part = 0; part < tile.width; part += 1) {
        const address = first + tile.offset + part
        const own = words.slice(tile.offset + part)
        const meaning = meaningOf(tile.value, tile.coding?.type.startsWith('float') ?? false)
        const strength = strengthOf(tile, own)
        const likely =
          part > 0 ? null : { tile, meaning, strength, why: explain(tiles, index, first, strength, meaning) }
        const view = views.get(address)
        if (view !== undefined)
          views.set(address, { cell: view.cell, likely, partOf: part === 0 ? null : first + tile.offset, words: own })
      }
    }
  }
  return [...views.values()]
}

export interface RankedDecoding {
  readonly decoding: Decoding
  readonly bits: number
  readonly isPlausible: boolean
}

/** All decodings of these words, best first; plausible: such words are likelier from a meter in this coding than by chance. */
export const rankDecodings = (words: readonly number[]): RankedDecoding[] =>
  decodingsAt(words)
    .map((decoding): RankedDecoding => {
      if (decoding.kind !== 'number')
        return {
          decoding,
          bits: decoding.kind === 'date' ? 2 : decoding.kind === 'ascii' ? decoding.width * 3 - 8 : -4,
          isPlausible: true,
        }
      const bits = fitBits(decoding.coding, words.slice(0, decoding.width), decoding.value) / decoding.width
      // Four registers taken together by mistake hold a huge number: nothing a meter counts.
      const isHuge = decoding.width === 4 && decoding.value !== null && Math.abs(decoding.value) > 1e15
      return { decoding, bits, isPlausible: decoding.value !== null && bits > -1 && !isHuge }
    })
    .sort((a, b) => b.bits - a.bits)

/** "40001" or "30071": how makers' tables print this register; null beyond five digits. */
export const referenceOf = (address: number, functionCode: 3 | 4): string | null =>
  address > 9998 ? null : String((functionCode === 3 ? 40_001 : 30_001) + address)

export const placeText = (address: number): string => `${String(address)} (${addressHex(address)})`
