import {
  addSums,
  addValue,
  addWindow,
  noSums,
  valuesOf,
  type QualitySums,
} from '../../shared/power-quality/quality-sums.ts'
import type { QualityRow } from '../../shared/power-quality/quality-row.ts'
import { tickMs, type CycleWindow } from '../../shared/power-quality/window-clock.ts'
import type { WindowMeasure } from '../../shared/power-quality/measure-window.ts'

/** Of 150 or 180 cycles, and of two hours. */
const [windowsOf3s, ticksOf2h] = [15, 12] as const

/** A window with what it measured. */
export interface MeasuredWindow {
  readonly window: CycleWindow
  readonly values: Float64Array
  readonly isFlagged: boolean
}

interface Running {
  readonly fromMs: number
  readonly sums: QualitySums
}

export interface IntervalDeps {
  readonly source: string
  readonly measure: Pick<WindowMeasure, 'scheme' | 'columns' | 'places'>
  /** Pst of the ten minutes of a tick by channel, and its 10 s frequencies. */
  readonly pstOf: (tick: number) => ReadonlyMap<string, number>
  readonly hzOf: (tick: number) => readonly (number | null)[]
}

/**
 * Basic windows gathered to 150/180 cycles, ten minutes and two hours (IEC 61000-4-30, 4.5). At a tick a new 150/180-cycle interval begins beside
 * the one that runs, which takes the windows that follow until it is full.
 */
export const createQualityIntervals = ({ source, measure, pstOf, hzOf }: IntervalDeps) => {
  const { scheme, columns, places } = measure
  const rmsPlaces = columns.flatMap(({ key }, place) => (key.endsWith('.rms') ? [[key, place] as const] : []))
  let short: readonly Running[] = []
  let tick: number | null = null
  let ten = noSums(columns.length)
  let twoHours = noSums(columns.length)

  const row = (
    length: QualityRow['length'],
    [fromMs, toMs]: readonly [number, number],
    sums: QualitySums,
    tenSecondsHz: readonly (number | null)[] = [],
  ): QualityRow => ({
    source,
    length,
    fromMs,
    toMs,
    windows: sums.windows,
    flagged: sums.flagged,
    coveredMs: sums.coveredMs,
    scheme,
    values: valuesOf(sums, columns),
    extremes:
      length === '10min' || length === '2h'
        ? Object.fromEntries(
            rmsPlaces.flatMap(([key, place]) =>
              (sums.counts[place] ?? 0) === 0 ? [] : [[key, [sums.low[place] ?? NaN, sums.high[place] ?? NaN]]],
            ),
          )
        : {},
    tenSecondsHz,
    flicker: [],
  })
  const closeTwoHours = (lastTick: number): readonly QualityRow[] => {
    const done = twoHours
    twoHours = noSums(columns.length)
    if (done.windows === 0) return []
    const begin = Math.floor(lastTick / ticksOf2h) * ticksOf2h
    const made = row('2h', [begin * tickMs, (begin + ticksOf2h) * tickMs], done)
    // Plt is of twelve Pst, and of no fewer.
    columns.forEach(({ operator }, place) => {
      if (operator === 'cube' && (done.counts[place] ?? 0) < ticksOf2h) made.values[place] = NaN
    })
    return [made]
  }
  const closeTen = (ended: number, next: number): readonly QualityRow[] => {
    for (const [channel, pst] of pstOf(ended)) addValue(ten, columns, places.get(`${channel}.pst`) ?? -1, pst)
    const made = row('10min', [ended * tickMs, (ended + 1) * tickMs], ten, hzOf(ended))
    addSums(twoHours, ten)
    ten = noSums(columns.length)
    const isOther = Math.floor(ended / ticksOf2h) !== Math.floor(next / ticksOf2h)
    return [made, ...(isOther ? closeTwoHours(ended) : [])]
  }
  const takeShort = ({ window, values, isFlagged }: MeasuredWindow, isNewTick: boolean): readonly QualityRow[] => {
    if (short.length === 0 || isNewTick) short = [...short, { fromMs: window.fromMs, sums: noSums(columns.length) }]
    for (const { sums } of short) addWindow(sums, columns, values, { isFlagged, lengthMs: window.toMs - window.fromMs })
    const done = short.filter(({ sums }) => sums.windows === windowsOf3s)
    const going = short.filter(({ sums }) => sums.windows < windowsOf3s)
    // The next follows the one of this tick's own sequence.
    short = going
    return done.map(({ fromMs, sums }) => row('3s', [fromMs, window.toMs], sums))
  }

  return {
    take: (measured: MeasuredWindow): readonly QualityRow[] => {
      const { window, values, isFlagged } = measured
      const lengthMs = window.toMs - window.fromMs
      const isNewTick = tick !== null && tick !== window.tick
      const closed = tick !== null && isNewTick ? closeTen(tick, window.tick) : []
      tick = window.tick
      addWindow(ten, columns, values, { isFlagged, lengthMs })
      const own: QualityRow = {
        source,
        length: 'window',
        fromMs: window.fromMs,
        toMs: window.toMs,
        windows: 1,
        flagged: isFlagged ? 1 : 0,
        coveredMs: lengthMs,
        scheme,
        values,
        extremes: {},
        tenSecondsHz: [],
        flicker: [],
      }
      return [...closed, own, ...takeShort(measured, isNewTick)]
    },
    /** Samples are missing: what runs of 150/180 cycles is left; ten minutes go on with less coverage. */
    cut: (): void => {
      short = []
    },
  }
}
