/** Where the parts of a picture stand: as on the screen, without the blank bands that its tables and controls leave. Pure. */

export interface Placed {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
/** A part of a picture. `onScreen`: how high it is there, where a file needs more because nothing may be cut. */
export interface Part extends Placed {
  readonly onScreen: number
}

/** Blank bands wider than this are made so wide, pixels. */
const mostBlank = 16

/** Moves a place along one axis so that blank bands between the intervals shrink; the first interval begins at zero. */
export const squeezed = (intervals: readonly (readonly [from: number, to: number])[]): ((at: number) => number) => {
  const inOrder = intervals.toSorted(([one], [other]) => one - other)
  /** From this place on, so much is taken away. */
  const steps: { readonly from: number; readonly less: number }[] = []
  let end = -Infinity
  let less = inOrder[0]?.[0] ?? 0
  for (const [from, to] of inOrder) {
    if (end !== -Infinity && from - end > mostBlank) less += from - end - mostBlank
    if (steps.at(-1)?.less !== less) steps.push({ from, less })
    end = Math.max(end, to)
  }
  return (at) => at - (steps.findLast(({ from }) => from <= at)?.less ?? steps[0]?.less ?? 0)
}

/** All parts where they stand in the picture, and its size: parts that need more height than on the screen push what is below them down. */
export const layOut = <P extends Part>(
  parts: readonly P[],
): { readonly parts: readonly P[]; readonly width: number; readonly height: number } => {
  const grown = parts
    .filter(({ height, onScreen }) => height > onScreen)
    .map(({ y, height, onScreen }) => ({ below: y + onScreen, by: height - onScreen }))
    .sort((one, other) => one.below - other.below)
  // Parts side by side that grow push once, by the one that grows most.
  const pushes: { below: number; by: number }[] = []
  for (const { below, by } of grown) {
    const last = pushes.at(-1)
    if (last !== undefined && below - last.below < mostBlank) last.by = Math.max(last.by, by)
    else pushes.push({ below, by })
  }
  const pushed = parts.map((part) => ({
    ...part,
    y: part.y + pushes.reduce((sum, { below, by }) => (part.y >= below - 1 ? sum + by : sum), 0),
  }))
  const across = squeezed(pushed.map(({ x, width }) => [x, x + width]))
  const down = squeezed(pushed.map(({ y, height }) => [y, y + height]))
  const laid = pushed.map((part) => ({ ...part, x: across(part.x), y: down(part.y) }))
  return {
    parts: laid,
    width: Math.max(0, ...laid.map(({ x, width }) => x + width)),
    height: Math.max(0, ...laid.map(({ y, height }) => y + height)),
  }
}

/** A text in lines no wider than a width, by what each takes; a word that is wider stands alone. */
export const wrapped = (text: string, width: number, widthOf: (text: string) => number): readonly string[] => {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && widthOf(`${last} ${word}`) <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
