export type CsvCell = string | number | null
export interface CsvTable {
  readonly header: readonly string[]
  readonly rows: readonly (readonly CsvCell[])[]
}

// A text cell that begins so is run as a formula by spreadsheet programs (OWASP, "CSV Injection").
const formulaStart = /^[=+\-@\t\r]/

const cellText = (cell: CsvCell): string => {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  const safe = formulaStart.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** RFC 4180: comma, CRLF, a missing value is an empty cell. Numbers keep full precision and a decimal point. */
export const toCsv = (table: CsvTable): string =>
  [table.header, ...table.rows].map((row) => row.map(cellText).join(',')).join('\r\n') + '\r\n'
