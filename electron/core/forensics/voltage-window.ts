import type { Frame } from './frame.ts'
import { meterColumns } from './frame.ts'
import { meterLook, type History } from './history.ts'
import { drew, recentMs, rootOf, since, type Noticed, type Row } from './noticed.ts'

/** Editable assumptions, ms: how long outside is outside, how long a protective device looks on, and how late a stop still belongs to it. */
const holdsMs = 3000
const leastOutsideMs = 2000
const afterMs = 12_000
const lookedAtMs = 20_000
/** A meter that is read less often than this may have missed the beginning, ms. */
const slowMs = 2000
/** What a slow meter saw once, chargers must confirm: so many of them, stopped within this of each other, ms. */
const fewestTogether = 2
const togetherMs = 5000

/** The voltage outside 90 to 110 %, as the meters show it. */
interface Outside {
  readonly firstMs: number
  readonly lastMs: number
  /** When it may have begun: the last reading before it that was inside. Of a meter that is read often, the first that was outside. */
  readonly mayBeginMs: number
  /** Two readings of one meter, some seconds apart, were outside. */
  readonly isConfirmed: boolean
}

const outsideOf = (history: History, frames: readonly Frame[], nowMs: number): Outside | null => {
  const { site } = history
  const { layout } = history.columnsOf
  const nominalV = site.grid.nominalVoltage
  const isOutside = (frame: Frame, id: string): boolean => {
    const { lowestV, highestV } = meterLook(layout, frame, id)
    return (
      (lowestV !== null && lowestV < 0.9 * nominalV && lowestV >= 0.5 * nominalV) ||
      (highestV !== null && highestV > 1.1 * nominalV)
    )
  }
  /** When what is shown was read. */
  const readMs = (frame: Frame, id: string): number => {
    const age = frame.values[(layout.meters.get(id) ?? -1) + meterColumns.age] ?? NaN
    return frame.atMs - 1000 * (Number.isNaN(age) ? 0 : age)
  }
  const recent = frames.filter((frame) => nowMs - frame.atMs <= lookedAtMs)
  const seenBy = site.meters.flatMap(({ id }) => {
    const own = recent.filter((frame) => isOutside(frame, id))
    const [first] = own
    const last = own.at(-1)
    if (first === undefined || last === undefined) return []
    const inside = frames.findLast((frame) => frame.atMs < first.atMs && meterLook(layout, frame, id).lowestV !== null)
    const insideMs = inside === undefined ? first.atMs : readMs(inside, id)
    return [
      {
        firstMs: first.atMs,
        lastMs: last.atMs,
        mayBeginMs: readMs(first, id) - insideMs > slowMs ? insideMs : first.atMs,
        isConfirmed: readMs(last, id) - readMs(first, id) >= holdsMs,
      },
    ]
  })
  if (seenBy.length === 0) return null
  const firstMs = Math.min(...seenBy.map((one) => one.firstMs))
  const lastMs = Math.max(...seenBy.map((one) => one.lastMs))
  return lastMs - firstMs < holdsMs
    ? null
    : {
        firstMs,
        lastMs,
        // Another meter that was still inside later narrows it.
        mayBeginMs: Math.min(firstMs, Math.max(...seenBy.map((one) => one.mayBeginMs))),
        isConfirmed: seenBy.some((one) => one.isConfirmed),
      }
}

/** When a charger that drew stopped without having been told; null: it did not. */
const stoppedMs = (own: readonly Row[]): number | null => {
  // One that measures no current says by its state that it stopped.
  const from = since(own, ({ look }) =>
    look.highest === null
      ? look.answers && look.status !== null && look.status !== 'charging'
      : look.answers && look.highest < 0.5,
  )
  if (from === null) return null
  const isTold = own.some(
    ({ atMs, look }) => atMs <= from + 1000 && from - atMs <= recentMs && look.limitA !== null && look.limitA < 6,
  )
  const charged = own.some(
    ({ atMs, look }) => atMs < from && from - atMs <= recentMs && look.highest === null && look.status === 'charging',
  )
  return (drew(own, from) || charged) && !isTold ? from : null
}

/**
 * Charging stopped, untold, while the voltage was outside 90 to 110 % for some seconds. A meter that is read every ten seconds shows it after
 * the stop, and may have met a dip of a tenth of a second: then a second reading says so too, or several chargers stopped together.
 */
export const windowOf = (
  history: History,
  frames: readonly Frame[],
  rows: ReadonlyMap<string, readonly Row[]>,
  nowMs: number,
): Noticed | null => {
  const outside = outsideOf(history, frames, nowMs)
  if (outside === null) return null
  const stops = history.site.chargers.flatMap(({ id, circuit }) => {
    const atMs = stoppedMs(rows.get(id) ?? [])
    return atMs !== null && atMs >= outside.mayBeginMs + leastOutsideMs && atMs <= outside.lastMs + afterMs
      ? [{ circuit, atMs }]
      : []
  })
  const plain = stops.filter(({ atMs }) => atMs >= outside.firstMs + leastOutsideMs)
  const isTogether = stops.some(
    ({ atMs }) => stops.filter((other) => Math.abs(other.atMs - atMs) <= togetherMs).length >= fewestTogether,
  )
  const stopped = outside.isConfirmed || isTogether ? stops : plain
  const [one] = stopped
  if (one === undefined) return null
  const isShared = stopped.some(({ circuit }) => circuit !== one.circuit)
  return {
    kind: 'window',
    atMs: nowMs,
    circuitId: isShared ? (rootOf(history)?.id ?? null) : one.circuit,
    chargerIds: null,
  }
}
