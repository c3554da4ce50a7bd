import type { Incident } from '../../../shared/forensics/incident.ts'
import { byCurrentWords } from '../../../shared/forensics/verdict.ts'
import { plain } from '../../format/pdf-text.ts'
import type { TimeFormat } from '../../format/time.ts'
import { kindWords, percentText, stateWords, statusWords } from './trip-words.ts'

const margin = 14
const widthMm = 210

/** The report an electrician or an insurer can read: verdict, numbers, a drawing of the currents, causes, what is missing, notes. */
export const incidentPdf = async (incident: Incident, time: TimeFormat): Promise<Blob> => {
  const [{ jsPDF }, { autoTable }] = await Promise.all([import('jspdf'), import('jspdf-autotable')])
  const doc = new jsPDF()
  let y = 18
  const write = (text: string, size = 10, style: 'normal' | 'bold' = 'normal'): void => {
    doc.setFontSize(size).setFont('helvetica', style)
    for (const line of doc.splitTextToSize(plain(text), widthMm - 2 * margin) as string[]) {
      if (y > 282) {
        doc.addPage()
        y = 18
      }
      doc.text(line, margin, y)
      y += size * 0.47
    }
    y += 1.5
  }
  write(`Incident report: ${incident.circuitName ?? incident.siteName}`, 16, 'bold')
  write(
    `${incident.siteName}, ${time.dateTime(incident.atMs)} (${time.zone}). ${kindWords[incident.kind]}. Record ${stateWords[incident.state]}, status: ${statusWords[incident.status]}.`,
  )
  write(incident.verdict.sentence, 12, 'bold')
  write(`Heat, by the currents that were read: ${byCurrentWords[incident.verdict.byCurrent]}.`)
  if (incident.said !== null)
    write(
      `${incident.said.who} saw it at ${time.dateTime(incident.said.atMs)}${incident.said.note === '' ? '' : `: ${incident.said.note}`}.`,
    )
  for (const missing of incident.missing) write(`Missing: ${missing}.`)

  // Currents of four minutes around the moment, as lines.
  const own = incident.series.filter(
    ({ group, key }) =>
      group === 'current' && (incident.circuitId === null || key.startsWith(`i:${incident.circuitId}:`)),
  )
  const fromMs = incident.atMs - 150_000
  const toMs = incident.atMs + 90_000
  const high = Math.max(1, ...own.flatMap(({ values }) => values.map((value) => value ?? 0)))
  const x = (ms: number): number => margin + 10 + ((ms - fromMs) / (toMs - fromMs)) * (widthMm - 2 * margin - 10)
  const box = { top: y + 2, height: 45 }
  const at = (value: number): number => box.top + box.height * (1 - value / high)
  doc.setDrawColor(180).rect(margin + 10, box.top, widthMm - 2 * margin - 10, box.height)
  doc
    .setFontSize(7)
    .setFont('helvetica', 'normal')
    .text(`${high.toFixed(0)} A`, margin, box.top + 2)
    .text('0 A', margin, box.top + box.height)
  doc.setDrawColor(200, 30, 20).line(x(incident.atMs), box.top, x(incident.atMs), box.top + box.height)
  const colours = [
    [139, 69, 19],
    [17, 17, 17],
    [123, 131, 138],
  ] as const
  own.forEach(({ values }, index) => {
    const [red, green, blue] = colours[index % 3] ?? colours[0]
    doc.setDrawColor(red, green, blue)
    let last: readonly [number, number] | null = null
    values.forEach((value, place) => {
      const ms = incident.times[place] ?? 0
      if (value === null || ms < fromMs || ms > toMs) {
        last = null
        return
      }
      const here = [x(ms), at(value)] as const
      if (last !== null) doc.line(last[0], last[1], here[0], here[1])
      last = here
    })
  })
  y = box.top + box.height + 4
  write(
    `Currents ${own.map(({ label }) => label).join(', ')} from ${time.clock(fromMs)} to ${time.clock(toMs)}; the red line is the moment. ${incident.seriesBasis}.`,
    8,
  )

  write('Causes, likeliest first', 12, 'bold')
  autoTable(doc, {
    startY: y,
    margin: { left: margin, right: margin },
    styles: { fontSize: 8, cellPadding: 1.5 },
    head: [['Cause', 'Share', 'For', 'Against', 'Check next']],
    body: incident.ranked.slice(0, 5).map((cause) => [
      plain(cause.name),
      percentText(cause.probability),
      plain(cause.evidenceFor.map(({ says }) => says).join('; ')),
      plain(
        cause.evidenceAgainst
          .slice(0, 3)
          .map(({ says }) => says)
          .join('; '),
      ),
      plain(cause.checkNext.join('; ')),
    ]),
    columnStyles: { 0: { cellWidth: 28 }, 1: { cellWidth: 12 } },
  })
  y = (doc as unknown as { lastAutoTable: { finalY: number } }).lastAutoTable.finalY + 6
  const [first] = incident.ranked
  if (first !== undefined && first.missing.length > 0) {
    write('Missing to decide', 12, 'bold')
    for (const line of first.missing) write(`- ${line}`)
  }
  write('What changed', 12, 'bold')
  const near = incident.changes.filter(({ atMs }) => Math.abs(atMs - incident.atMs) <= 150_000).slice(0, 60)
  for (const { atMs, text } of near) write(`${time.clock(atMs)}  ${text}`, 8)
  if (incident.notes.length > 0) {
    write('Notes', 12, 'bold')
    for (const { atMs, who, text } of incident.notes) write(`${time.dateTime(atMs)} ${who}: ${text}`)
  }
  if (incident.photos.length > 0)
    write(
      `Photos kept with it: ${incident.photos.map(({ fileName, sha256 }) => `${fileName} (SHA-256 ${sha256.slice(0, 16)}...)`).join(', ')}`,
      8,
    )
  write(
    'Worked out from polled readings by Tripscope: a conclusion, not a protective device and no measurement of class A. The shares speak of the causes listed in the program only.',
    8,
  )
  return doc.output('blob')
}
