import type { jsPDF } from 'jspdf'
import type { QualityReport, QualityReportRow } from '../../../shared/api/quality-contract.ts'
import type { CsvTable } from '../../format/csv.ts'
import { formatNumber } from '../../format/number.ts'
import { plain } from '../../format/pdf-text.ts'
import { isoTime, type TimeFormat } from '../../format/time.ts'
import { ownVerdictLine, type OwnVerdict } from './own-verdicts.ts'

/** The report as a table and as a document; both carry what the values are known by, the edition and the coverage. */

export const coverageWords = ({ intervals, expected, flagged }: QualityReport): string =>
  `${intervals} of ${expected} intervals of ten minutes (${formatNumber(Math.floor((intervals / expected) * 1000) / 10, 1)} %), ${flagged} of them flagged`

const columns = [
  'source',
  'known_as',
  'edition',
  'from_utc',
  'to_utc',
  'intervals',
  'intervals_expected',
  'quantity',
  'phase',
  'rule',
  'unit',
  'least',
  'most',
  'counted',
  'inside',
  'needed_permille',
  'verdict',
  'unflagged_counted',
  'unflagged_inside',
  'unflagged_verdict',
  'lowest',
  'p95',
  'highest',
] as const
type Cells = Partial<Record<(typeof columns)[number], string | number | null>>

const ruleCells = (row: QualityReportRow): Cells => ({
  quantity: row.group,
  phase: row.phase,
  rule: row.rule,
  unit: row.unit,
  least: row.least,
  most: row.most,
  counted: row.all.counted,
  inside: row.all.inside,
  needed_permille: row.all.neededPermille,
  verdict: row.all.verdict,
  unflagged_counted: row.unflagged.counted,
  unflagged_inside: row.unflagged.inside,
  unflagged_verdict: row.unflagged.verdict,
  lowest: row.lowest,
  p95: row.p95,
  highest: row.highest,
})

const verdictCells = (verdict: OwnVerdict): Cells => ({
  source: verdict.meter,
  known_as: 'meter event, the meter’s own verdict by its own rules and class',
  quantity: 'EN 50160',
  ...(verdict.kind === 'none'
    ? { rule: 'no verdict', verdict: verdict.why }
    : {
        to_utc: verdict.atMs === null ? null : isoTime(verdict.atMs),
        rule: verdict.isOfWeek ? 'judged in this week' : 'not judged in this week',
        verdict: verdict.says,
      }),
})

/** All that the report holds, a row each: its rules, its cells of dips and swells, and what meters say themselves, which stays theirs. */
export const reportCsv = (report: QualityReport, verdicts: readonly OwnVerdict[] = []): CsvTable => {
  const shared: Cells = {
    source: report.sourceName,
    known_as: `${report.truth}, indicative`,
    edition: report.edition,
    from_utc: isoTime(report.fromMs),
    to_utc: isoTime(report.toMs),
    intervals: report.intervals,
    intervals_expected: report.expected,
  }
  const rows: readonly Cells[] = [
    ...report.rows.map((row) => ({ ...shared, ...ruleCells(row) })),
    ...report.cells.map(({ cell, count }) => ({
      ...shared,
      quantity: 'dips and swells',
      rule: `EN 50160 cell ${cell}`,
      counted: count,
    })),
    ...verdicts.map(verdictCells),
  ]
  return { header: [...columns], rows: rows.map((row) => columns.map((column) => row[column] ?? null)) }
}

const valueText = (value: number | null, unit: string): string =>
  value === null ? '-' : `${value.toFixed(unit === 'Hz' ? 3 : 2)} ${unit}`.trim()

/** On every page what it is of, and how it is known: pages of paper come apart. */
const numberPages = (pdf: jsPDF, of: string): void => {
  const pages = pdf.getNumberOfPages()
  pdf.setFontSize(8)
  for (let page = 1; page <= pages; page += 1) {
    pdf.setPage(page)
    const { width, height } = pdf.internal.pageSize
    pdf.text(of, 14, height - 7)
    pdf.text(`${page} of ${pages}`, width - 14, height - 7, { align: 'right' })
  }
}

/** A document of A4 pages, made only when it is asked for: its library is as large as the rest of the screen. */
export const reportPdf = async (
  report: QualityReport,
  site: string,
  time: TimeFormat,
  verdicts: readonly OwnVerdict[] = [],
): Promise<Blob> => {
  const [{ jsPDF: Document }, { autoTable }] = await Promise.all([import('jspdf'), import('jspdf-autotable')])
  const pdf = new Document({ orientation: 'landscape', format: 'a4' })
  const width = pdf.internal.pageSize.getWidth() - 28
  pdf.setFontSize(14)
  pdf.text(plain(`Power quality, ${site}, ${report.sourceName}`), 14, 16)
  pdf.setFontSize(9)
  const lines = [
    `${time.dateTime(report.fromMs)} to ${time.dateTime(report.toMs)} (${time.zone}). Known as: ${report.truth}. ${report.edition}.`,
    report.standing,
    `Coverage: ${coverageWords(report)}. A week with gaps has the verdict "unknown".`,
    ...report.missing,
  ].flatMap((line) => pdf.splitTextToSize(plain(line), width) as string[])
  pdf.text(lines, 14, 23)
  if (verdicts.length > 0)
    autoTable(pdf, {
      startY: 25 + lines.length * 4,
      styles: { fontSize: 8, cellPadding: 1 },
      headStyles: { fillColor: [70, 78, 86] },
      head: [
        [
          'Meter event: what meters say of EN 50160 themselves, by their own rules and class. Nothing of it is in the table below.',
        ],
      ],
      body: verdicts.map((verdict) => [plain(ownVerdictLine(verdict, time))]),
    })
  autoTable(pdf, {
    ...(verdicts.length > 0 ? {} : { startY: 25 + lines.length * 4 }),
    styles: { fontSize: 7, cellPadding: 1 },
    headStyles: { fillColor: [70, 78, 86] },
    head: [
      [
        'Quantity',
        'Phase',
        'Rule',
        'All inside',
        'Verdict',
        'Unflagged inside',
        'Verdict',
        'Lowest',
        '95 %',
        'Highest',
      ],
    ],
    body:
      report.rows.length === 0
        ? [[{ content: 'No interval of ten minutes of this week has been kept yet.', colSpan: 10 }]]
        : report.rows.map((row) =>
            [
              row.group,
              row.phase,
              row.rule,
              `${row.all.inside} of ${row.all.counted}`,
              row.all.verdict,
              `${row.unflagged.inside} of ${row.unflagged.counted}`,
              row.unflagged.verdict,
              valueText(row.lowest, row.unit),
              valueText(row.p95, row.unit),
              valueText(row.highest, row.unit),
            ].map(plain),
          ),
  })
  if (report.cells.length > 0)
    autoTable(pdf, {
      styles: { fontSize: 7, cellPadding: 1 },
      headStyles: { fillColor: [70, 78, 86] },
      head: [['Cell of EN 50160', 'Dips and swells']],
      body: report.cells.map(({ cell, count }) => [cell, String(count)]),
    })
  numberPages(pdf, plain(`Tripscope. ${site}, ${report.sourceName}: ${report.truth}, indicative.`))
  return pdf.output('blob')
}
