import { Button, SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import type { MeterDescription } from '../../../shared/api/site-contract.ts'
import type { Interval } from '../../../shared/model/event.ts'
import { toCsv, type CsvTable } from '../../format/csv.ts'
import { formatNumber, plural } from '../../format/number.ts'
import { fileTime, isoTime } from '../../format/time.ts'
import { useConnection } from '../../state/connection.ts'
import { useRead } from '../../state/read.ts'
import { useSettings } from '../../state/settings.ts'
import { saveFile } from '../../ui/download.ts'
import { Mark } from '../../ui/mark.tsx'
import { Loading, Notice } from '../../ui/notice.tsx'
import { readAllIntervals } from './all-intervals.ts'
import { IntervalsTable } from './intervals-table.tsx'

const mostRows = 200
/** What the table and the file tell beside the energy. */
const wanted = ['p_total']

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

/** Writes every interval of the range into one file, page by page, however many the table joins. */
const useExport = (meter: MeterDescription, fromMs: number, toMs: number, lengthS: 60 | 900) => {
  const client = useConnection((state) => state.client)
  const [isRunning, setIsRunning] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const start = () => {
    if (client === null) return
    const parts = ['\ufeff']
    const style = useSettings.getState().csvStyle
    setIsRunning(true)
    setProblem(null)
    readAllIntervals(
      (input) => client.call('intervals.read', input),
      { meterId: meter.id, fromMs, toMs, lengthS, quantities: wanted },
      (rows) => {
        const text = toCsv(intervalsCsv(meter, rows), style)
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
        <IntervalsTable rows={rows.slice(0, mostRows)} />
      )}
    </section>
  )
}
