import type { Subject } from '../../../shared/model/finding.ts'
import type { Site, SiteWaveSource } from '../../../shared/site/site.ts'
import type { Journal } from '../journal.ts'
import type { Stop } from '../ports.ts'
import type { WaveObservation } from '../../../shared/wave/wave-observation.ts'
import { createEventSides } from './event-sides.ts'
import type { WaveField, WaveNotice } from './wave-ports.ts'
import { captureRow, inrushRow, noticeRow, rapidChangeRow, voltageEventRow, type WaveRow } from './wave-words.ts'

const subjectOf = (site: Site, source: SiteWaveSource | undefined): Subject =>
  source?.circuit !== undefined
    ? { kind: 'circuit', id: source.circuit }
    : source?.meter !== undefined
      ? { kind: 'meter', id: source.meter }
      : { kind: 'site', id: site.id }

/** Puts what happens to wave sources, and what their samples show, into the site's history. */
export const createWaveJournal = (site: Site, field: WaveField, journal: Journal): readonly Stop[] => {
  const sources = new Map(site.waves.map((source) => [source.id, source]))
  const nameOf = (id: string): string => sources.get(id)?.name ?? id
  /** What was said last of a connection: attempts that fail in the same way are one row. */
  const said = new Map<string, string>()

  const sides = createEventSides()
  /** Ended before it was known which currents flowed at their beginning. */
  let waiting: readonly Extract<WaveObservation, { kind: 'voltage-event' }>[] = []

  const write = (source: string | null, row: WaveRow, data: Record<string, unknown>): void => {
    const subject = subjectOf(site, source === null ? undefined : sources.get(source))
    journal.write(row.kind, row.severity, subject, row.message, data)
  }
  const notice = (news: WaveNotice): void => {
    const source = 'source' in news ? news.source : null
    const row = noticeRow(news, nameOf(source ?? ''))
    if (news.kind === 'connected' || news.kind === 'lost') {
      if (said.get(news.source) === row.message) return
      said.set(news.source, row.message)
    }
    write(source, row, { ...news })
  }
  const writeEvent = (observation: (typeof waiting)[number]): void => {
    const { source, event } = observation
    const side = sides.sideOf(source, event)
    write(source, voltageEventRow(event, nameOf(source), site.grid.nominalVoltage), { ...observation, side })
  }
  const writeReady = (source: string, isLast: boolean): void => {
    const ready = waiting.filter((each) => each.source === source && (isLast || sides.isReady(source, each.event)))
    waiting = waiting.filter((each) => !ready.includes(each))
    ready.forEach(writeEvent)
  }
  return [
    field.onNotice(notice),
    field.onObservation((observation) => {
      const { source } = observation
      if (observation.kind === 'captured') write(source, captureRow(observation, nameOf(source)), { ...observation })
      if (observation.kind === 'rapid-change')
        write(source, rapidChangeRow(observation.change, nameOf(source)), { ...observation })
      if (observation.kind === 'inrush')
        write(source, inrushRow(observation.inrush, nameOf(source)), { ...observation })
      if (observation.kind === 'rms') {
        sides.observe(observation)
        writeReady(source, false)
      }
      if (observation.kind === 'break') writeReady(source, true)
      if (observation.kind !== 'voltage-event') return
      const { event } = observation
      // Told when it is over: one row has its depth and its duration.
      if (event.toMs === null && !event.isCut) return
      if (sides.isReady(source, event)) writeEvent(observation)
      else waiting = [...waiting, observation]
    }),
  ]
}
