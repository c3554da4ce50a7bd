import type { Exchange } from '../../../shared/bus/exchange.ts'
import { formatPeriod } from '../../format/duration.ts'
import { formatNumber } from '../../format/number.ts'
import { Empty, Loading } from '../../ui/notice.tsx'
import { ExchangeTable } from './exchange-table.tsx'
import { askedFor, resultOf } from './exchange-words.ts'
import { Timeline, type Row } from './timeline.tsx'
import type { DoctorChoice } from './use-doctor-choice.ts'
import type { TapeView } from './use-tape.ts'

const oneBus: readonly Row[] = [{ unit: -1, name: 'the bus' }]

const millis = (ms: number | null, none: string): string => (ms === null ? none : `${formatNumber(ms, 1)} ms`)

/** The exchange that was chosen, in words. */
const Chosen = ({ exchange }: { readonly exchange: Exchange }) => {
  const { unit, startMs, requestEndMs, turnaroundMs, replyStartMs, replyEndMs } = exchange
  const replyMs = replyStartMs === null || replyEndMs === null ? null : replyEndMs - replyStartMs
  return (
    <p role="status">
      <strong>
        Chosen: unit {unit ?? '?'}, {askedFor(exchange)}
      </strong>
      , {resultOf(exchange).word}: request {millis(requestEndMs - startMs, '')}, turnaround{' '}
      {millis(turnaroundMs, 'not known')}, reply {millis(replyMs, 'none')}. Its frames are below.
    </p>
  )
}

export interface TimelinePanelProps {
  readonly tape: TapeView
  readonly rows: readonly Row[]
  readonly choice: DoctorChoice
  readonly selected: number | null
  readonly select: (seq: number) => void
  /** How exact its times are; null: not known yet. */
  readonly timing: string | null
}

const Picture = ({ tape, rows, choice, selected, select }: TimelinePanelProps) => {
  const { exchanges, unasked } = tape.talk
  const { oneRow, spanMs } = choice
  const endMs = tape.entries.at(-1)?.monotonicMs ?? 0
  if (!tape.arrived) return <Loading what="the tape" />
  if (exchanges.length === 0)
    return (
      <Empty title="Nothing was sent on this line yet">
        A line that is not connected sends nothing: see Meter health for why.
      </Empty>
    )
  if (choice.asTable)
    return <ExchangeTable exchanges={exchanges.filter(({ startMs }) => startMs >= endMs - spanMs)} select={select} />
  return (
    <Timeline
      exchanges={oneRow ? exchanges.map((exchange) => ({ ...exchange, unit: -1 })) : exchanges}
      unasked={unasked}
      rows={oneRow ? oneBus : rows}
      endMs={endMs}
      spanMs={spanMs}
      selected={selected}
      select={select}
    />
  )
}

/** The newest of what was said, as a picture or a table. */
export const TimelinePanel = (props: TimelinePanelProps) => {
  const { tape, choice, selected, timing } = props
  const picked = selected === null ? undefined : tape.talk.exchanges.find(({ seq }) => seq === selected)
  return (
    <section className="panel stack" aria-label="Timeline">
      <h2>
        The last {formatPeriod(choice.spanMs)}
        {choice.paused ? ', paused' : ''}
      </h2>
      <Picture {...props} />
      {picked === undefined ? null : <Chosen exchange={picked} />}
      {timing === null ? null : <p className="dim">{timing}</p>}
    </section>
  )
}
