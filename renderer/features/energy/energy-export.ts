import type { EnergyLine, EnergyReport } from '../../../shared/energy-report/report-schema.ts'
import type { CsvTable } from '../../format/csv.ts'
import { formatNumber } from '../../format/number.ts'
import { plain } from '../../format/pdf-text.ts'
import { isoTime, type TimeFormat } from '../../format/time.ts'
import {
  billingWords,
  coverageText,
  groupingWords,
  kindWords,
  kwhText,
  moneyText,
  momentText,
  noteTexts,
  windowText,
} from './energy-words.ts'

/** The report as a table and as a document. Whether it may be billed by is the first line of both, and stands beside every number. */

const pricesText = ({ money }: EnergyLine, currency: string): string =>
  (money?.parts ?? []).map(({ price, kwh }) => `${kwh.toFixed(2)} kWh at ${price} ${currency}/kWh`).join('; ')

export const energyCsv = (report: EnergyReport, time: TimeFormat): CsvTable => {
  const { currency } = report
  const head = [
    'name',
    'kind',
    'from_utc',
    'to_utc',
    'import [kWh]',
    'of it in gaps, time not known [kWh]',
    'export [kWh]',
    'highest mean of 15 min [kW]',
    'highest_from_utc',
    'coverage [%]',
    'register_first [kWh]',
    'register_first_utc',
    'register_last [kWh]',
    'register_last_utc',
    `money [${currency}]`,
    'prices',
    'billing',
    'billing_why',
    'note',
  ]
  const rows = report.lines.map((line) => [
    ...[line.name, kindWords[line.kind], isoTime(report.fromMs), isoTime(report.toMs)],
    ...[line.importKwh, line.importKwh === null ? null : line.gapKwh, line.exportKwh],
    ...[line.peak?.kW ?? null, line.peak === null ? null : isoTime(line.peak.fromMs)],
    line.coverage === null ? null : line.coverage * 100,
    ...[line.register?.first.kwh ?? null, line.register === null ? null : isoTime(line.register.first.atMs)],
    ...[line.register?.last.kwh ?? null, line.register === null ? null : isoTime(line.register.last.atMs)],
    ...[line.money?.amount ?? null, pricesText(line, currency)],
    ...[billingWords[line.billing.use], line.billing.why],
    [...noteTexts({ ...report, lines: [line] }, time), ...(line.about === null ? [] : [line.about])].join(' '),
  ])
  return report.standing === null ? { header: head, rows } : { header: [report.standing.says], rows: [head, ...rows] }
}

const bodyRow = (line: EnergyLine, report: EnergyReport, time: TimeFormat): readonly string[] => [
  line.name,
  kindWords[line.kind],
  line.importKwh === null ? '-' : kwhText(line.importKwh),
  line.importKwh === null ? '-' : kwhText(line.gapKwh),
  line.exportKwh === null ? '-' : kwhText(line.exportKwh),
  line.peak === null ? '-' : `${formatNumber(line.peak.kW, 2)}, ${momentText(time, line.peak.fromMs)}`,
  line.coverage === null ? '-' : coverageText(line.coverage),
  line.register === null ? '-' : `${kwhText(line.register.first.kwh)} to ${kwhText(line.register.last.kwh)}`,
  line.money === null ? '-' : moneyText(line.money, report.currency),
  `${billingWords[line.billing.use]}: ${line.billing.why}`,
]

const pdfHead = [
  'Name',
  'Kind',
  'Import kWh',
  'Of it in gaps kWh',
  'Export kWh',
  'Highest 15 min kW',
  'Coverage',
  'Register kWh',
  'Money',
  'May it be billed by?',
]

/** A document of A4 pages, made only when it is asked for: its library is as large as the rest of the screen. */
export const energyPdf = async (report: EnergyReport, time: TimeFormat): Promise<Blob> => {
  const [{ jsPDF: Document }, { autoTable }] = await Promise.all([import('jspdf'), import('jspdf-autotable')])
  const pdf = new Document({ orientation: 'landscape', format: 'a4' })
  const width = pdf.internal.pageSize.getWidth() - 28
  const wrapped = (lines: readonly string[]): string[] =>
    lines.flatMap((line) => pdf.splitTextToSize(plain(line), width) as string[])
  pdf.setFontSize(9)
  const first = report.standing === null ? [] : wrapped([report.standing.says])
  pdf.text(first, 14, 12)
  const top = 18 + first.length * 4
  pdf.setFontSize(14)
  pdf.text(plain(`Energy by ${groupingWords[report.grouping].toLowerCase()}, ${report.siteName}`), 14, top)
  pdf.setFontSize(9)
  const about = wrapped([
    `${windowText(report, time)}. Made ${momentText(time, report.madeAtMs)}.`,
    report.tariff === null
      ? 'No money: the site file declares no tariff.'
      : `Money for the import by the tariff of the site file: ${report.tariff}. Taxes and fees as the site file has them; no invoice.`,
    'Coverage is the share of the time measured quarter by quarter. Energy of a gap is the difference of the register at its ends; its time is not known.',
  ])
  pdf.text(about, 14, top + 6)
  autoTable(pdf, {
    startY: top + 8 + about.length * 4,
    styles: { fontSize: 7, cellPadding: 1 },
    headStyles: { fillColor: [70, 78, 86] },
    columnStyles: { 9: { cellWidth: 70 } },
    head: [[...pdfHead]],
    body: report.lines.map((line) => bodyRow(line, report, time).map(plain)),
  })
  const notes = [
    ...report.lines.flatMap(({ name, about: note }) => (note === null ? [] : [`${name}: ${note}`])),
    ...noteTexts(report, time),
  ]
  if (notes.length > 0)
    autoTable(pdf, {
      styles: { fontSize: 7, cellPadding: 1 },
      headStyles: { fillColor: [70, 78, 86] },
      head: [['What to know of these numbers']],
      body: notes.map((note) => [plain(note)]),
    })
  return pdf.output('blob')
}
