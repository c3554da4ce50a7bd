import { useEffect, useMemo, useState } from 'react'
import type { MeterDescription } from '../../../shared/api/site-contract.ts'
import { own } from '../../../shared/own.ts'
import { historyPoints, historyText, summariseHistory } from '../../charts/history-data.ts'
import type { CsvTable } from '../../format/csv.ts'
import { polledAs, quantityUnit } from '../../format/quantity.ts'
import { isoTime } from '../../format/time.ts'
import { siteNow } from '../../state/clock.ts'
import { pointAt } from '../../state/cursor.ts'
import { useRead } from '../../state/read.ts'
import { go, routeTo, useRoute } from '../../state/route.ts'
import { choicesOf, type HistoryChoice } from './history-choice.ts'
import { pointsFor, rangeOf } from './history-range.ts'

type Drawn = ReturnType<typeof historyPoints>

const csvOf = (meterId: string, series: HistoryChoice['series'], drawn: Drawn | null): CsvTable => {
  const knownAs = `${polledAs(series[0]?.key ?? '')}, lowest, mean and highest of each piece of time`
  const unit = quantityUnit(series[0]?.key ?? '')
  const columnOf = (key: string, part: string): string => `${key}_${part}${unit === '' ? '' : `_${unit}`}`
  return {
    header: [
      'meter',
      'known_as',
      'from_utc',
      ...series.flatMap(({ key }) => ['min', 'mean', 'max'].map((part) => columnOf(key, part))),
    ],
    rows: (drawn?.points ?? []).map((point) => [
      meterId,
      knownAs,
      isoTime(point.atMs),
      ...series.flatMap(({ key }) => own(point.values, key) ?? [null, null, null]),
    ]),
  }
}

/** Changes parts of the route's parameters; null takes one away. */
const useParams = (meterId: string) => {
  const { params } = useRoute()
  const change = (part: Record<string, string | null>): void => {
    const kept = Object.entries({ ...params, meter: meterId, ...part }).filter(
      (entry): entry is [string, string] => entry[1] !== null,
    )
    go(routeTo('history', null, Object.fromEntries(kept)))
  }
  return { params, change }
}

/** What the history of a meter is asked for, by the route, and what came of it. */
export const useHistory = (meter: MeterDescription) => {
  const { params, change } = useParams(meter.id)
  const [now, setNow] = useState(siteNow)
  const [again, setAgain] = useState(0)
  const choices = useMemo(() => choicesOf(meter), [meter])
  const choice = choices.find((entry) => entry.value === params.show) ?? choices[0]
  const range = rangeOf(params, now)
  const { fromMs, toMs } = range
  const moment = params.at === undefined ? null : Number(params.at)
  useEffect(() => {
    if (moment !== null && Number.isFinite(moment)) pointAt(moment)
  }, [moment])
  const series = choice?.series ?? []
  const periodMs = Math.max(...series.map(({ key }) => own(meter.quantities, key)?.periodMs ?? 0))
  const quantities = series.map((entry) => entry.key)
  const maxBuckets = pointsFor(toMs - fromMs, periodMs)
  const wanted = choice === undefined ? null : { meterId: meter.id, quantities, fromMs, toMs, maxBuckets }
  const read = useRead('history.read', wanted, again)
  const drawn = useMemo(() => (read.value === null ? null : historyPoints(read.value)), [read.value])
  const summaries = read.value === null ? [] : summariseHistory(read.value)
  return {
    ...{ choices, choice, range, series, read, drawn, again, change },
    isEmpty: summaries.every(({ mean }) => mean === null),
    words: summaries.map((row, index) => historyText(row, series[index]?.label ?? row.quantity)),
    csv: () => csvOf(meter.id, series, drawn),
    showTime: (from: number, to: number): void =>
      change({ from: String(Math.round(from)), to: String(Math.round(to)), span: null }),
    showPreset: (span: string): void => {
      setNow(siteNow())
      change({ span, from: null, to: null, at: null })
    },
    readAgain: (): void => {
      setNow(siteNow())
      setAgain(again + 1)
    },
  }
}
export type HistoryReading = ReturnType<typeof useHistory>
