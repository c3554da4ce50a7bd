import { isQuantityKey, quantities } from '../../../shared/quantities.ts'
import { own } from '../../../shared/own.ts'
import type { Archive, ParquetColumn } from '../archive-port.ts'
import type { StoredReading, TimeRange } from '../record/recorder.ts'
import type { ReadingsOf, ReadingsSurvey } from './readings-csv.ts'

/** Rows of one group: a quarter of an hour of a meter, as they are read. */
const groupMs = 900_000

type Column = ParquetColumn & { readonly of: (row: StoredReading) => number | string | null }

const columnsOf = (keys: readonly string[], extras: readonly string[]): readonly Column[] => {
  const unit = (key: string): string | null => (isQuantityKey(key) ? quantities[key].unit : null)
  const number = (key: string, part: string, of: Column['of']): Column => ({
    ...{ name: part === '' ? key : `${key} ${part}`, type: 'number', unit: part === 'reads' ? null : unit(key), of },
  })
  const text = (name: string, of: Column['of']): Column => ({ name, type: 'text', unit: null, of })
  return [
    { name: 'time_utc', type: 'time', unit: null, of: (row) => row.atMs },
    ...keys.map((key) => number(key, '', (row) => own(row.values, key)?.value ?? null)),
    text('missing', (row) =>
      keys
        .flatMap((key) => {
          const entry = own(row.values, key)
          return entry === undefined || entry.value !== null ? [] : [`${key}=${entry.quality}`]
        })
        .join(' '),
    ),
    ...extras.flatMap((key) => [
      number(key, 'min', (row) => own(row.values, key)?.spread?.min ?? null),
      number(key, 'max', (row) => own(row.values, key)?.spread?.max ?? null),
      number(key, 'reads', (row) => own(row.values, key)?.spread?.count ?? null),
      text(`${key} worst`, (row) => own(row.values, key)?.spread?.worst ?? null),
    ]),
  ]
}

/** The rows of `readings/<meter>.csv` as Parquet, values with all their digits. */
export const readingsParquet = (
  { recorder, meterId, keys, range }: Omit<ReadingsOf, 'csv'>,
  { extras, sinceMs }: ReadingsSurvey,
  archive: Pick<Archive, 'parquet'>,
): AsyncIterable<Uint8Array> => {
  const columns = columnsOf(keys, extras)
  const groups = async function* () {
    for (let fromMs = sinceMs; fromMs < range.toMs; fromMs += groupMs) {
      const part: TimeRange = { fromMs, toMs: Math.min(range.toMs, fromMs + groupMs) }
      const rows = await recorder.readings(meterId, part)
      yield columns.map(({ of }) => rows.map(of))
    }
  }
  return archive.parquet(columns, groups())
}
