import type { MeterDescription } from '../../../shared/api/site-contract.ts'
import type { Archive } from '../archive-port.ts'
import type { Recorder, TimeRange } from '../record/recorder.ts'
import type { Progress } from '../transfer/file-offer.ts'
import type { LazyFile } from './lazy-file.ts'
import { readingsParquet } from './snapshot-parquet.ts'
import { readingsCsv, surveyReadings, type ReadingsOf, type ReadingsSurvey } from './readings-csv.ts'

export interface ReadingsParts {
  readonly recorder: Pick<Recorder, 'readings'>
  readonly archive: Pick<Archive, 'csv' | 'utf8' | 'parquet'>
  readonly meters: readonly MeterDescription[]
  readonly range: TimeRange
  /** Of all meters together, characters. */
  readonly budget: number
  readonly remarks: string[]
  readonly tell: (progress: Progress) => void
}

const whyOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

const remarkOn = (name: string, meter: MeterDescription, survey: ReadingsSurvey, remarks: string[]): void => {
  if (survey.rows === 0) remarks.push(`${name} is empty: nothing of ${meter.name} was recorded in this time`)
  if (survey.cut)
    remarks.push(
      `${name} begins at ${new Date(survey.sinceMs).toISOString()}: the file would have become too large; export a shorter time for the rest`,
    )
}

/** The readings of every meter, one file each. What cannot be read is left out and said in the remarks. */
export async function* snapshotReadings(parts: ReadingsParts): AsyncGenerator<LazyFile, void> {
  const { recorder, archive, meters, range, remarks, tell } = parts
  for (const [index, meter] of meters.entries()) {
    const name = `readings/${meter.id}.csv`
    const text = `readings of ${meter.name}`
    const tellShare = (done: number) => tell({ text, share: (index + done) / meters.length })
    tellShare(0)
    const of: ReadingsOf = { recorder, csv: archive.csv, meterId: meter.id, keys: Object.keys(meter.quantities), range }
    try {
      const survey = await surveyReadings(of, parts.budget / meters.length)
      remarkOn(name, meter, survey, remarks)
      const coveredMs = Math.max(1, range.toMs - survey.sinceMs)
      yield {
        name,
        content: async function* () {
          try {
            for await (const rows of readingsCsv(of, survey, (untilMs) =>
              tellShare((untilMs - survey.sinceMs) / coveredMs),
            ))
              yield archive.utf8(rows)
          } catch (error) {
            remarks.push(`${name} ends early, it could not be read on: ${whyOf(error)}`)
          }
        },
      }
      if (survey.rows > 0)
        yield { name: `readings/${meter.id}.parquet`, content: () => readingsParquet(of, survey, archive) }
    } catch (error) {
      remarks.push(`${name} could not be read: ${whyOf(error)}`)
    }
  }
}
