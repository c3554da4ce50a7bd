/** How a zone's wall clock stands against UTC, and where it shows the same time twice. */
export interface ZoneOffset {
  /** Wall clock less UTC at an instant, ms. */
  readonly at: (ms: number) => number
  /** Instants at which the wall clock shows this (given as if it were UTC): none in a skipped hour, two in a repeated one. */
  readonly instantsOf: (wallMs: number) => readonly number[]
  /** Whether the wall clock shows the same at another instant too. */
  readonly isRepeated: (ms: number) => boolean
}

/** Every zone has changed its clock at whole quarters of an hour for as long as there are laptops. */
const blockMs = 15 * 60_000
/** No change moves a clock by more than this, but for those who crossed the date line. */
const reachMs = 26 * 3_600_000
const mostBlocks = 4096

export const createZoneOffset = (wallOf: (ms: number) => number): ZoneOffset => {
  const known = new Map<number, number>()
  const at = (ms: number): number => {
    const block = Math.floor(ms / blockMs)
    const before = known.get(block)
    if (before !== undefined) return before
    if (known.size >= mostBlocks) known.clear()
    const startMs = block * blockMs
    const offset = wallOf(startMs) - startMs
    known.set(block, offset)
    return offset
  }
  const instantsOf = (wallMs: number): readonly number[] =>
    [...new Set([at(wallMs - reachMs), at(wallMs), at(wallMs + reachMs)])]
      .map((offset) => wallMs - offset)
      .filter((ms, index, all) => at(ms) === wallMs - ms && all.indexOf(ms) === index)
      .sort((a, b) => a - b)
  return { at, instantsOf, isRepeated: (ms) => instantsOf(ms + at(ms)).length > 1 }
}

/** +02:00 */
export const offsetText = (offsetMs: number): string => {
  const minutes = Math.round(Math.abs(offsetMs) / 60_000)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${offsetMs < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
