import { useMemo, useState } from 'react'
import { framingOf } from '../../../shared/bus/line-framing.ts'
import { characterMs } from '../../../shared/line-budget/wire-time.ts'
import type { LineReport } from '../../../shared/api/doctor-contract.ts'
import type { Exchange } from '../../../shared/bus/exchange.ts'
import type { SiteLine } from '../../../shared/site/site.ts'
import { formatBytes, formatNumber } from '../../format/number.ts'
import { useClock } from '../../state/clock.ts'
import { useSite } from '../../state/live.ts'
import { useRead } from '../../state/read.ts'
import { routeTo, useRoute } from '../../state/route.ts'
import { Empty, Loading } from '../../ui/notice.tsx'
import { View } from '../../ui/view.tsx'
import { BudgetPanel } from './budget-panel.tsx'
import { DevicesPanel } from './devices-panel.tsx'
import { DoctorTools } from './doctor-tools.tsx'
import { exchangesCsv } from './exchanges-csv.ts'
import { FramesPanel } from './frames-panel.tsx'
import { SignsPanel } from './signs-panel.tsx'
import { TapeProblems } from './tape-problems.tsx'
import { TimelinePanel } from './timeline-panel.tsx'
import type { Row } from './timeline.tsx'
import { useDoctorChoice, type DoctorChoice } from './use-doctor-choice.ts'
import { useTape } from './use-tape.ts'
import './doctor.css'

const reportEveryMs = 4000

const characterOf = (line: SiteLine): number =>
  line.transport === 'serial' || line.transport === 'mbus-serial' ? characterMs(line) : 0

/** A row for each unit: devices by their names first, then whoever was spoken to. */
const rowsOf = (devices: LineReport['devices'], exchanges: readonly Exchange[]): readonly Row[] => {
  const names = new Map<number, string>()
  for (const { unit, id, name } of devices) names.set(unit, id === null ? `unit ${unit}` : name)
  for (const { unit } of exchanges) if (unit !== null && !names.has(unit)) names.set(unit, `unit ${unit}`)
  return [...names].map(([unit, name]) => ({ unit, name }))
}
const noDevices: LineReport['devices'] = []

const Judged = ({
  report,
  choice,
  show,
}: {
  readonly report: LineReport
  readonly choice: DoctorChoice
  readonly show: (frames: readonly number[]) => void
}) => (
  <>
    <SignsPanel signs={report.signs} show={show} />
    <DevicesPanel devices={report.devices} />
    <BudgetPanel report={report} assumeBaud={choice.assumeBaud} setAssumeBaud={choice.setAssumeBaud} />
  </>
)

const TapeSize = ({ tape: { entries, bytes, boundBytes } }: Pick<LineReport, 'tape'>) => (
  <p className="dim">
    The tape holds {formatNumber(entries, 0)} entries, {formatBytes(bytes)} of at most {formatBytes(boundBytes)} and ten
    minutes; it is kept in memory only.
  </p>
)

const OfLine = ({ line, lines }: { readonly line: SiteLine; readonly lines: readonly SiteLine[] }) => {
  const choice = useDoctorChoice()
  const { windowS, assumeBaud, setPaused } = choice
  const [chosen, setChosen] = useState<{ readonly seq: number | null; readonly frames: readonly number[] } | null>(null)
  const framing = framingOf(line)
  const tape = useTape(line.id, framing, characterOf(line), choice.paused)
  const beat = useClock((state) => Math.floor(state.localMs / reportEveryMs))
  const read = useRead('doctor.report', { lineId: line.id, windowS, assumeBaud }, beat)
  const report = read.value
  const { exchanges } = tape.talk
  const devices = report?.devices ?? noDevices
  const rows = useMemo(() => rowsOf(devices, exchanges), [devices, exchanges])
  const show = (frames: readonly number[], seq: number | null = null): void => {
    setPaused(true)
    setChosen({ seq, frames })
  }
  const select = (seq: number): void => {
    const exchange = exchanges.find((item) => item.seq === seq)
    if (exchange !== undefined) show(exchange.frames, seq)
  }
  return (
    <View
      title="Line doctor"
      about={`What happens on ${line.name ?? line.id}, frame by frame`}
      csv={{ name: `line-${line.id}`, table: () => exchangesCsv(exchanges) }}
    >
      <DoctorTools line={line} lines={lines} choice={choice} />
      <TapeProblems ended={tape.ended} failed={read.step === 'failed' ? read.why : null} />
      <TimelinePanel
        tape={tape}
        rows={rows}
        choice={choice}
        selected={chosen?.seq ?? null}
        select={select}
        timing={report?.timing ?? null}
      />
      {report === null ? <Loading what="the report" /> : <Judged report={report} choice={choice} show={show} />}
      <FramesPanel
        lineId={line.id}
        framing={framing}
        tape={tape}
        seqs={chosen?.frames ?? null}
        clear={() => setChosen(null)}
      />
      {report === null ? null : <TapeSize tape={report.tape} />}
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
