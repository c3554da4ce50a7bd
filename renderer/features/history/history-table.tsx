import { useMemo } from 'react'
import { formatScaled, scaleOf, scaleOfAll } from '../../format/quantity.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { PhaseLabel } from '../../ui/mark.tsx'
import { Dash } from '../../ui/dash.tsx'
import type { HistoryPoint } from '../../charts/history-data.ts'
import type { PlotSeries } from '../../charts/plot.ts'
import { own } from '../../../shared/own.ts'

/** The chart's numbers, newest first. */
export const HistoryTable = ({
  series,
  points,
}: {
  readonly series: readonly PlotSeries[]
  readonly points: readonly HistoryPoint[]
}) => {
  const time = useTimeFormat()
  const scales = useMemo(
    () =>
      new Map(
        series.map(({ key }) => [
          key,
          scaleOfAll(
            key,
            points.flatMap((point) => [own(point.values, key)?.[0], own(point.values, key)?.[2]]),
          ),
        ]),
      ),
    [series, points],
  )
  const scaleFor = (key: string) => scales.get(key) ?? scaleOf(key, 0)
  return (
    <div className="table-scroll history-table" role="region" aria-label="History as a table" tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>
              From
            </th>
            {series.map((entry) => (
              <th key={entry.key} scope="colgroup" colSpan={3} className="num">
                <PhaseLabel phase={entry.label} />
              </th>
            ))}
          </tr>
          <tr>
            {series.flatMap((entry) =>
              ['min', 'mean', 'max'].map((part) => (
                <th key={`${entry.key} ${part}`} scope="col" className="num">
                  {part} {scaleFor(entry.key).unit}
                </th>
              )),
            )}
          </tr>
        </thead>
        <tbody>
          {[...points].reverse().map((point) => (
            <tr key={point.atMs}>
              <th scope="row" className="nowrap">
                {time.dateTime(point.atMs)}
              </th>
              {series.flatMap(({ key }) =>
                [0, 1, 2].map((part) => {
                  const bucket = own(point.values, key)
                  return (
                    <td key={`${key} ${part}`} className={`num ${part === 1 ? '' : 'dim'}`}>
                      {bucket == null ? (
                        <Dash why="No value in this time" />
                      ) : (
                        formatScaled(bucket[part] ?? 0, scaleFor(key))
                      )}
                    </td>
                  )
                }),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
