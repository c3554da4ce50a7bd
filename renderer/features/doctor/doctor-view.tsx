import { Button, NativeSelect } from '@mantine/core'
import { useCallback, useMemo, useState } from 'react'
import { framingOf } from '../../../shared/bus/line-framing.ts'
import type { SiteLine } from '../../../shared/site/site.ts'
import { characterMs } from '../../../shared/line-budget/wire-time.ts'
import type { CsvTable } from '../../format/csv.ts'
import { formatBytes, formatNumber } from '../../format/number.ts'
import { formatPeriod } from '../../format/duration.ts'
import { isoTime } from '../../format/time.ts'
import { useClock } from '../../state/clock.ts'
import { useSite } from '../../state/live.ts'
import { useRead } from '../../state/read.ts'
import { go, routeTo, useRoute } from '../../state/route.ts'
import { Empty, Loading } from '../../ui/notice.tsx'
import { View } from '../../ui/view.tsx'
import { useViewKey } from '../../state/view-keys.ts'
import { BudgetPanel } from './budget-panel.tsx'
import { DevicesPanel } from './devices-panel.tsx'
import { ExchangeTable } from './exchange-table.tsx'
import { askedFor, resultOf } from './exchange-words.ts'
import { FramesPanel } from './frames-panel.tsx'
import { SignsPanel } from './signs-panel.tsx'
import { TapeProblems } from './tape-problems.tsx'
import { Timeline, type Row } from './timeline.tsx'
import { useTape } from './use-tape.ts'
import './doctor.css'

/** Zoom steps of the timeline, ms. */
const spans = [200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000] as const
const windows = [
  { value: '10', label: 'Last 10 s' },
  { value: '60', label: 'Last minute' },
  { value: '300', label: 'Last 5 minutes' },
  { value: '600', label: 'Last 10 minutes' },
]
const reportEveryMs = 4000

const characterOf = (line: SiteLine): number =>
  line.transport === 'serial' || line.transport === 'mbus-serial' ? characterMs(line) : 0

