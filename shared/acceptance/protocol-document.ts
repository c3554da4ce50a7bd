import { compareRuns, type Comparison } from './compare.ts'
import { verdictOf, countsOf, type AcceptanceRun, type AcceptanceStep, type Evidence, type StepState } from './run.ts'

/** The protocol for people, as blocks that the page and the PDF both draw. One text, so that the two say the same. */
export type Block =
  | { readonly kind: 'title' | 'heading' | 'text' | 'strong' | 'small'; readonly text: string }
  | { readonly kind: 'facts'; readonly rows: readonly (readonly [string, string])[] }
  | {
      readonly kind: 'table'
      readonly head: readonly string[]
      readonly rows: readonly (readonly string[])[]
      readonly widths?: readonly number[]
    }
  | { readonly kind: 'photo'; readonly photoId: string; readonly caption: string }

export const stateWords: Readonly<Record<StepState, string>> = {
  open: 'open',
  running: 'running',
  pass: 'pass',
  fail: 'FAIL',
  'not-done': 'not done',
}
const verdictWords = {
  passed: 'Passed: every step of the plan passed.',
  failed: 'Not passed: at least one step failed.',
  incomplete: 'Not complete: nothing failed, but not every step was done.',
} as const

/** In the site's time zone, with the zone where it is said once. */
export const timeIn = (timezone: string) => {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'medium' })
  return (atMs: number): string => format.format(atMs)
}

export const evidenceValue = ({ value, unit, why }: Evidence): string =>
  value === null ? `– (${why ?? 'not known'})` : `${value}${unit === '' ? '' : ` ${unit}`}`
const ageText = ({ ageMs }: Evidence): string => (ageMs === null ? '' : `${(ageMs / 1000).toFixed(1)} s`)

const stepBlocks = (step: AcceptanceStep, time: (atMs: number) => string): readonly Block[] => [
  { kind: 'heading', text: `${step.title}: ${stateWords[step.state]}` },
  { kind: 'text', text: `Wanted: ${step.wants}.` },
  ...(step.says === '' ? [] : [{ kind: 'strong', text: step.says } as const]),
  ...(step.endedAtMs === null
    ? []
    : [
        {
          kind: 'small',
          text: `${step.startedAtMs === null ? '' : `${time(step.startedAtMs)} to `}${time(step.endedAtMs)}${step.who === null ? '' : `, ${step.who}`}${step.tries > 1 ? `, try ${step.tries}` : ''}`,
        } as const,
      ]),
  ...(step.evidence.length === 0
    ? []
    : [
        {
          kind: 'table',
          head: ['What', 'Value', 'Age', 'Source'],
          widths: [55, 62, 14, 51],
          rows: step.evidence.map((each) => [each.label, evidenceValue(each), ageText(each), each.source]),
        } as const,
      ]),
  ...step.remarks.map(
    ({ atMs, who, text }) => ({ kind: 'text', text: `Remark, ${time(atMs)}, ${who}: ${text}` }) as const,
  ),
  ...step.photos.map(
    ({ id, fileName, who, atMs, sha256 }) =>
      ({
        kind: 'photo',
        photoId: id,
        caption: `${fileName}, attached by ${who}, ${time(atMs)}; SHA-256 ${sha256}`,
      }) as const,
  ),
]

const identityBlocks = ({ baseline }: AcceptanceRun): readonly Block[] => {
  if (baseline === null) return []
  const text = (value: string | number | null, why: string | null): string =>
    value === null ? `– ${why === null ? '' : `(${why})`}` : String(value)
  return [
    { kind: 'heading', text: 'Devices as they were' },
    {
      kind: 'table',
      head: ['Device', 'Profile', 'Says of itself', 'Serial', 'Firmware', 'Ratio set'],
      widths: [34, 30, 50, 22, 22, 24],
      rows: baseline.devices.map((device) => [
        device.name,
        device.profile,
        text(device.says, device.why),
        text(device.serial, null),
        text(device.firmware, null),
        device.ctPrimaryA === null ? '–' : `${device.ctPrimaryA} / ${device.ctSecondaryA ?? '–'} A`,
      ]),
    },
  ]
}

