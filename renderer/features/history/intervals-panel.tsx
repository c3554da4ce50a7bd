import { Button, SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import type { JoinedInterval } from '../../../shared/api/history-contract.ts'
import type { MeterDescription } from '../../../shared/api/site-contract.ts'
import type { Interval } from '../../../shared/model/event.ts'
import { toCsv, type CsvTable } from '../../format/csv.ts'
import { formatNumber, plural } from '../../format/number.ts'
import { formatQuantity } from '../../format/quantity.ts'
import { fileTime, isoTime } from '../../format/time.ts'
import { useConnection } from '../../state/connection.ts'
import { useRead } from '../../state/read.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { saveFile } from '../../ui/download.ts'
import { Mark } from '../../ui/mark.tsx'
import { Loading, Notice } from '../../ui/notice.tsx'
import { Dash } from '../../ui/dash.tsx'
import { readAllIntervals } from './all-intervals.ts'

const mostRows = 200
/** What the table and the file tell beside the energy. */
const wanted = ['p_total']

/** "2026-11-23 10:00", and for several that were joined until when and how many. */
const spanText = (row: JoinedInterval, time: ReturnType<typeof useTimeFormat>): string =>
  row.endMs === undefined
    ? time.dateTime(row.startMs)
    : `${time.dateTime(row.startMs)} to ${time.dateTime(row.endMs)}, ${row.joined ?? 1} joined`
const Kwh = ({ value, why }: { readonly value: number | null; readonly why: string | null }) =>
  value === null ? <Dash why={why ?? 'No register reading at one end'} /> : <>{formatNumber(value, 3)}</>

/** Whether it may be billed by stands in every row: a table that is passed on must still say so. */
export const intervalsCsv = (meter: Pick<MeterDescription, 'id' | 'billing'>, rows: readonly Interval[]): CsvTable => ({
  header: [
    'meter',
    'start_utc',
    'length_s',
    'import_kWh',
    'export_kWh',
    'register_start_kWh',
    'register_end_kWh',
    'mean_power_W',
    'coverage',
    'note',
    'billing',
  ],
  rows: rows.map((row) => [
    meter.id,
    isoTime(row.startMs),
    row.lengthS,
    row.importKwh,
    row.exportKwh,
    row.registerStartKwh,
    row.registerEndKwh,
    row.stats.p_total?.[1] ?? null,
    row.coverage,
    row.note,
    meter.billing,
  ]),
})

/** Energy per interval, from the meter's own register at both ends: nothing is integrated from power. */
/** Writes every interval of the range into one file, page by page, however many the table joins. */
const useExport = (meter: MeterDescription, fromMs: number, toMs: number, lengthS: 60 | 900) => {
  const client = useConnection((state) => state.client)
  const [isRunning, setIsRunning] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const start = () => {
    if (client === null) return
    const parts = ['\ufeff']
    setIsRunning(true)
    setProblem(null)
    readAllIntervals(
      (input) => client.call('intervals.read', input),
      { meterId: meter.id, fromMs, toMs, lengthS, quantities: wanted },
      (rows) => {
        const text = toCsv(intervalsCsv(meter, rows))
        // The head stands once, before the first page.
        parts.push(parts.length === 1 ? text : text.slice(text.indexOf('\r\n') + 2))
      },
    )
      .then(
        () => saveFile(`${meter.id}-intervals-${lengthS}s-${fileTime(fromMs)}.csv`, parts, 'text/csv;charset=utf-8'),
        (error: Error) => setProblem(error.message),
      )
      .finally(() => setIsRunning(false))
  }
  return { isRunning, problem, start }
}

export const IntervalsPanel = ({
  meter,
  fromMs,
  toMs,
  again,
}: {
  readonly meter: MeterDescription
  readonly fromMs: number
  readonly toMs: number
  readonly again: number
}) => {
  const [length, setLength] = useState<'60' | '900'>('900')
  const time = useTimeFormat()
  const read = useRead(
    'intervals.read',
    { meterId: meter.id, fromMs, toMs, lengthS: length === '60' ? 60 : 900, quantities: wanted },
    again,
  )
  const exporting = useExport(meter, fromMs, toMs, length === '60' ? 60 : 900)
  const rows = [...(read.value ?? [])].sort((one, other) => other.startMs - one.startMs)
  const known = rows.flatMap((row) => row.importKwh ?? [])
  const isJoined = rows.some(({ joined }) => joined !== undefined)
  return (
    <section className="panel stack" aria-label="Energy intervals">
      <div className="row">
        <h2>Energy per interval, from the meter&rsquo;s register</h2>
        <SegmentedControl
          aria-label="Interval length"
          data={[
            { value: '60', label: '1 min' },
            { value: '900', label: '15 min' },
          ]}
          value={length}
          onChange={(value) => setLength(value === '60' ? '60' : '900')}
        />
        <span className="grow dim">
          {rows.length === 0
            ? ''
            : `${plural(rows.length, isJoined ? 'row of joined intervals' : 'interval')}, ${known.length} with energy, together ${formatNumber(
                known.reduce((sum, value) => sum + value, 0),
                2,
              )} kWh${rows.length > mostRows ? `; the newest ${mostRows} shown` : ''}${isJoined ? '; the export has every single one' : ''}`}
        </span>
        <Button
          variant="default"
          className="no-print"
          disabled={rows.length === 0 || exporting.isRunning}
          onClick={exporting.start}
        >
          {exporting.isRunning ? 'Exporting …' : 'Export intervals'}
        </Button>
      </div>
      {exporting.problem === null ? null : (
        <Notice tone="alarm" live title="The intervals could not be exported">
          {exporting.problem}
        </Notice>
      )}
      <p className="row" data-testid="billing">
        <span className="dim">Billing</span>{' '}
        <Mark kind={meter.billingUse === 'mid-variant-only' ? 'info' : 'warning'}>{meter.billing}</Mark>
      </p>
      {read.step === 'failed' ? (
        <Notice tone="alarm" live title="Intervals could not be read">
          {read.why}
        </Notice>
      ) : read.value === null ? (
        <Loading what="the intervals" />
      ) : rows.length === 0 ? (
        <p className="dim">
          No complete interval in this time. Intervals are written when they end: every full minute and quarter of an
          hour.
        </p>
      ) : (
        <div className="table-scroll intervals" role="region" aria-label="Intervals" tabIndex={0}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">From</th>
                <th scope="col" className="num">
                  Import kWh
                </th>
                <th scope="col" className="num">
                  Export kWh
                </th>
                <th scope="col" className="num">
                  Register at start
                </th>
                <th scope="col" className="num">
                  at end
                </th>
                <th scope="col" className="num">
                  Mean power
                </th>
                <th scope="col" className="num">
                  Good samples
                </th>
                <th scope="col">Note</th>
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, mostRows).map((row) => (
                <tr key={row.startMs}>
                  <th scope="row" className="nowrap">
                    {spanText(row, time)}
                  </th>
                  <td className="num">
                    <strong>
                      <Kwh value={row.importKwh} why={row.note} />
                    </strong>
                  </td>
                  <td className="num">
                    <Kwh value={row.exportKwh} why={row.note} />
                  </td>
                  <td className="num">
                    <Kwh value={row.registerStartKwh} why={row.note} />
                  </td>
                  <td className="num">
                    <Kwh value={row.registerEndKwh} why={row.note} />
                  </td>
                  <td className="num">
                    {row.stats.p_total === undefined ? (
                      <Dash why="Power was not read in this interval" />
                    ) : (
                      formatQuantity('p_total', row.stats.p_total[1])
                    )}
                  </td>
                  <td className="num">
                    {row.coverage < 0.95 ? (
                      <Mark kind="warning">{formatNumber(row.coverage * 100, 0)} %</Mark>
                    ) : (
                      `${formatNumber(row.coverage * 100, 0)} %`
                    )}
                  </td>
                  <td>{row.note ?? (row.importKwh === null ? 'no register reading at one end' : '')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}