const OfLine = ({ line, lines }: { readonly line: SiteLine; readonly lines: readonly SiteLine[] }) => {
  const [paused, setPaused] = useState(false)
  const [spanMs, setSpanMs] = useState<number>(2000)
  const [asTable, setAsTable] = useState(false)
  const [oneRow, setOneRow] = useState(false)
  const [windowS, setWindowS] = useState(60)
  const [assumeBaud, setAssumeBaud] = useState<number | null>(null)
  const [chosen, setChosen] = useState<{ readonly seq: number | null; readonly frames: readonly number[] } | null>(null)
  const framing = framingOf(line)
  const tape = useTape(line.id, framing, characterOf(line), paused)
  const beat = useClock((state) => Math.floor(state.localMs / reportEveryMs))
  const read = useRead('doctor.report', { lineId: line.id, windowS, assumeBaud }, beat)
  const report = read.value
  useViewKey(
    'p',
    useCallback(() => setPaused((before) => !before), []),
  )
  useViewKey(
    't',
    useCallback(() => setAsTable((before) => !before), []),
  )

  const endMs = tape.entries.at(-1)?.monotonicMs ?? 0
  const { exchanges } = tape.talk
  const rows = useMemo((): Row[] => {
    const names = new Map<number, string>()
    for (const device of report?.devices ?? [])
      names.set(device.unit, device.id === null ? `unit ${device.unit}` : device.name)
    for (const { unit } of exchanges) if (unit !== null && !names.has(unit)) names.set(unit, `unit ${unit}`)
    return [...names].map(([unit, name]) => ({ unit, name }))
  }, [report?.devices, exchanges])
  const select = (seq: number) => {
    const exchange = exchanges.find((item) => item.seq === seq)
    if (exchange === undefined) return
    setPaused(true)
    setChosen({ seq, frames: exchange.frames })
  }
  const zoom = (by: -1 | 1) =>
    setSpanMs(
      (before) =>
        spans[Math.max(0, Math.min(spans.length - 1, spans.findIndex((span) => span === before) + by))] ?? before,
    )
  const inSpan = exchanges.filter((exchange) => exchange.startMs >= endMs - spanMs)
  const picked = chosen?.seq == null ? undefined : exchanges.find(({ seq }) => seq === chosen.seq)
  const csv = (): CsvTable => ({
    header: [
      'at_utc',
      'unit',
      'function',
      'address',
      'count',
      'outcome',
      'exception_code',
      'gap_before_ms',
      'request_ms',
      'turnaround_ms',
      'reply_ms',
    ],
    rows: exchanges.map((each) => [
      isoTime(each.atMs),
      each.unit,
      each.functionCode,
      each.address,
      each.count,
      each.result,
      each.exceptionCode,
      each.gapBeforeMs,
      each.requestEndMs - each.startMs,
      each.turnaroundMs,
      each.replyStartMs === null || each.replyEndMs === null ? null : each.replyEndMs - each.replyStartMs,
    ]),
  })
  const oneBus: Row[] = [{ unit: -1, name: 'the bus' }]
  const toBus = oneRow ? exchanges.map((exchange) => ({ ...exchange, unit: -1 })) : exchanges

  return (
    <View
      title="Line doctor"
      about={`What happens on ${line.name ?? line.id}, frame by frame`}
      csv={{ name: `line-${line.id}`, table: csv }}
    >
      <div className="row no-print doctor-tools">
        <NativeSelect
          label="Line"
          value={line.id}
          onChange={(event) => go(routeTo('doctor', event.currentTarget.value))}
          data={lines.map(({ id, name, transport }) => ({ value: id, label: `${name ?? id} (${transport})` }))}
        />
        <NativeSelect
          label="Counts and signs over"
          value={String(windowS)}
          onChange={(event) => setWindowS(Number(event.currentTarget.value))}
          data={windows}
        />
        <Button variant="default" aria-pressed={paused} onClick={() => setPaused(!paused)}>
          {paused ? 'Resume' : 'Pause'}
        </Button>
        <Button variant="default" aria-label="Zoom in" onClick={() => zoom(-1)} disabled={spanMs === spans[0]}>
          +
        </Button>
        <Button variant="default" aria-label="Zoom out" onClick={() => zoom(1)} disabled={spanMs === spans.at(-1)}>
          −
        </Button>
        <Button variant="default" onClick={() => setOneRow(!oneRow)}>
          {oneRow ? 'A row per device' : 'One row'}
        </Button>
        <Button variant="default" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? 'View as timeline' : 'View as table'}
        </Button>
      </div>
      <TapeProblems ended={tape.ended} failed={read.step === 'failed' ? read.why : null} />
      <section className="panel stack" aria-label="Timeline">
        <h2>
          The last {formatPeriod(spanMs)}
          {paused ? ', paused' : ''}
        </h2>
        {!tape.arrived ? (
          <Loading what="the tape" />
        ) : exchanges.length === 0 ? (
          <Empty title="Nothing was sent on this line yet">
            A line that is not connected sends nothing: see Meter health for why.
          </Empty>
        ) : asTable ? (
          <ExchangeTable exchanges={inSpan} select={select} />
        ) : (
          <Timeline
            exchanges={toBus}
            unasked={tape.talk.unasked}
            rows={oneRow ? oneBus : rows}
            endMs={endMs}
            spanMs={spanMs}
            selected={chosen?.seq ?? null}
            select={select}
          />
        )}
        {picked === undefined ? null : (
          <p role="status">
            <strong>
              Chosen: unit {picked.unit ?? '?'}, {askedFor(picked)}
            </strong>
            , {resultOf(picked).word}: request {formatNumber(picked.requestEndMs - picked.startMs, 1)} ms, turnaround{' '}
            {picked.turnaroundMs === null ? 'not known' : `${formatNumber(picked.turnaroundMs, 1)} ms`}, reply{' '}
            {picked.replyStartMs === null || picked.replyEndMs === null
              ? 'none'
              : `${formatNumber(picked.replyEndMs - picked.replyStartMs, 1)} ms`}
            . Its frames are below.
          </p>
        )}
        {report === null ? null : <p className="dim">{report.timing}</p>}
      </section>
      {report === null ? (
        <Loading what="the report" />
      ) : (
        <>
          <SignsPanel
            signs={report.signs}
            show={(frames) => {
              setPaused(true)
              setChosen({ seq: null, frames })
            }}
          />
          <DevicesPanel devices={report.devices} />
          <BudgetPanel report={report} assumeBaud={assumeBaud} setAssumeBaud={setAssumeBaud} />
        </>
      )}
      <FramesPanel
        lineId={line.id}
        framing={framing}
        tape={tape}
        seqs={chosen?.frames ?? null}
        clear={() => setChosen(null)}
      />
      {report === null ? null : (
        <p className="dim">
          The tape holds {formatNumber(report.tape.entries, 0)} entries, {formatBytes(report.tape.bytes)} of at most{' '}
          {formatBytes(report.tape.boundBytes)} and ten minutes; it is kept in memory only.
        </p>
      )}
    </View>
  )
}

const none: readonly SiteLine[] = []
export const DoctorView = () => {
  const { id } = useRoute()
  const lines = useSite((state) => state.overview?.site.lines ?? none)
  const line =
    lines.find((entry) => entry.id === id) ??
    (id === null ? (lines.find(({ transport }) => transport === 'serial') ?? lines[0]) : undefined)
  if (lines.length === 0)
    return (
      <View title="Line doctor">
        <Loading what="the site" />
      </View>
    )
  if (line === undefined)
    return (
      <View title="Line doctor">
        <Empty title={`There is no line "${id ?? ''}" on this site.`}>
          <a href={routeTo('doctor')}>Show the first line</a>
        </Empty>
      </View>
    )
  return <OfLine key={line.id} line={line} lines={lines} />
}
