/** A place in each of two lists of lines. */
export type Pair = readonly [number, number]

/** Furthest place on every diagonal after so many edits (Myers 1986, "An O(ND) difference algorithm", greedy). */
type Reach = ReadonlyMap<number, number>

const beginOf = (reach: Reach, diagonal: number): number => {
  const [right, down] = [reach.get(diagonal - 1), reach.get(diagonal + 1)]
  if (right === undefined && down === undefined) return 0
  return down === undefined || (right !== undefined && right + 1 > down) ? (right ?? 0) + 1 : down
}

/** Back along the way that was found: the stretches on which both lists are the same. */
const pairsOf = (reaches: readonly Reach[], ends: Pair): readonly Pair[] => {
  const pairs: Pair[] = []
  let [x, y] = ends
  for (let edits = reaches.length - 1; edits >= 0; edits -= 1) {
    const reach = reaches[edits] ?? new Map<number, number>()
    const diagonal = x - y
    const begin = beginOf(reach, diagonal)
    for (; x > begin; x -= 1, y -= 1) pairs.push([x - 1, y - 1])
    if (edits === 0) break
    const [right, down] = [reach.get(diagonal - 1), reach.get(diagonal + 1)]
    if (down === undefined || (right !== undefined && right + 1 > down)) x -= 1
    else y -= 1
  }
  return pairs.toReversed()
}

/** The lines that both have, in order, as pairs of places. null: more than `most` lines go and come. */
export const commonLines = (from: readonly string[], to: readonly string[], most: number): readonly Pair[] | null => {
  const reaches: Reach[] = []
  let reach: Reach = new Map()
  for (let edits = 0; edits <= most; edits += 1) {
    reaches.push(reach)
    const next = new Map<number, number>()
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = beginOf(reach, diagonal)
      while (x < from.length && x - diagonal < to.length && x - diagonal >= 0 && from[x] === to[x - diagonal]) x += 1
      if (x >= from.length && x - diagonal >= to.length) return pairsOf(reaches, [from.length, to.length])
      if (x <= from.length && x - diagonal <= to.length) next.set(diagonal, x)
    }
    reach = next
  }
  return null
}
