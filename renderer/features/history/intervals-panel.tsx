import { Button, SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import type { MeterDescription } from '../../../shared/api/contract.ts'
import type { Interval } from '../../../shared/model/event.ts'
import type { CsvTable } from '../../format/csv.ts'
import { formatNumber, plural } from '../../format/number.ts'
import { formatValue } from '../../format/quantity.ts'
import { fileTime, isoTime } from '../../format/time.ts'
import { useRead } from '../../state/read.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { saveCsv } from '../../ui/download.ts'
import { Mark } from '../../ui/mark.tsx'
import { Loading, Notice } from '../../ui/notice.tsx'

const mostRows = 200
const kwh = (value: number | null): string => (value === null ? '–' : formatNumber(value, 3))

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
    { meterId: meter.id, fromMs, toMs, lengthS: length === '60' ? 60 : 900 },
    again,
  )
  const rows = [...(read.value ?? [])].sort((one, other) => other.startMs - one.startMs)
  const known = rows.flatMap((row) => row.importKwh ?? [])
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
            : `${plural(rows.length, 'interval')}, ${known.length} with energy, together ${formatNumber(
                known.reduce((sum, value) => sum + value, 0),
                2,
              )} kWh${rows.length > mostRows ? `; the newest ${mostRows} shown` : ''}`}
        </span>
        <Button
          variant="default"
          className="no-print"
          disabled={rows.length === 0}
          onClick={() => saveCsv(`${meter.id}-intervals-${length}s-${fileTime(fromMs)}.csv`, intervalsCsv(meter, rows))}
        >
          Export intervals
        </Button>
      </div>
      <p className="row" data-testid="billing">
        <span className="dim">Billing</span>{' '}
        <Mark kind={meter.billing.startsWith('Can be') ? 'info' : 'warning'}>{meter.billing}</Mark>
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
                  Mean power W
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
                    {time.dateTime(row.startMs)}
                  </th>
                  <td className="num">
                    <strong>{kwh(row.importKwh)}</strong>
                  </td>
                  <td className="num">{kwh(row.exportKwh)}</td>
                  <td className="num">{kwh(row.registerStartKwh)}</td>
                  <td className="num">{kwh(row.registerEndKwh)}</td>
                  <td className="num">
                    {row.stats.p_total === undefined ? '–' : formatValue('p_total', row.stats.p_total[1])}
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
