import { Button } from '@mantine/core'
import { own } from '../../../shared/own.ts'
import { HistoryChart } from '../../charts/history-chart.tsx'
import type { historyPoints } from '../../charts/history-data.ts'
import type { PlotSeries } from '../../charts/plot.ts'
import { formatPeriod } from '../../format/duration.ts'
import { formatQuantity } from '../../format/quantity.ts'
import { pointAt, useCursor } from '../../state/cursor.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Empty, Loading, Notice } from '../../ui/notice.tsx'
import { shifted } from './history-range.ts'
import { HistoryTable } from './history-table.tsx'
import type { HistoryReading } from './use-history.ts'

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

const Moves = ({ history }: { readonly history: HistoryReading }) => {
  const move = (by: -1 | 0 | 1) => () => {
    const next = shifted(history.range, by)
    history.showTime(next.fromMs, next.toMs)
  }
  return (
    <>
      <Button variant="default" aria-label="Earlier" onClick={move(-1)}>
        ← Earlier
      </Button>
      <Button variant="default" aria-label="Later" onClick={move(1)}>
        Later →
      </Button>
      <Button variant="default" onClick={move(0)}>
        Zoom out
      </Button>
      <Button variant="default" onClick={history.readAgain}>
        Read again
      </Button>
    </>
  )
}

const Drawn = ({ history, asTable }: { readonly history: HistoryReading; readonly asTable: boolean }) => {
  const time = useTimeFormat()
  const cursorMs = useCursor((state) => state.atMs)
  const { read, drawn, series, choice, range, words } = history
  if (read.step === 'failed')
    return (
      <Notice tone="alarm" live title="The history could not be read">
        {read.why}
      </Notice>
    )
  if (drawn === null) return <Loading what="the history" />
  if (history.isEmpty)
    return (
      <Empty title="No reading of this in this time">
        The program was not running, the meter did not answer, or the ring no longer reaches back so far. Choose another
        time above.
      </Empty>
    )
  if (asTable) return <HistoryTable series={series} points={drawn.points} />
  return (
    <>
      <Readout series={series} points={drawn.points} bucketMs={drawn.bucketMs} />
      <HistoryChart
        series={series}
        points={drawn.points}
        fromMs={range.fromMs}
        toMs={range.toMs}
        label={`${choice?.label ?? ''}. ${words.join('. ')}`}
        zoom={history.showTime}
        height={280}
        time={time}
        cursorMs={cursorMs}
        point={pointAt}
      />
    </>
  )
}

/** The history as a chart or a table, with what moves through it. */
export const HistoryPanel = ({
  history,
  asTable,
  toggleTable,
}: {
  readonly history: HistoryReading
  readonly asTable: boolean
  readonly toggleTable: () => void
}) => {
  const { read, drawn, words } = history
  return (
    <section className="panel stack" aria-label="History chart">
      <div className="row no-print">
        <Moves history={history} />
        <Button variant="default" onClick={toggleTable}>
          {asTable ? 'View as chart' : 'View as table'}
        </Button>
        <span className="grow dim">
          {drawn === null ? '' : `Lowest, mean and highest polled RMS value per ${formatPeriod(drawn.bucketMs)}`}
          {read.step === 'loading' && read.value !== null ? ' · reading …' : ''}
        </span>
      </div>
      <Drawn history={history} asTable={asTable} />
      <p className="dim">{words.join(' · ')}</p>
    </section>
  )
}
