export type CsvCell = string | number | null
export interface CsvTable {
  readonly header: readonly string[]
  readonly rows: readonly (readonly CsvCell[])[]
}

/** What separates cells and marks decimals. A spreadsheet takes only the pair of its own country for numbers. */
export const csvStyles = {
  comma: { separator: ',', decimal: '.', label: 'Comma between cells, decimal point: 1.5' },
  semicolon: { separator: ';', decimal: ',', label: 'Semicolon between cells, decimal comma: 1,5' },
  tab: { separator: '\t', decimal: '.', label: 'Tab between cells, decimal point: 1.5' },
} as const
export type CsvStyle = keyof typeof csvStyles
export const csvStyleNames = ['comma', 'semicolon', 'tab'] as const satisfies readonly CsvStyle[]

/** The pair a spreadsheet expects in this language: where a comma marks decimals, a semicolon separates cells. */
export const styleOfLocale = (locale: string | undefined): CsvStyle =>
  new Intl.NumberFormat(locale).format(1.5).includes(',') ? 'semicolon' : 'comma'

// A text cell that begins so is run as a formula by spreadsheet programs (OWASP, "CSV Injection").
const formulaStart = /^[=+\-@\t\r]/

/**
 * Six significant digits, what no meter here exceeds, and never less than the thousandth, so that a counter of a million kWh keeps
 * its Wh. Whole numbers (times, counts) stay as they are. No exponent: a spreadsheet in another language would take it for text.
 */
export const csvNumber = (value: number, decimal: '.' | ','): string => {
  if (Number.isInteger(value)) return value.toString()
  const wholeDigits = Math.max(0, Math.floor(Math.log10(Math.abs(value))) + 1)
  const leading = Math.abs(value) < 1 ? -Math.floor(Math.log10(Math.abs(value))) - 1 : 0
  const decimals = Math.min(12, Math.max(3, 6 - wholeDigits + leading))
  const text = value.toFixed(decimals).replace(/\.?0+$/, '')
  return (text === '-0' ? '0' : text).replace('.', decimal)
}

/** RFC 4180 with the separator of the style: CRLF, quotes where they are needed; a missing value is an empty cell. */
export const toCsv = (table: CsvTable, style: CsvStyle = 'comma'): string => {
  const { separator, decimal } = csvStyles[style]
  const needsQuotes = new RegExp(`["\\r\\n${separator}]`)
  const cellText = (cell: CsvCell): string => {
    if (cell === null) return ''
    const text = typeof cell === 'number' ? csvNumber(cell, decimal) : formulaStart.test(cell) ? `'${cell}` : cell
    return needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  return [table.header, ...table.rows].map((row) => row.map(cellText).join(separator)).join('\r\n') + '\r\n'
}
