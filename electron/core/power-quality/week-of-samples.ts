import type { QualityReportRow } from '../../../shared/api/quality-contract.ts'
import { createRecordReader, type QualityRecord } from '../../../shared/power-quality/quality-record.ts'
import { tickMs } from '../../../shared/power-quality/window-clock.ts'
import {
  harmonicLimit,
  harmonicOrders,
  reportRow,
  type Counted,
  type Edition,
  type RowInput,
} from '../../../shared/power-quality/week-report.ts'

export const weekMs = 7 * 86_400_000
const tenMinutesOfWeek = weekMs / tickMs
const tenSecondsOfWeek = weekMs / 10_000
const twoHoursOfWeek = weekMs / 7_200_000
/** An interval of less than this share of its time is none (section 1.5's bound for polls, taken here as well). */
export const leastCoverage = 0.9

export const asRow = (group: string, phase: string, rule: string, input: Omit<RowInput, 'name'>): QualityReportRow => {
  const { range, all, unflagged, lowest, highest, p95, unit } = reportRow({ name: group, ...input })
  return { group, phase, rule, unit, least: range.least, most: range.most, all, unflagged, lowest, highest, p95 }
}

interface VoltageInput {
  readonly phase: string
  readonly values: readonly Counted[]
  readonly nominalV: number
  readonly expected?: number
}
/** EN 50160, 4.2.2: 95 % of the ten minutes of a week within 10 %, all of them within +10 and -15 %. */
export const voltageRows = ({
  phase,
  values,
  nominalV,
  expected = tenMinutesOfWeek,
}: VoltageInput): QualityReportRow[] =>
  (
    [
      ['95 % of the week within ±10 %', 0.9, 950],
      ['all within +10 % and −15 %', 0.85, 1000],
    ] as const
  ).map(([rule, low, neededPermille]) =>
    asRow('Voltage', phase, rule, {
      unit: 'V',
      range: { least: low * nominalV, most: 1.1 * nominalV },
      neededPermille,
      values,
      expected,
    }),
  )

/** EN 50160, 4.2.1, of a system with a synchronous connection. */
export const frequencyRows = (values: readonly Counted[], nominalHz: number): QualityReportRow[] =>
  (
    [
      ['99.5 % within ±1 % (of a year; here of the week)', 0.99, 1.01, 995],
      ['all within +4 % and −6 %', 0.94, 1.04, 1000],
    ] as const
  ).map(([rule, low, high, neededPermille]) =>
    asRow('Frequency, 10 s', 'all', rule, {
      unit: 'Hz',
      range: { least: low * nominalHz, most: high * nominalHz },
      neededPermille,
      values,
      expected: tenSecondsOfWeek,
    }),
  )

export const upTo = (
  group: string,
  phase: string,
  unit: string,
  most: number,
  values: readonly Counted[],
  expected = tenMinutesOfWeek,
): QualityReportRow =>
  asRow(group, phase, `95 % of the week at most ${most} ${unit}`.trim(), {
    unit,
    range: { least: null, most },
    neededPermille: 950,
    values,
    expected,
  })

/** The rows of the report from a week of ten-minute and two-hour records of one source. */
export const rowsOfSamples = (
  records: readonly QualityRecord[],
  {
    nominalV,
    nominalHz,
    edition,
  }: { readonly nominalV: number; readonly nominalHz: number; readonly edition: Edition },
): readonly QualityReportRow[] => {
  const read = createRecordReader()
  const ten = records.filter(({ length, coveredMs }) => length === '10min' && coveredMs >= leastCoverage * tickMs)
  const two = records.filter(({ length }) => length === '2h')
  const counted = (some: readonly QualityRecord[], value: (record: QualityRecord) => number | null): Counted[] =>
    some.flatMap((record) => {
      const found = value(record)
      return found === null ? [] : [{ value: found, isFlagged: record.flagged > 0 }]
    })
  const phases = ['1', '2', '3'].filter((phase) => ten.some(({ scheme }) => scheme.channels.includes(`u${phase}`)))
  const ofPhases = (make: (channel: string, phase: string) => readonly QualityReportRow[]): QualityReportRow[] =>
    phases.flatMap((phase) => make(`u${phase}`, `L${phase}`))
  const share = (channel: string, order: number) => (record: QualityRecord) => {
    const [harmonic, first] = [read(record, `${channel}.h${order}`), read(record, `${channel}.h1`)]
    return harmonic === null || first === null || first === 0 ? null : (100 * harmonic) / first
  }
  return [
    ...ofPhases((channel, phase) =>
      voltageRows({ phase, nominalV, values: counted(ten, (record) => read(record, `${channel}.rms`)) }),
    ),
    ...frequencyRows(
      ten.flatMap(({ tenSecondsHz, flagged }) =>
        tenSecondsHz.flatMap((hz) => (hz === null ? [] : [{ value: hz, isFlagged: flagged > 0 }])),
      ),
      nominalHz,
    ),
    upTo(
      'Unbalance u2',
      'all',
      '%',
      2,
      counted(ten, (record) => read(record, 'u.negative')),
    ),
    ...ofPhases((channel, phase) => [
      upTo(
        'THD-U, orders 2 to 40',
        phase,
        '%',
        8,
        counted(ten, (record) => read(record, `${channel}.thd`)),
      ),
    ]),
    ...ofPhases((channel, phase) => [
      upTo(
        'Flicker Plt',
        phase,
        '',
        1,
        counted(two, (record) => read(record, `${channel}.pst`)),
        twoHoursOfWeek,
      ),
    ]),
    ...harmonicOrders.flatMap((order) => {
      const limit = harmonicLimit(order, edition)
      return limit === null
        ? []
        : ofPhases((channel, phase) => [
            upTo(`Harmonic ${order}`, phase, '%', limit, counted(ten, share(channel, order))),
          ])
    }),
  ]
}
