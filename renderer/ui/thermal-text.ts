import type { CircuitPhaseReading } from '../../shared/model/image.ts'
import { formatLength } from '../format/duration.ts'
import { formatPercent } from '../format/number.ts'

type Pole = Pick<CircuitPhaseReading, 'thermalUsedPercent' | 'thermal' | 'thermalUnknownWhy'>

export interface ThermalText {
  /** Percent: "78", or "0–78" while the past is not known; null where there is nothing to show. */
  readonly short: string | null
  /** Both bounds in words and the time to the earliest trip; the reason where there is nothing. */
  readonly long: string
  /** "12 s" where the breaker may trip at this current, else ''. */
  readonly earliest: string
}

const inWords = (seconds: number): string =>
  seconds === 0 ? 'at any moment' : `in ${formatLength(Math.max(1, Math.round(seconds)))}`

const tripWords = ({ thermal }: Pole): string => {
  if (thermal?.toTrip == null) return ''
  const { earlyS, lateS } = thermal.toTrip
  if (earlyS === null) return ' Does not trip at this current.'
  const latest = lateS === null ? 'a slow one does not' : `a slow one ${inWords(lateS)}`
  return ` At this current a fast breaker of its model trips ${inWords(earlyS)}, ${latest}.`
}

/** The thermal margin used of one pole, for a person. */
export const thermalText = (pole: Pole): ThermalText => {
  const { thermal, thermalUsedPercent } = pole
  if (thermal == null)
    return thermalUsedPercent === null
      ? { short: null, long: pole.thermalUnknownWhy ?? 'No current is known', earliest: '' }
      : { short: formatPercent(thermalUsedPercent), long: '', earliest: '' }
  const earlyS = thermal.toTrip?.earlyS ?? null
  const late = `${formatPercent(thermal.late.cold)} % on the late bound.`
  if (thermalUsedPercent !== null)
    return {
      short: formatPercent(thermalUsedPercent),
      long: `${formatPercent(thermalUsedPercent)} % used on the early bound of its breaker, ${late}${tripWords(pole)}`,
      earliest: earlyS === null ? '' : earlyS === 0 ? 'now' : formatLength(Math.max(1, Math.round(earlyS))),
    }
  return {
    short: `${formatPercent(thermal.early.cold)}–${formatPercent(thermal.early.hot)}`,
    long: `Between ${formatPercent(thermal.early.cold)} and ${formatPercent(thermal.early.hot)} % used on the early bound of its breaker: the current before is not known, and two minutes of readings narrow it.${tripWords(pole)}`,
    earliest: '',
  }
}
