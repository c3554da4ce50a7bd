import { quantityKeys, type QuantityKey } from '../../../shared/quantities.ts'
import type { PlotSeries } from '../../charts/plot.ts'

export const columns = ['L1', 'L2', 'L3', 'all'] as const
export type Column = (typeof columns)[number]

export interface QuantityRow {
  readonly label: string
  readonly keys: Partial<Record<Column, QuantityKey>>
}

const threePhase = (label: string, prefix: string, suffix = '', all?: QuantityKey): QuantityRow => ({
  label,
  keys: {
    L1: `${prefix}_l1${suffix}` as QuantityKey,
    L2: `${prefix}_l2${suffix}` as QuantityKey,
    L3: `${prefix}_l3${suffix}` as QuantityKey,
    ...(all === undefined ? {} : { all }),
  },
})

/** The page of a normal meter: what a person looks for first, in one order for every make. */
export const mainRows: readonly QuantityRow[] = [
  threePhase('Voltage L-N', 'u', 'n'),
  threePhase('Current', 'i'),
  { label: 'Neutral current', keys: { all: 'i_n' } },
  threePhase('Active power', 'p', '', 'p_total'),
  threePhase('Reactive power', 'q', '', 'q_total'),
  threePhase('Power factor', 'pf', '', 'pf_total'),
  { label: 'Frequency', keys: { all: 'f' } },
  threePhase('Energy import', 'e_import', '', 'e_import'),
  { label: 'Energy export', keys: { all: 'e_export' } },
]
const mainKeys = new Set(mainRows.flatMap((row) => Object.values(row.keys)))

/** What else the meter reports, in the order of the quantity list. */
export const otherKeys = (reported: readonly string[]): readonly QuantityKey[] =>
  quantityKeys.filter((key) => reported.includes(key) && !mainKeys.has(key))

/** What a meter lacks, in words: a whole row by its name instead of each of its phases. */
export const lackingWords = (lacks: readonly string[], labelOf: (key: string) => string): readonly string[] => {
  const lacking = new Set(lacks)
  const rows = mainRows
    .map(({ label, keys }) => ({ label, keys: Object.values(keys) }))
    .filter(({ keys }) => keys.length > 1 && keys.every((key) => lacking.has(key)))
  const inRows = new Set<string>(rows.flatMap(({ keys }) => keys))
  return [
    ...rows.map(({ label }) => label.toLowerCase().replace('l-n', 'L-N')),
    ...lacks.filter((key) => !inRows.has(key)).map(labelOf),
  ]
}

export interface ChartGroup {
  readonly title: string
  readonly series: readonly PlotSeries[]
}

const phaseSeries = (keys: readonly QuantityKey[], labels: readonly string[]): readonly PlotSeries[] =>
  keys.map((key, index) => ({ key, label: labels[index] ?? key, colour: `--ts-phase-${index + 1}` }))
const lines = ['L1', 'L2', 'L3'] as const

const candidates: readonly { readonly title: string; readonly choices: readonly (readonly PlotSeries[])[] }[] = [
  {
    title: 'Voltage',
    choices: [
      phaseSeries(['u_l1n', 'u_l2n', 'u_l3n'], lines),
      phaseSeries(['u_l1l2', 'u_l2l3', 'u_l3l1'], ['L1L2', 'L2L3', 'L3L1']),
      phaseSeries(['u_ln_avg'], ['mean']),
    ],
  },
  {
    title: 'Current',
    choices: [
      phaseSeries(['i_l1', 'i_l2', 'i_l3'], lines),
      phaseSeries(['i_avg'], ['mean']),
      phaseSeries(['i_total'], ['total']),
    ],
  },
  {
    title: 'Active power',
    choices: [phaseSeries(['p_l1', 'p_l2', 'p_l3'], lines), phaseSeries(['p_total'], ['total'])],
  },
]

/** Voltage, current and power charts of what this meter reports: per phase where it can, else the nearest it has. */
export const chartGroups = (reported: readonly string[]): readonly ChartGroup[] =>
  candidates.flatMap(({ title, choices }) => {
    const series = choices
      .map((choice) => choice.filter((entry) => reported.includes(entry.key)))
      .find((choice) => choice.length > 0)
    return series === undefined ? [] : [{ title, series }]
  })
