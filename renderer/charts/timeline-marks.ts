/** Which marks a timeline has: events that would lie on each other are one, so that a year of ten thousand is a few hundred shapes. */

export interface TimelineEvent {
  readonly id: string
  readonly atMs: number
  readonly isSevere: boolean
  readonly isBound: boolean
}
export interface TimelineMark {
  /** Of the first of those that lie here. */
  readonly id: string
  readonly x: number
  readonly count: number
  readonly isSevere: boolean
  readonly isBound: boolean
}

const edge = 8
/** Marks nearer than this are one. */
const apart = 2

/** Severe ones last, so that they lie on top, and the chosen one by itself above all. */
export const timelineMarks = (
  events: readonly TimelineEvent[],
  fromMs: number,
  toMs: number,
  width: number,
  chosenId: string | null,
): readonly TimelineMark[] => {
  const xOf = (ms: number) => edge + ((ms - fromMs) / Math.max(1, toMs - fromMs)) * (width - 2 * edge)
  const marks = new Map<number, { -readonly [key in keyof TimelineMark]: TimelineMark[key] }>()
  const places = Math.ceil(width / apart) + 1
  let chosen: TimelineMark | null = null
  for (const { id, atMs, isSevere, isBound } of events) {
    const x = xOf(atMs)
    if (id === chosenId) {
      chosen = { id, x, count: 1, isSevere, isBound }
      continue
    }
    const key = ((isSevere ? 2 : 0) + (isBound ? 0 : 1)) * places + Math.round(x / apart)
    const there = marks.get(key)
    if (there === undefined) marks.set(key, { id, x, count: 1, isSevere, isBound })
    else there.count += 1
  }
  const inOrder = [...marks].sort(([one], [other]) => one - other).map(([, mark]) => mark)
  return chosen === null ? inOrder : [...inOrder, chosen]
}
