import type { Image } from '../../../shared/model/image.ts'
import type { Sample } from '../../../shared/model/sample.ts'
import type { Log } from '../ports.ts'
import type { Recorder, StoredReading } from './recorder.ts'
import { own } from '../../../shared/own.ts'
import { addSample, clearStats, noReads, storedValue, type SecondStats } from './second-stats.ts'

export interface ReadingsBatcher {
  /** Every reply of a meter, at its polling rate: a row keeps the extremes of all of them, so that it shows what the detectors saw. */
  readonly observe: (meterId: string, samples: Readonly<Partial<Record<string, Sample>>>) => void
  /** Takes what is new in this image; at most one row a second and meter, written when the one before is stored. */
  readonly add: (image: Image) => void
  /** Resolves when everything taken so far was handed over (or failed). */
  readonly flush: () => Promise<void>
  /** Rows given up because the store did not keep up or refused them. */
  readonly lost: () => number
}

/** Rows that wait while the store is slow; beyond it the oldest are lost and counted: a minute of 50 meters. */
const mostWaiting = 3000

interface Open {
  lastAtMs: number
  readonly stats: SecondStats
}

/**
 * The 1 s ring's feed. A quantity is in a row when it was read (or failed) since the row before: between two polls of a slow
 * register there is nothing, not its old value again. A row's time is the end of what it stands for.
 */
export const createReadingsBatcher = (recorder: Pick<Recorder, 'appendReadings'>, log: Log): ReadingsBatcher => {
  const open = new Map<string, Map<string, Open>>()
  const lastRowMs = new Map<string, number>()
  let waiting: StoredReading[] = []
  let lost = 0
  let failing = false
  let running: Promise<void> | null = null

  const drain = async () => {
    while (waiting.length > 0) {
      const rows = waiting
      waiting = []
      try {
        await recorder.appendReadings(rows)
        if (failing) log.info('readings are being stored again')
        failing = false
      } catch (error) {
        lost += rows.length
        if (!failing) log.error('readings could not be stored', { rows: rows.length, error: String(error) })
        failing = true
      }
    }
    running = null
  }

  /** What is known of a meter's quantities: when each was taken last, and what was read since the last row. */
  const openOf = (meterId: string): Map<string, Open> => {
    const held = open.get(meterId)
    if (held !== undefined) return held
    const fresh = new Map<string, Open>()
    open.set(meterId, fresh)
    return fresh
  }
  /** A sample that was not taken yet; one without a time was never read. */
  const take = (quantities: Map<string, Open>, key: string, sample: Sample): void => {
    if (sample.atMs === null) return
    const held = quantities.get(key)
    if (held === undefined) {
      const stats = noReads()
      addSample(stats, sample)
      quantities.set(key, { lastAtMs: sample.atMs, stats })
      return
    }
    if (held.lastAtMs === sample.atMs) return
    held.lastAtMs = sample.atMs
    addSample(held.stats, sample)
  }
  const rowOf = (meterId: string, image: Image): StoredReading | null => {
    const quantities = openOf(meterId)
    for (const [key, sample] of Object.entries(own(image.meters, meterId)?.samples ?? {})) take(quantities, key, sample)
    const values: Record<string, StoredReading['values'][string]> = {}
    let isEmpty = true
    for (const [key, { stats }] of quantities) {
      if (stats.reads === 0) continue
      values[key] = storedValue(key, stats)
      clearStats(stats)
      isEmpty = false
    }
    return isEmpty ? null : { meterId, atMs: image.atMs, values }
  }

  return {
    observe: (meterId, samples) => {
      const quantities = openOf(meterId)
      for (const [key, sample] of Object.entries(samples)) if (sample !== undefined) take(quantities, key, sample)
    },
    add: (image) => {
      for (const meterId of Object.keys(image.meters)) {
        // An overload makes an extra image between two seconds: its readings wait for the next full one.
        const before = lastRowMs.get(meterId) ?? -Infinity
        if (image.atMs >= before && image.atMs - before < 900) continue
        const row = rowOf(meterId, image)
        if (row === null) continue
        lastRowMs.set(meterId, image.atMs)
        waiting.push(row)
      }
      if (waiting.length > mostWaiting) {
        const surplus = waiting.length - mostWaiting
        waiting = waiting.slice(surplus)
        lost += surplus
        log.warn('the store does not keep up: readings were given up', { surplus, lost })
      }
      running ??= waiting.length > 0 ? drain() : null
    },
    flush: async () => {
      await (running ?? undefined)
    },
    lost: () => lost,
  }
}
