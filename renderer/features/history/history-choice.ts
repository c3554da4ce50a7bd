import type { MeterDescription } from '../../../shared/api/site-contract.ts'
import type { PlotSeries } from '../../charts/plot.ts'
import { quantityLabel } from '../../format/quantity.ts'
import { chartGroups } from '../meters/quantity-groups.ts'

export interface HistoryChoice {
  readonly value: string
  readonly label: string
  readonly series: readonly PlotSeries[]
}

/** Voltage, current and power per phase first, then every reported quantity alone. */
export const choicesOf = (meter: MeterDescription): readonly HistoryChoice[] => [
  ...chartGroups(Object.keys(meter.quantities)).map((group) => ({
    value: group.title.toLowerCase().replaceAll(' ', '-'),
    label: `${group.title}, ${group.series.map((entry) => entry.label).join(' ')}`,
    series: group.series,
  })),
  ...Object.keys(meter.quantities).map((key) => ({
    value: key,
    label: quantityLabel(key),
    series: [{ key, label: quantityLabel(key), colour: '--ts-text' }],
  })),
]
