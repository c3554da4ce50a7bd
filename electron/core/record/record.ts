import type { Interval } from '../../../shared/model/event.ts'
import type { Image } from '../../../shared/model/image.ts'
import type { Sample } from '../../../shared/model/sample.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Clock, Log, Recorder } from '../ports.ts'
import { energyBound } from './energy-bound.ts'
import { createIntervalRecorder } from './interval-recorder.ts'
import { createReadingsBatcher } from './readings-batcher.ts'
import { createTraceRing, type TraceRing } from './trace-ring.ts'

export interface SiteRecord {
  /** Every reply of a meter, at its polling rate. */
  readonly observe: (meterId: string, samples: Readonly<Partial<{ [key: string]: Sample }>>, atMs: number) => void
  /** Once an image: the 1 s readings, and the intervals that have ended. */
  readonly step: (image: Image) => void
  /** The computer's clock was set: open intervals end there. */
  readonly clockSet: (nowMs: number) => void
  readonly trace: TraceRing
  /** Hands over what is still waiting. Intervals not yet over are not recorded: the next start begins them anew, and says so. */
  readonly close: () => Promise<void>
}

/** Intervals that could not be stored are kept for another try, this many. */
const mostKept = 5000

/** What is kept of the measurements: trace (10 min, in memory), 1 s readings, one-minute and fifteen-minute intervals. */
export const createRecord = (parts: {
  readonly site: Site
  readonly recorder: Pick<Recorder, 'appendReadings' | 'appendIntervals'>
  readonly clock: Clock
  readonly log: Log
}): SiteRecord => {
  const { site, recorder, log } = parts
  const trace = createTraceRing(site.meters)
  const intervals = createIntervalRecorder(
    site.meters.map((meter) => ({ id: meter.id, periodMs: meter.periodMs, bound: energyBound(site, meter) })),
  )
  const readings = createReadingsBatcher(recorder, log)
  let waiting: Interval[] = []
  let storing: Promise<void> | null = null

  const store = async () => {
    const rows = waiting
    waiting = []
    try {
      await recorder.appendIntervals(rows)
    } catch (error) {
      log.error('intervals could not be stored; they are tried again with the next', {
        rows: rows.length,
        error: String(error),
      })
      waiting = [...rows, ...waiting].slice(-mostKept)
    }
    storing = null
  }

  const keep = (ended: readonly Interval[]) => {
    if (ended.length === 0) return
    waiting.push(...ended)
    storing ??= store()
  }

  return {
    observe: (meterId, samples) => {
      trace.push(meterId, samples)
      intervals.observe(meterId, samples)
      readings.observe(meterId, samples)
    },
    step: (image) => {
      readings.add(image)
      keep(intervals.close(image.atMs))
    },
    clockSet: (nowMs) => {
      keep(intervals.clockSet(nowMs))
    },
    trace,
    close: async () => {
      await storing
      if (waiting.length > 0) await store()
      await readings.flush()
    },
  }
}