const comparisonBlocks = (comparison: Comparison | null): readonly Block[] => {
  if (comparison === null) return []
  const notable = comparison.measures.filter(({ isNotable }) => isNotable)
  return [
    { kind: 'heading', text: 'Compared with the run before' },
    ...(notable.length === 0 && comparison.steps.length === 0
      ? [{ kind: 'text', text: 'Nothing differs by more than repeats differ.' } as const]
      : []),
    ...notable.map(({ says }) => ({ kind: 'text', text: says }) as const),
    ...comparison.steps.map(
      ({ title, was, is }) => ({ kind: 'text', text: `${title}: was ${was}, is ${is}` }) as const,
    ),
  ]
}

export interface ProtocolFacts {
  readonly run: AcceptanceRun
  readonly earlier: AcceptanceRun | null
  readonly nameOf: (subject: AcceptanceStep['subject']) => string
  /** Of the key that signs it; null: this installation has none. */
  readonly publicKey: string | null
}

export const protocolDocument = ({ run, earlier, nameOf, publicKey }: ProtocolFacts): readonly Block[] => {
  const time = timeIn(run.timezone)
  const counts = countsOf(run.steps)
  const comparison = earlier === null ? null : compareRuns(earlier, run, nameOf)
  return [
    { kind: 'title', text: `Site acceptance test: ${run.siteName}` },
    { kind: 'strong', text: verdictWords[verdictOf(run.steps)] },
    {
      kind: 'facts',
      rows: [
        ['Site', `${run.siteName} (${run.siteId})`],
        ['Occasion', run.reason],
        ['Begun', `${time(run.createdAtMs)} by ${run.who}`],
        ['Finished', run.finishedAtMs === null ? 'not finished' : time(run.finishedAtMs)],
        ['Time zone of this protocol', run.timezone],
        [
          'Steps',
          `${counts.pass} passed, ${counts.fail} failed, ${counts['not-done'] + counts.open + counts.running} not done, of ${run.steps.length}`,
        ],
        ['Program', `Tripscope ${run.program}`],
        ['Run', run.id],
        ['Signed with the key', publicKey ?? 'none: this installation has no key, so nobody signed it'],
      ],
    },
    { kind: 'heading', text: 'Witnesses' },
    run.witnesses.length === 0
      ? { kind: 'text', text: 'None were named.' }
      : {
          kind: 'table',
          head: ['Name', 'Role', 'Named at', 'Signature'],
          widths: [50, 45, 40, 47],
          rows: run.witnesses.map(({ name, role, atMs }) => [name, role, time(atMs), '']),
        },
    { kind: 'heading', text: 'All steps' },
    {
      kind: 'table',
      head: ['Step', 'Result', 'What was found'],
      widths: [62, 18, 102],
      rows: run.steps.map(({ title, state, says }) => [title, stateWords[state], says]),
    },
    ...(run.leftOut.length === 0
      ? []
      : [
          { kind: 'heading', text: 'Not in the plan' } as const,
          {
            kind: 'table',
            head: ['What', 'Why'],
            widths: [70, 112],
            rows: run.leftOut.map(({ title, why }) => [title, why]),
          } as const,
        ]),
    ...comparisonBlocks(comparison),
    ...identityBlocks(run),
    ...run.steps.flatMap((step) => stepBlocks(step, time)),
    {
      kind: 'small',
      text: 'Voltages and currents are polled RMS values: what each register said when it was read; an event between two polls can have been missed. Tripscope is no protective device and replaces none, and this protocol replaces no test that the law asks for. Whether this file is as it was sealed is told by Tripscope (Acceptance, Check a protocol) and by the command "npm run -s acceptance-check -- FILE".',
    },
  ]
}
