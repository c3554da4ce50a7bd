import type { WrittenRecord } from '../comtrade/write-comtrade.ts'

export const csvForms = {
  'csv-comma': { delimiter: ',', decimal: '.' },
  'csv-semicolon': { delimiter: ';', decimal: ',' },
  'csv-tab': { delimiter: '\t', decimal: '.' },
} as const
export type CsvForm = keyof typeof csvForms

const rowsAtOnce = 8192

/** A heading that no spreadsheet takes for a formula (OWASP, "CSV Injection") and that stays in its cell. */
const heading = (text: string, delimiter: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return safe.includes(delimiter) || /["\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Seven digits are what a sample of any recorder is worth; times keep the microsecond. */
const numberText = (value: number, decimal: string): string =>
  Number.isNaN(value) ? '' : String(Number(value.toPrecision(7))).replace('.', decimal)

/** Rows of samples: seconds from the first, the traces, the digital channels; a missing sample is an empty cell. In pieces. */
export function* csvRows(record: WrittenRecord, form: CsvForm): Generator<string, void> {
  const { delimiter, decimal } = csvForms[form]
  const names = [
    'Time (s)',
    ...record.channels.map(
      ({ name, unit, truth }) => `${name}${truth === 'sampled' ? '' : ` ${truth}`}${unit === '' ? '' : ` (${unit})`}`,
    ),
    ...record.tracks.map(({ name }) => name),
  ]
  // With a byte-order mark: without it spreadsheets read UTF-8 as the local 8-bit code page.
  yield `\ufeff${names.map((name) => heading(name, delimiter)).join(delimiter)}\r\n`
  for (let from = 0; from < record.count; from += rowsAtOnce) {
    const to = Math.min(record.count, from + rowsAtOnce)
    const columns = record.read(from, to)
    const rows: string[] = []
    for (let row = 0; row < to - from; row += 1)
      rows.push(
        [
          record
            .timeAt(from + row)
            .toFixed(6)
            .replace('.', decimal),
          ...columns.map((column) => numberText(column[row] ?? NaN, decimal)),
          ...record.tracks.map((track) => String(track.at(from + row))),
        ].join(delimiter),
      )
    yield `${rows.join('\r\n')}\r\n`
  }
}
