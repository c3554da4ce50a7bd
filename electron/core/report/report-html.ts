import type { Overview } from '../../../shared/api/site-contract.ts'
import type { SiteEvent } from '../../../shared/model/event.ts'
import type { Finding } from '../../../shared/model/finding.ts'
import type { TimeRange } from '../ports.ts'

/** A reader takes in no more; all of them are in events.csv. */
const mostRows = 500

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
const utc = (atMs: number): string => new Date(atMs).toISOString().replace('T', ' ').replace('Z', '')

const table = (title: string, heads: readonly string[], rows: readonly (readonly string[])[], none: string): string => {
  if (rows.length === 0) return `<h2>${escape(title)}</h2><p>${escape(none)}</p>`
  const cells = (row: readonly string[]) => row.map((cell) => `<td>${escape(cell)}</td>`).join('')
  return `<h2>${escape(title)}</h2><table><thead><tr>${heads.map((head) => `<th scope="col">${escape(head)}</th>`).join('')}</tr></thead>
<tbody>${rows.map((row) => `<tr>${cells(row)}</tr>`).join('\n')}</tbody></table>`
}

/** What a person reads first of a snapshot: one page without scripts, pictures or links, for any browser. */
export const reportHtml = (facts: {
  readonly overview: Overview
  readonly range: TimeRange
  readonly who: string
  readonly note: string
  readonly findings: readonly Finding[]
  readonly events: readonly SiteEvent[]
  readonly remarks: readonly string[]
}): string => {
  const { overview, range, who, note, findings, events, remarks } = facts
  const { site } = overview
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escape(`${site.name}: ${utc(range.fromMs)} to ${utc(range.toMs)} UTC`)}</title>
<style>body{font:14px/1.4 system-ui,sans-serif;margin:2em;max-width:70em;color:#111;background:#fff}table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:2px 8px;border-bottom:1px solid #ccc}td:first-child{white-space:nowrap;font-variant-numeric:tabular-nums}</style></head>
<body><h1>${escape(site.name)}</h1>
<p>${utc(range.fromMs)} to ${utc(range.toMs)} UTC. Made by ${escape(who)} with Tripscope ${escape(overview.version)}.${note === '' ? '' : ` Note: ${escape(note)}`}</p>
<p>Voltages and currents are polled RMS values: what each meter's register said when it was read. An event between two polls can have been missed,
its depth is understated and its duration is a bound. Limits and breakers are what the site file declares.</p>
${table(
  'Findings at the end of this time',
  ['Since (UTC)', 'Severity', 'What', 'State'],
  findings.map((finding) => [utc(finding.raisedAtMs), finding.severity, finding.message, finding.state]),
  'None was active.',
)}
${table(
  events.length > mostRows ? `The last ${String(mostRows)} events` : 'Events',
  ['Time (UTC)', 'Severity', 'What'],
  events.slice(-mostRows).map((event) => [utc(event.atMs), event.severity, event.message]),
  'None was recorded in this time.',
)}
${table(
  'How it was measured',
  ['Meter', 'Make and model', 'Fastest read', 'Longest event that could be missed'],
  overview.meters.map((meter) => {
    const sources = Object.values(meter.quantities)
    const fastest = Math.min(...sources.map(({ periodMs }) => periodMs))
    const blind = Math.min(...sources.map(({ blindMs }) => blindMs))
    return [
      meter.name,
      `${meter.make} ${meter.model}`,
      ...(sources.length === 0 ? ['nothing is read', '–'] : [`${String(fastest)} ms`, `${String(blind)} ms`]),
    ]
  }),
  'This site has no meters.',
)}
${table(
  'Remarks',
  ['What'],
  remarks.map((remark) => [remark]),
  'None.',
)}
</body></html>
`
}
