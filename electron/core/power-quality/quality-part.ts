import { refusal } from '../../../shared/said/refusal.ts'
import type { Ongoing, qualityContract, QualityNow } from '../../../shared/api/quality-contract.ts'
import type { Finding } from '../../../shared/model/finding.ts'
import { createRecordReader, recordOf } from '../../../shared/power-quality/quality-record.ts'
import type { QualityRow } from '../../../shared/power-quality/quality-row.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { WaveObservation } from '../../../shared/wave/wave-observation.ts'
import { checkedRange } from '../api/checked-range.ts'
import type { Part } from '../part.ts'
import type { Log, NewId, Stop } from '../ports.ts'
import type { Recorder } from '../record/recorder.ts'
import { powerEventsOf } from './power-events.ts'
import { readEvents, readQuality } from './read-record.ts'
import { weekMs } from './week-of-samples.ts'
import { weekReportOf } from './week-report-of.ts'

export interface QualityPartPorts {
  readonly site: Site
  readonly recorder: Pick<Recorder, 'appendQuality' | 'quality' | 'events' | 'intervals'>
  readonly log: Log
  readonly newId: NewId
  /** What is said of samples. */
  readonly listen: (listener: (observation: WaveObservation) => void) => Stop
  readonly findings: () => readonly Finding[]
  /** What a wave source's front end calls itself; null: it has not said. */
  readonly deviceOf: (sourceId: string) => string | null
}

interface Newest {
  readonly rows: Partial<Record<QualityRow['length'], QualityNow>>
  readonly ongoing: readonly Ongoing[]
}
const nothing: Newest = { rows: {}, ongoing: [] }

const nowOf = (row: QualityRow): QualityNow => {
  const { length, fromMs, toMs, windows, flagged, coveredMs, scheme, flicker, values } = row
  const numbers = Float32Array.from(values)
  return {
    length,
    fromMs,
    toMs,
    windows,
    flagged,
    coveredMs,
    scheme: { ...scheme, channels: [...scheme.channels] },
    values: new Uint8Array(numbers.buffer),
    flicker: [...flicker],
  }
}

const stepOngoing = (before: readonly Ongoing[], observation: Extract<WaveObservation, { kind: 'voltage-event' }>) => {
  const { kind, fromMs, toMs, isCut, channels, extremeV } = observation.event
  const others = before.filter((each) => each.kind !== kind)
  return toMs === null && !isCut ? [...others, { kind, fromMs, channels: [...channels], extremeV }] : others
}

/**
 * Power quality: what samples and polls say of the supply, now and from the record. It says nothing of its health to the fold of parts: control
 * does not rest on it.
 */
export const createQualityPart = (ports: QualityPartPorts): Part<typeof qualityContract> => {
  const { site, recorder, log, newId } = ports
  const newest = new Map<string, Newest>()
  const watchers = new Set<(source: string, what: QualityRow['length'] | 'ongoing') => void>()
  let stop: Stop | null = null

  const keep = (row: QualityRow): void => {
    const record = recordOf(row, newId())
    if (record === null) return
    recorder.appendQuality([record]).catch((error: unknown) => {
      log.error('power quality could not be stored', { source: row.source, error: String(error) })
    })
  }
  const observe = (observation: WaveObservation): void => {
    const { source } = observation
    const before = newest.get(source) ?? nothing
    if (observation.kind === 'quality') {
      const { row } = observation
      keep(row)
      newest.set(source, { ...before, rows: { ...before.rows, [row.length]: nowOf(row) } })
      for (const tell of watchers) tell(source, row.length)
    } else if (observation.kind === 'voltage-event') {
      newest.set(source, { ...before, ongoing: stepOngoing(before.ongoing, observation) })
      for (const tell of watchers) tell(source, 'ongoing')
    } else if (observation.kind === 'break') newest.set(source, { ...before, ongoing: [] })
  }
  const known = (sourceId: string): string => {
    if (site.waves.some(({ id }) => id === sourceId)) return sourceId
    throw refusal('no-wave-source', { sourceId, sources: site.waves.map(({ id }) => id) })
  }
  const eventsOf = async (fromMs: number, toMs: number) => {
    const { rows, sinceMs } = await readEvents(recorder, { fromMs, toMs })
    return { events: powerEventsOf(rows, ports.findings(), site).filter((event) => event.fromMs < toMs), sinceMs }
  }

  return {
    name: 'the power quality',
    start: () => {
      stop = ports.listen(observe)
    },
    stop: () => stop?.(),
    handlers: {
      'quality.watch': ({ sourceId, length }, push) => {
        const source = known(sourceId)
        const send = (): void => {
          const { rows, ongoing } = newest.get(source) ?? nothing
          push({ row: rows[length] ?? null, tenMinutes: rows['10min'] ?? null, ongoing: [...ongoing] })
        }
        const tell = (of: string, what: string): void => {
          if (of === source && (what === length || what === 'ongoing')) send()
        }
        watchers.add(tell)
        send()
        return () => watchers.delete(tell)
      },
      'quality.rows': async ({ sourceId, length, keys, ...range }) => {
        const { fromMs, toMs } = checkedRange(range)
        if (toMs - fromMs > 1.1 * weekMs) throw refusal('quality-too-long', {})
        const read = createRecordReader()
        const records = await readQuality(recorder, known(sourceId), { fromMs, toMs })
        return records
          .filter((record) => record.length === length)
          .map((record) => ({
            fromMs: record.atMs,
            toMs: record.toMs,
            windows: record.windows,
            flagged: record.flagged,
            coveredMs: record.coveredMs,
            values: keys.map((key) => read(record, key)),
          }))
      },
      'quality.events': async (range) => {
        const { fromMs, toMs } = checkedRange(range)
        const { events, sinceMs } = await eventsOf(fromMs, toMs)
        return { events: [...events], sinceMs }
      },
      'quality.report': async ({ sourceId, fromMs, edition }) => {
        const { events } = await eventsOf(fromMs, fromMs + weekMs)
        return weekReportOf({
          site,
          recorder,
          sourceId,
          fromMs,
          edition,
          events,
          device: ports.deviceOf(sourceId),
        })
      },
    },
  }
}
