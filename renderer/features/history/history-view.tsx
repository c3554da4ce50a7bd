import { Button, NativeSelect } from '@mantine/core'
import { useCallback, useEffect, useMemo, useState } from 'react'
import type { MeterDescription, Overview } from '../../../shared/api/site-contract.ts'
import { isRoot } from '../../../shared/site/circuit-limit.ts'
import { HistoryChart } from '../../charts/history-chart.tsx'
import { historyPoints, historyText, summariseHistory } from '../../charts/history-data.ts'
import type { PlotSeries } from '../../charts/plot.ts'
import type { CsvTable } from '../../format/csv.ts'
import { formatPeriod } from '../../format/duration.ts'
import { formatQuantity, quantityLabel, quantityUnit } from '../../format/quantity.ts'
import { isoTime } from '../../format/time.ts'
import { siteNow } from '../../state/clock.ts'
import { pointAt, useCursor } from '../../state/cursor.ts'
import { useSite } from '../../state/live.ts'
import { useRead } from '../../state/read.ts'
import { go, routeTo, useRoute } from '../../state/route.ts'
import { meterOf, useTimeFormat } from '../../state/site-facts.ts'
import { Empty, Loading, Notice } from '../../ui/notice.tsx'
import { View } from '../../ui/view.tsx'
import { useAsSent } from '../meters/as-sent.ts'
import { chartGroups } from '../meters/quantity-groups.ts'
import { useViewKey } from '../../state/view-keys.ts'
import { pointsFor, presets, rangeOf, shifted } from './history-range.ts'
import { HistoryTable } from './history-table.tsx'
import { IntervalsPanel } from './intervals-panel.tsx'
import { TimeField } from '../../ui/time-field.tsx'
import './history.css'
import { own } from '../../../shared/own.ts'

interface Choice {
  readonly value: string
  readonly label: string
  readonly series: readonly PlotSeries[]
}

