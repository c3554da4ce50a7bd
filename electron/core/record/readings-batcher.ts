import type { Image } from '../../../shared/model/image.ts'
import type { Log, Recorder, StoredReading } from '../ports.ts'

export interface ReadingsBatcher {
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
 * register there is nothing, not its old value again.
 */
export const createReadingsBatcher = (recorder: Pick<Recorder, 'appendReadings'>, log: Log): ReadingsBatcher => {
  const lastAtMs = new Map<string, Map<string, number>>()
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

  const rowOf = (meterId: string, image: Image): StoredReading | null => {
    const samples = image.meters[meterId]?.samples ?? {}
    const seen = lastAtMs.get(meterId) ?? new Map<string, number>()
    lastAtMs.set(meterId, seen)
    const values: Record<string, StoredReading['values'][string]> = {}
    for (const [key, sample] of Object.entries(samples)) {
      if (sample.atMs === null || seen.get(key) === sample.atMs) continue
      seen.set(key, sample.atMs)
      values[key] = { value: sample.value, quality: sample.quality }
    }
    return Object.keys(values).length === 0 ? null : { meterId, atMs: image.atMs, values }
  }

  return {
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
