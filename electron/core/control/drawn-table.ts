import { phases, type Phase } from '../../../shared/model/phase.ts'
import { draws, largest, type ChargerView } from './charger-watch.ts'
import { skewMs } from './timing.ts'

/**
 * Which current a charger may have had around a moment. low, high: the smallest and largest its own meter showed; unseen: the most, if its own
 * meter has no sensor on a phase where it is counted: what it draws elsewhere.
 */
export type Around = 'low' | 'high' | 'unseen'

export const phaseIndex: Readonly<Record<Phase, number>> = { L1: 0, L2: 1, L3: 2 }

/** A row: when, the current of each phase, and what it would be without a sensor there. */
const width = 1 + 2 * phases.length

/** Views in rows: those of the n-th from `starts[n]` on, and the least it showed on each phase. */
interface Rows {
  readonly rows: Float64Array
  readonly starts: Int32Array
  readonly leasts: Float64Array
}

/** Writes the rows of one view from `from` on; answers where the next begins. */
const writeView = ({ rows, leasts }: Rows, { points, countedOn }: ChargerView, index: number, from: number): number => {
  const onL1 = countedOn.includes('L1')
  const onL2 = countedOn.includes('L2')
  const onL3 = countedOn.includes('L3')
  let one = Infinity
  let two = Infinity
  let three = Infinity
  let at = from
  for (const point of points) {
    const { L1, L2, L3 } = point.currentA
    if (L1 < one) one = L1
    if (L2 < two) two = L2
    if (L3 < three) three = L3
    const most = largest(point)
    rows[at] = point.atMs
    rows[at + 1] = L1
    rows[at + 2] = L2
    rows[at + 3] = L3
    rows[at + 4] = onL1 && !draws(point, 'L1') ? most : L1
    rows[at + 5] = onL2 && !draws(point, 'L2') ? most : L2
    rows[at + 6] = onL3 && !draws(point, 'L3') ? most : L3
    at += width
  }
  leasts[3 * index] = one === Infinity ? 0 : one
  leasts[3 * index + 1] = two === Infinity ? 0 : two
  leasts[3 * index + 2] = three === Infinity ? 0 : three
  return at
}

/** The current of one charger around a moment, of the rows read about then, or of the one nearest to it; which of them belonged to it cannot be known. */
const around = ({ rows, starts }: Rows, index: number, column: number, atMs: number, isLow: boolean): number => {
  const end = starts[index + 1] as number
  let found = isLow ? Infinity : 0
  let isFound = false
  let nearest = -1
  let nearestMs = Infinity
  for (let at = starts[index] as number; at < end; at += width) {
    const apartMs = Math.abs((rows[at] as number) - atMs)
    if (apartMs <= skewMs) {
      const amperes = rows[at + column] as number
      if (isLow ? amperes < found : amperes > found) found = amperes
      isFound = true
    }
    if (apartMs < nearestMs) {
      nearest = at
      nearestMs = apartMs
    }
  }
  if (isFound) return found
  return nearest < 0 ? 0 : (rows[nearest + column] as number)
}

const roomFor = (views: number, points: number): Rows => ({
  rows: new Float64Array(points * width),
  starts: new Int32Array(views + 1),
  leasts: new Float64Array(views * phases.length),
})

/**
 * What every charger of one image drew lately, in rows of numbers and by its place among the views: it is asked for every charger below
 * every meter, phase and recent reading.
 */
export const createDrawnTable = () => {
  // Not kept: filled anew for each image before it is asked.
  let table = roomFor(0, 0)
  let known: readonly ChargerView[] = []
  let isAnyMissed = false

  return {
    /** Takes the views of one image; what is asked of the table is of them until the next. */
    fill: (views: readonly ChargerView[]): void => {
      let points = 0
      for (const view of views) points += view.points.length
      if (table.rows.length < points * width || table.leasts.length < views.length * phases.length)
        table = roomFor(views.length, 2 * points)
      known = views
      isAnyMissed = false
      let at = 0
      let index = 0
      for (const view of views) {
        if (view.missedOn.size > 0) isAnyMissed = true
        table.starts[index] = at
        at = writeView(table, view, index, at)
        index += 1
      }
      table.starts[index] = at
    },
    views: (): readonly ChargerView[] => known,
    /** Whether a meter missed the steps of any charger. */
    isAnyMissed: (): boolean => isAnyMissed,
    /** What these chargers (by their place) drew together on a phase around a moment, A. */
    sumAround: (places: readonly number[], phase: Phase, atMs: number, side: Around): number => {
      const column = (side === 'unseen' ? 1 + phases.length : 1) + phaseIndex[phase]
      const isLow = side === 'low'
      let sum = 0
      for (const place of places) sum += around(table, place, column, atMs, isLow)
      return sum
    },
    /** The sum of the least each showed on a phase in all that is known of it, A: around no moment they had less. */
    sumLeast: (places: readonly number[], phase: Phase): number => {
      const offset = phaseIndex[phase]
      let sum = 0
      for (const place of places) sum += table.leasts[3 * place + offset] as number
      return sum
    },
  }
}
export type DrawnTable = ReturnType<typeof createDrawnTable>
