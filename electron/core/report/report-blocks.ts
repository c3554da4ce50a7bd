import type { Block } from '../../../shared/acceptance/protocol-document.ts'
import type { Overview } from '../../../shared/api/site-contract.ts'
import type { SiteEvent } from '../../../shared/model/event.ts'
import type { Finding } from '../../../shared/model/finding.ts'
import type { TimeRange } from '../record/recorder.ts'

export interface ReportFacts {
  readonly overview: Overview
  readonly range: TimeRange
  readonly who: string
  readonly note: string
  readonly findings: readonly Finding[]
  readonly events: readonly SiteEvent[]
  readonly remarks: readonly string[]
}

/** A reader takes in no more; all of them are in events.csv. */
const mostRows = 500

const utc = (atMs: number): string => new Date(atMs).toISOString().replace('T', ' ').replace('Z', '')

type Heading = Readonly<{ title: string; none: string; head: readonly string[]; widths: readonly number[] }>
const section = ({ title, none, head, widths }: Heading, rows: readonly (readonly string[])[]): readonly Block[] => [
  { kind: 'heading', text: title },
  rows.length === 0 ? { kind: 'text', text: none } : { kind: 'table', head, rows, widths },
]

const measured = ({ meters }: Overview): readonly (readonly string[])[] =>
  meters.map((meter) => {
    const sources = Object.values(meter.quantities)
    const fastest = Math.min(...sources.map(({ periodMs }) => periodMs))
    const blind = Math.min(...sources.map(({ blindMs }) => blindMs))
    return [
      meter.name,
      `${meter.make} ${meter.model}`,
      ...(sources.length === 0 ? ['nothing is read', '–'] : [`${String(fastest)} ms`, `${String(blind)} ms`]),
    ]
  })

/** What a person reads first of a snapshot, as blocks that the page and the PDF both draw: one text, so that the two say the same. */
export const reportBlocks = ({
  overview,
  range,
  who,
  note,
  findings,
  events,
  remarks,
}: ReportFacts): readonly Block[] => [
  { kind: 'title', text: overview.site.name },
  {
    kind: 'text',
    text: `${utc(range.fromMs)} to ${utc(range.toMs)} UTC. Made by ${who} with Tripscope ${overview.version}.${note === '' ? '' : ` Note: ${note}`}`,
  },
  {
    kind: 'text',
    text: "Voltages and currents are polled RMS values: what each meter's register said when it was read. An event between two polls can have been missed, its depth is understated and its duration is a bound. Limits and breakers are what the site file declares.",
  },
  ...section(
    {
      title: 'Findings at the end of this time',
      none: 'None was active.',
      head: ['Since (UTC)', 'Severity', 'What', 'State'],
      widths: [38, 20, 102, 22],
    },
    findings.map((finding) => [utc(finding.raisedAtMs), finding.severity, finding.message, finding.state]),
  ),
  ...section(
    {
      title: events.length > mostRows ? `The last ${String(mostRows)} events` : 'Events',
      none: 'None was recorded in this time.',
      head: ['Time (UTC)', 'Severity', 'What'],
      widths: [38, 20, 124],
    },
    events.slice(-mostRows).map((event) => [utc(event.atMs), event.severity, event.message]),
  ),
  ...section(
    {
      title: 'How it was measured',
      none: 'This site has no meters.',
      head: ['Meter', 'Make and model', 'Fastest read', 'Longest event that could be missed'],
      widths: [54, 54, 30, 44],
    },
    measured(overview),
  ),
  ...section(
    { title: 'Remarks', none: 'None.', head: ['What'], widths: [182] },
    remarks.map((remark) => [remark]),
  ),
]

/** The same with every text changed, e.g. without secrets and names. */
export const withTexts = (blocks: readonly Block[], change: (text: string) => string): readonly Block[] =>
  blocks.map((block): Block => {
    if (block.kind === 'table') return { ...block, rows: block.rows.map((row) => row.map(change)) }
    if (block.kind === 'facts')
      return { ...block, rows: block.rows.map(([what, says]) => [what, change(says)] as const) }
    return block.kind === 'photo'
      ? { ...block, caption: change(block.caption) }
      : { ...block, text: change(block.text) }
  })
