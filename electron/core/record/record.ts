import type { Interval } from '../../../shared/model/event.ts'
import type { Image } from '../../../shared/model/image.ts'
import type { Sample } from '../../../shared/model/sample.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Clock, Log } from '../ports.ts'
import type { Recorder } from './recorder.ts'
import { own } from '../../../shared/own.ts'
import { chargerBound, createChargerCount } from './charger-count.ts'
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

/** A charger tells its counter about once a minute or more often; minutes of a dozen of them would take more than all meters do. */
const chargerPeriodMs = 60_000
const chargerLengths = [900] as const

/** What chargers count, given to the intervals as a register that rises; `strip` takes the readings off where they are made here. */
const followChargers = (site: Site, observe: (id: string, samples: Readonly<Record<string, Sample>>) => void) => {
  const counts = new Map(
    site.chargers.map((charger) => [charger.id, createChargerCount(chargerBound(site, charger))] as const),
  )
  const bySession = new Set<string>()
  return {
    step: ({ chargers }: Image) => {
      for (const [id, count] of counts) {
        const read = count.read(own(chargers, id))
        if (read === null) continue
        if (read.isSession) bySession.add(id)
        observe(id, { e_import: read.sample })
      }
    },
    strip: (rows: readonly Interval[]): readonly Interval[] =>
      bySession.size === 0
        ? rows
        : rows.map((row) =>
            bySession.has(row.meterId) ? { ...row, registerStartKwh: null, registerEndKwh: null } : row,
          ),
  }
}

/** What is kept of the measurements: trace (10 min, in memory), 1 s readings, one-minute and fifteen-minute intervals. */
export const createRecord = (parts: {
  readonly site: Site
  readonly recorder: Pick<Recorder, 'appendReadings' | 'appendIntervals'>
  readonly clock: Clock
  readonly log: Log
}): SiteRecord => {
  const { site, recorder, log } = parts
  const trace = createTraceRing(site.meters)
  const intervals = createIntervalRecorder([
    ...site.meters.map((meter) => ({ id: meter.id, periodMs: meter.periodMs, bound: energyBound(site, meter) })),
    ...site.chargers.map((charger) => ({
      id: charger.id,
      periodMs: chargerPeriodMs,
      bound: chargerBound(site, charger),
      lengths: chargerLengths,
    })),
  ])
  const chargers = followChargers(site, intervals.observe)
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
    waiting.push(...chargers.strip(ended))
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
      chargers.step(image)
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
