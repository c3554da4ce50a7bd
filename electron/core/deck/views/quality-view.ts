import type { Handlers } from '../../../../shared/api/define.ts'
import type { qualityContract, QualityNow } from '../../../../shared/api/quality-contract.ts'
import type { Finding } from '../../../../shared/model/finding.ts'
import type { QualityRecord } from '../../../../shared/power-quality/quality-record.ts'
import type { Site } from '../../../../shared/site/site.ts'
import { createQualityPart } from '../../power-quality/quality-part.ts'
import type { Log } from '../../ports.ts'
import type { Recorder } from '../../record/recorder.ts'
import { answerTo } from '../../report/views/kept-answers.ts'
import { following, isAtEnd, type DeckPlace } from './deck-place.ts'
import type { KeptViews } from './kept-views.ts'

const asNow = ({ values, ...record }: QualityRecord): QualityNow => {
  const { length, atMs: fromMs, toMs, windows, flagged, coveredMs, scheme } = record
  return {
    ...{ length, fromMs, toMs, windows, flagged, coveredMs },
    scheme: { ...scheme, channels: [...scheme.channels] },
    values: new Uint8Array(values.slice().buffer),
    flicker: [],
  }
}

/**
 * Power quality of a recording: events and windows of ten minutes and two hours as the file holds them. Of shorter windows only the last
 * ones before it was made are in it.
 */
export const createQualityView = (parts: {
  readonly site: Site
  readonly recorder: Pick<Recorder, 'appendQuality' | 'quality' | 'events' | 'intervals'>
  readonly log: Log
  readonly kept: KeptViews
  readonly records: readonly QualityRecord[]
  readonly place: DeckPlace
  readonly findings: () => readonly Finding[]
}): Handlers<typeof qualityContract> => {
  const { site, recorder, log, kept, records, place, findings } = parts
  const sources = answerTo(kept.answers, 'waves.sources')?.output.sources ?? []
  const { handlers } = createQualityPart({
    ...{ site, recorder, log, findings },
    newId: () => '',
    listen: () => () => undefined,
    deviceOf: (sourceId) => sources.find(({ id }) => id === sourceId)?.device ?? null,
  })
  const tenMinutes = records.filter(({ length }) => length === '10min')
  return {
    ...handlers,
    'quality.watch': ({ sourceId, length }, push, who) => {
      // Refuses a source that is none.
      handlers['quality.watch']({ sourceId, length }, () => undefined, who)()
      const last = answerTo(kept.answers, 'quality.watch', { sourceId, length })?.output
      const of = tenMinutes.filter(({ source }) => source === sourceId)
      const now = () => {
        if (last !== undefined && isAtEnd(place)) return last
        const record = of.findLast(({ toMs }) => toMs <= place.nowMs())
        return { row: null, tenMinutes: record === undefined ? null : asNow(record), ongoing: [] }
      }
      return following(place, now, ({ row, tenMinutes: ten }) => `${String(row?.toMs)} ${String(ten?.toMs)}`)(push)
    },
  }
}
