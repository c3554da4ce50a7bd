import { formatScaled, scaleOfAll, type Scale } from '../format/quantity.ts'
import { plural } from '../format/number.ts'
import type { TraceColumns } from './trace-buffer.ts'
import { own } from '../../shared/own.ts'

export interface SeriesInfo {
  readonly key: string
  readonly label: string
}

export interface SeriesSummary {
  readonly key: string
  readonly label: string
  readonly last: number | null
  readonly min: number | null
  readonly max: number | null
  readonly samples: number
  readonly missing: number
}

export const summarise = (data: TraceColumns, series: readonly SeriesInfo[]): readonly SeriesSummary[] =>
  series.map(({ key, label }) => {
    let min: number | null = null
    let max: number | null = null
    let samples = 0
    const values = own(data.columns, key) ?? []
    for (const value of values) {
      if (value === null) continue
      samples += 1
      if (min === null || value < min) min = value
      if (max === null || value > max) max = value
    }
    return { key, label, last: values.at(-1) ?? null, min, max, samples, missing: values.length - samples }
  })

/** One scale for all traces of a chart, by the largest value in it. */
export const scaleOfRows = (rows: readonly SeriesSummary[]): Scale =>
  scaleOfAll(
    rows[0]?.key ?? '',
    rows.flatMap(({ min, max }) => [min, max]),
  )

/** One sentence a person who cannot see the canvas can use: what, how known, and per trace the last value and the range. */
export const summaryText = (
  title: string,
  evidence: string,
  windowText: string,
  rows: readonly SeriesSummary[],
): string => {
  const scale = scaleOfRows(rows)
  const unit = scale.unit === '' ? '' : ` ${scale.unit}`
  const parts = rows.map((row) =>
    row.samples === 0 || row.min === null || row.max === null
      ? `${row.label} no value`
      : `${row.label} ${row.last === null ? 'missing now' : `${formatScaled(row.last, scale)}${unit}`} (${formatScaled(row.min, scale)} to ${formatScaled(row.max, scale)})`,
  )
  const samples = Math.max(0, ...rows.map((row) => row.samples))
  const missing = Math.max(0, ...rows.map((row) => row.missing))
  return `${title}, ${evidence}, ${windowText}: ${parts.join('; ')}. ${plural(samples, 'sample')}${missing === 0 ? '' : `, ${missing} missing`}.`
}