/** Voltage, current and power per phase first, then every reported quantity alone. */
const choicesOf = (meter: MeterDescription): readonly Choice[] => [
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

const Readout = ({
  series,
  points,
  bucketMs,
}: {
  readonly series: readonly PlotSeries[]
  readonly points: ReturnType<typeof historyPoints>['points']
  readonly bucketMs: number
}) => {
  const time = useTimeFormat()
  const cursorMs = useCursor((state) => state.atMs)
  const point =
    cursorMs === null ? undefined : points.find((entry) => cursorMs >= entry.atMs && cursorMs < entry.atMs + bucketMs)
  return (
    <p className="row history-readout">
      <span className="dim">{point === undefined ? 'Point at the chart for values' : time.dateTime(point.atMs)}</span>
      {point === undefined
        ? null
        : series.map(({ key, label, colour }) => {
            const bucket = own(point.values, key)
            return (
              <span key={key}>
                <span className="strip-swatch" style={{ background: `var(${colour})` }} />
                {label}{' '}
                {bucket == null ? (
                  '– no value'
                ) : (
                  <>
                    <strong>{formatQuantity(key, bucket[1])}</strong>{' '}
                    <span className="dim">
                      ({formatQuantity(key, bucket[0])} to {formatQuantity(key, bucket[2])})
                    </span>
                  </>
                )}
              </span>
            )
          })}
    </p>
  )
}

const Page = ({ overview, meter: described }: { readonly overview: Overview; readonly meter: MeterDescription }) => {
  const meter = useAsSent(described)
  const { params } = useRoute()
  const time = useTimeFormat()
  const [now, setNow] = useState(siteNow)
  const [again, setAgain] = useState(0)
  const [asTable, setAsTable] = useState(false)
  const cursorMs = useCursor((state) => state.atMs)
  const toggleTable = useCallback(() => setAsTable((table) => !table), [])
  useViewKey('t', toggleTable)
  const choices = useMemo(() => choicesOf(meter), [meter])
  const choice = choices.find((entry) => entry.value === params.show) ?? choices[0]
  const range = rangeOf(params, now)
  const { fromMs, toMs } = range
  const moment = params.at === undefined ? null : Number(params.at)
  useEffect(() => {
    if (moment !== null && Number.isFinite(moment)) pointAt(moment)
  }, [moment])
  const series = choice?.series ?? []
  const read = useRead(
    'history.read',
    choice === undefined
      ? null
      : {
          meterId: meter.id,
          quantities: series.map((entry) => entry.key),
          fromMs,
          toMs,
          maxBuckets: pointsFor(
            toMs - fromMs,
            Math.max(...series.map(({ key }) => own(meter.quantities, key)?.periodMs ?? 0)),
          ),
        },
    again,
  )
  const drawn = useMemo(() => (read.value === null ? null : historyPoints(read.value)), [read.value])

  const change = (part: Record<string, string | null>) =>
    go(
      routeTo(
        'history',
        null,
        Object.fromEntries(
          Object.entries({ ...params, meter: meter.id, ...part }).filter(
            (entry): entry is [string, string] => entry[1] !== null,
          ),
        ),
      ),
    )
  const showTime = (from: number, to: number) =>
    change({ from: String(Math.round(from)), to: String(Math.round(to)), span: null })
  const readAgain = () => {
    setNow(siteNow())
    setAgain(again + 1)
  }
  const unit = quantityUnit(series[0]?.key ?? '')
  const summaries = read.value === null ? [] : summariseHistory(read.value)
  const words = summaries.map((row, index) => historyText(row, series[index]?.label ?? row.quantity))
  const csv = (): CsvTable => ({
    header: [
      'from_utc',
      ...series.flatMap(({ key }) =>
        ['min', 'mean', 'max'].map((part) => `${key}_${part}${unit === '' ? '' : `_${unit}`}`),
      ),
    ],
    rows: (drawn?.points ?? []).map((point) => [
      isoTime(point.atMs),
      ...series.flatMap(({ key }) => own(point.values, key) ?? [null, null, null]),
    ]),
  })

  return (
    <View
      picture="history"
      title="History"
      about={`${meter.name}: ${time.dateTime(fromMs)} to ${time.dateTime(toMs)} ${time.zone}`}
      csv={drawn === null ? undefined : { name: `history-${meter.id}-${choice?.value ?? ''}`, table: csv }}
    >
      <div className="row no-print history-controls">
        <NativeSelect
          label="Meter"
          value={meter.id}
          data={overview.meters.map((entry) => ({ value: entry.id, label: entry.name }))}
          onChange={(event) => change({ meter: event.currentTarget.value, show: null })}
        />
        <NativeSelect
          label="Quantity"
          value={choice?.value ?? ''}
          data={choices.map(({ value, label }) => ({ value, label }))}
          onChange={(event) => change({ show: event.currentTarget.value })}
        />
        <TimeField
          key={`from ${fromMs}`}
          label="From"
          atMs={fromMs}
          allow={(at) => (at < toMs ? null : 'must be before To')}
          change={(at) => showTime(at, toMs)}
        />
        <TimeField
          key={`to ${toMs}`}
          label="To"
          atMs={toMs}
          allow={(at) => (at > fromMs ? null : 'must be after From')}
          change={(at) => showTime(fromMs, at)}
        />
        <div className="row" role="group" aria-label="Time range">
          {presets.map((preset) => (
            <Button
              key={preset.value}
              variant={range.spanMs === Number(preset.value) ? 'filled' : 'default'}
              aria-pressed={range.spanMs === Number(preset.value)}
              onClick={() => {
                setNow(siteNow())
                change({ span: preset.value, from: null, to: null, at: null })
              }}
            >
              {preset.label}
            </Button>
          ))}
        </div>
      </div>
      <section className="panel stack" aria-label="History chart">
        <div className="row no-print">
          <Button
            variant="default"
            aria-label="Earlier"
            onClick={() => {
              const next = shifted(range, -1)
              showTime(next.fromMs, next.toMs)
            }}
          >
            ← Earlier
          </Button>
          <Button
            variant="default"
            aria-label="Later"
            onClick={() => {
              const next = shifted(range, 1)
              showTime(next.fromMs, next.toMs)
            }}
          >
            Later →
          </Button>
          <Button
            variant="default"
            onClick={() => {
              const next = shifted(range, 0)
              showTime(next.fromMs, next.toMs)
            }}
          >
            Zoom out
          </Button>
          <Button variant="default" onClick={readAgain}>
            Read again
          </Button>
          <Button variant="default" onClick={toggleTable}>
            {asTable ? 'View as chart' : 'View as table'}
          </Button>
          <span className="grow dim">
            {drawn === null ? '' : `Lowest, mean and highest polled RMS value per ${formatPeriod(drawn.bucketMs)}`}
            {read.step === 'loading' && read.value !== null ? ' · reading …' : ''}
          </span>
        </div>
        {read.step === 'failed' ? (
          <Notice tone="alarm" live title="The history could not be read">
            {read.why}
          </Notice>
        ) : drawn === null ? (
          <Loading what="the history" />
        ) : summaries.every(({ mean }) => mean === null) ? (
          <Empty title="No reading of this in this time">
            The program was not running, the meter did not answer, or the ring no longer reaches back so far. Choose
            another time above.
          </Empty>
        ) : asTable ? (
          <HistoryTable series={series} points={drawn.points} />
        ) : (
          <>
            <Readout series={series} points={drawn.points} bucketMs={drawn.bucketMs} />
            <HistoryChart
              series={series}
              points={drawn.points}
              fromMs={fromMs}
              toMs={toMs}
              label={`${choice?.label ?? ''}. ${words.join('. ')}`}
              zoom={showTime}
              height={280}
              time={time}
              cursorMs={cursorMs}
              point={pointAt}
            />
          </>
        )}
        <p className="dim">{words.join(' · ')}</p>
      </section>
      <IntervalsPanel meter={meter} fromMs={fromMs} toMs={toMs} again={again} />
    </View>
  )
}

export const HistoryView = () => {
  const overview = useSite((state) => state.overview)
  const { params } = useRoute()
  if (overview === null)
    return (
      <View title="History">
        <Loading what="the site" />
      </View>
    )
  const asked = params.meter ?? overview.site.circuits.find(isRoot)?.meter ?? overview.meters[0]?.id
  const meter = asked === undefined ? undefined : meterOf(overview, asked)
  if (meter === undefined) {
    return (
      <View title="History">
        <Empty title={asked === undefined ? 'No meter in the site file' : `The site file has no meter "${asked}".`}>
          <a href={routeTo('meters')}>See all meters</a>
        </Empty>
      </View>
    )
  }
  return <Page key={meter.id} overview={overview} meter={meter} />
}
