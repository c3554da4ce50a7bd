import type { Image } from '../../../shared/model/image.ts'
import type { Sample } from '../../../shared/model/sample.ts'
import type { Log, Recorder, StoredReading } from '../ports.ts'
import { noReads, storedValue, withSample, type SecondStats } from './second-stats.ts'

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

/**
 * The 1 s ring's feed. A quantity is in a row when it was read (or failed) since the row before: between two polls of a slow
 * register there is nothing, not its old value again. A row's time is the end of what it stands for.
 */
export const createReadingsBatcher = (recorder: Pick<Recorder, 'appendReadings'>, log: Log): ReadingsBatcher => {
  const lastAtMs = new Map<string, Map<string, number>>()
  const open = new Map<string, Map<string, SecondStats>>()
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

  const openOf = (meterId: string): Map<string, SecondStats> => {
    const held = open.get(meterId) ?? new Map<string, SecondStats>()
    open.set(meterId, held)
    return held
  }
  /** A sample that was not taken yet; one without a time was never read. */
  const take = (meterId: string, key: string, sample: Sample): void => {
    const seen = lastAtMs.get(meterId) ?? new Map<string, number>()
    lastAtMs.set(meterId, seen)
    if (sample.atMs === null || seen.get(key) === sample.atMs) return
    seen.set(key, sample.atMs)
    const stats = openOf(meterId)
    stats.set(key, withSample(stats.get(key) ?? noReads, sample))
  }
  const rowOf = (meterId: string, image: Image): StoredReading | null => {
    for (const [key, sample] of Object.entries(image.meters[meterId]?.samples ?? {})) take(meterId, key, sample)
    const stats = openOf(meterId)
    if (stats.size === 0) return null
    const values = Object.fromEntries([...stats].map(([key, each]) => [key, storedValue(key, each)]))
    stats.clear()
    return { meterId, atMs: image.atMs, values }
  }

  return {
    observe: (meterId, samples) => {
      for (const [key, sample] of Object.entries(samples)) if (sample !== undefined) take(meterId, key, sample)
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
