import type { OutputOf } from '../../../shared/api/define.ts'
import type { snapshotContract } from '../../../shared/api/snapshot-contract.ts'
import type { TimeRange } from '../record/recorder.ts'
import { recordFileName } from '../record/tape/record-file.ts'
import type { ExportParts } from './export-snapshot.ts'
import { surveyReadings } from './readings-csv.ts'

type Preview = OutputOf<(typeof snapshotContract)['snapshot.preview']>

/** Rows of CSV and lines of JSON shrink about so much (measured on the simulated depot). */
const packing = { csv: 6, parquet: 1.3, record: 9 } as const
/** Of a row of CSV, what a row of Parquet takes (measured on the simulated depot). */
const parquetShare = 0.35
/** A line of a record, bytes, and lines of it a second and meter, where nothing better is known. */
const lineBytes = 320
/** Looked at this much of a range at most, from its end: a week of two hundred meters is not read for a guess. */
const lookMs = 3_600_000

/** What would go into a snapshot and about how large it would be, without making it. */
export const previewSnapshot = async (parts: ExportParts, range: TimeRange): Promise<Preview> => {
  const { recorder, archive, overview } = parts
  const remarks: string[] = []
  const looked = { fromMs: Math.max(range.fromMs, range.toMs - lookMs), toMs: range.toMs }
  const scale = (range.toMs - range.fromMs) / (looked.toMs - looked.fromMs)
  let csvBytes = 0
  let rows = 0
  for (const meter of overview.meters) {
    const of = { recorder, csv: archive.csv, meterId: meter.id, keys: Object.keys(meter.quantities), range: looked }
    const survey = await surveyReadings(of, Infinity)
    csvBytes += survey.bytes * scale
    rows += survey.rows * scale
    if (survey.rows === 0) remarks.push(`nothing of ${meter.name} was recorded in this time`)
  }
  const hasRecord = parts.filesOf?.(range, archive).some(({ name }) => name === recordFileName) === true
  const recordBytes = hasRecord
    ? Math.round((overview.meters.length * lineBytes * (range.toMs - range.fromMs)) / 1000)
    : 0
  if (!hasRecord)
    remarks.push('the record of every turn is not kept so long: what was decided in it can be read, not played again')
  const list: Preview['parts'] = [
    { name: 'readings/*.csv', what: `${String(Math.round(rows))} seconds of readings`, bytes: Math.round(csvBytes) },
    { name: 'readings/*.parquet', what: 'the same for programs', bytes: Math.round(csvBytes * parquetShare) },
    ...(hasRecord
      ? [{ name: recordFileName, what: 'everything that entered the site, to play it', bytes: recordBytes }]
      : []),
    { name: 'intervals, events, decisions, writes, audit', what: 'what was found, decided and done', bytes: null },
    { name: 'incidents, quality, waves/*', what: 'trips, power quality, captures as COMTRADE', bytes: null },
    { name: 'lines/*.pcap', what: 'frames of the lines, at most the last ten minutes', bytes: null },
    {
      name: 'site.yaml, health, report.html and .pdf, README.txt',
      what: 'what the site is, and a page to read first',
      bytes: null,
    },
  ]
  const packedBytes = Math.round(
    csvBytes / packing.csv + (csvBytes * parquetShare) / packing.parquet + recordBytes / packing.record,
  )
  return { ...range, parts: list, packedBytes, remarks }
}
