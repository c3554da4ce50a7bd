import { useState, type KeyboardEvent, type MouseEvent } from 'react'
import type { Exchange, Unasked } from '../../../shared/bus/exchange.ts'
import { formatNumber, plural } from '../../format/number.ts'
import { isFault } from './exchange-words.ts'
import { ExchangeMark, wordedFaults } from './timeline-exchange.tsx'
import {
  axisHeight,
  FaultShape,
  labelWidth,
  rowHeight,
  stepOf,
  timelineScale,
  width,
  type Row,
  type TimelineScale,
} from './timeline-scale.tsx'

export type { Row } from './timeline-scale.tsx'

interface TimelineProps {
  readonly exchanges: readonly Exchange[]
  readonly unasked: readonly Unasked[]
  readonly rows: readonly Row[]
  readonly endMs: number
  readonly spanMs: number
  readonly selected: number | null
  readonly select: (seq: number) => void
}

const agoText = (ms: number, step: number): string => {
  if (ms === 0) return 'latest'
  return step < 1000 ? `-${formatNumber(ms, 0)} ms` : `-${formatNumber(ms / 1000, 0)} s`
}

const Axis = ({ scale: { x, endMs, spanMs, height } }: { readonly scale: TimelineScale }) => {
  const step = stepOf(spanMs)
  const ticks = Array.from({ length: Math.floor(spanMs / step) + 1 }, (_, index) => index * step)
  return ticks.map((ms) => (
    <g key={ms}>
      <line className="doctor-grid" x1={x(endMs - ms)} x2={x(endMs - ms)} y1={axisHeight - 4} y2={height} />
      <text className="doctor-axis" x={x(endMs - ms)} y={10} textAnchor={ms === 0 ? 'end' : 'middle'}>
        {agoText(ms, step)}
      </text>
    </g>
  ))
}

const Wires = ({ rows, scale: { rowY } }: { readonly rows: readonly Row[]; readonly scale: TimelineScale }) =>
  rows.map(({ unit, name }) => (
    <g key={unit}>
      <text className="doctor-row" x={2} y={rowY(unit) + 4}>
        {name.length > 17 ? `${name.slice(0, 16)}…` : name}
        <title>{name}</title>
      </text>
      <line className="doctor-wire" x1={labelWidth} x2={width} y1={rowY(unit)} y2={rowY(unit)} />
    </g>
  ))

/** Frames that nobody here asked for, in a row of their own below. */
const Strange = ({
  frames,
  scale: { x, height },
}: {
  readonly frames: readonly Unasked[]
  readonly scale: TimelineScale
}) =>
  frames.length === 0 ? null : (
    <>
      <text className="doctor-row doctor-alarm" x={2} y={height - 9}>
        not ours
      </text>
      {frames.map((item, index) => (
        <g key={`${item.seq} ${index}`}>
          <FaultShape
            x={x(item.monotonicMs)}
            y={height - rowHeight / 2}
            kind={item.kind === 'late' ? 'warning' : 'critical'}
          />
          <title>{`${item.kind}: ${item.words}`}</title>
        </g>
      ))}
    </>
  )

const Cursor = ({ atMs, scale: { x, endMs, height } }: { readonly atMs: number; readonly scale: TimelineScale }) => (
  <g pointerEvents="none">
    <line className="doctor-cursor" x1={x(atMs)} x2={x(atMs)} y1={axisHeight - 4} y2={height} />
    <text
      className="doctor-axis doctor-cursor-text"
      x={Math.min(width - 70, x(atMs) + 4)}
      y={height - 3}
    >{`-${formatNumber(endMs - atMs, 1)} ms`}</text>
  </g>
)

const Legend = ({ summary }: { readonly summary: string }) => (
  <figcaption className="row dim doctor-legend">
    <span>
      <i className="doctor-key is-request" /> request
    </span>
    <span>
      <i className="doctor-key is-turnaround" /> turnaround
    </span>
    <span>
      <i className="doctor-key is-reply" /> reply
    </span>
    <span>empty wire: gap</span>
    <span className="grow">{summary}</span>
  </figcaption>
)

/** The exchange an arrow key leads to; undefined: none. */
const keyed = (shown: readonly Exchange[], selected: number | null, event: KeyboardEvent): Exchange | undefined => {
  const by = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0
  if (by === 0 || shown.length === 0) return undefined
  event.preventDefault()
  const at = shown.findIndex(({ seq }) => seq === selected)
  return shown[at < 0 ? shown.length - 1 : Math.max(0, Math.min(shown.length - 1, at + by))]
}

/** The time under the mouse; null: over the names. */
const pointed = ({ startMs, spanMs }: TimelineScale, event: MouseEvent): number | null => {
  const box = event.currentTarget.getBoundingClientRect()
  const at = ((event.clientX - box.left) / box.width) * width
  return at < labelWidth ? null : startMs + ((at - labelWidth) / (width - labelWidth)) * spanMs
}

/** Request, turnaround and reply of every exchange to scale; silence is the empty wire between them. Faults have a shape and their word. */
export const Timeline = ({ exchanges, unasked, rows, endMs, spanMs, selected, select }: TimelineProps) => {
  const [cursorMs, setCursorMs] = useState<number | null>(null)
  const startMs = endMs - spanMs
  const shown = exchanges.filter(
    (exchange) => (exchange.replyEndMs ?? exchange.requestEndMs) >= startMs && exchange.startMs <= endMs,
  )
  const strange = unasked.filter(({ monotonicMs }) => monotonicMs >= startMs && monotonicMs <= endMs)
  const scale = timelineScale(rows, endMs, spanMs, strange.length > 0)
  const worded = wordedFaults(shown, scale.x)
  const faults = shown.filter(isFault)
  const faultsText = faults.length === 0 ? 'no faults' : plural(faults.length, 'fault')
  const strangeText = strange.length === 0 ? '' : `, ${plural(strange.length, 'frame')} not asked for here`
  const spanText = formatNumber(spanMs / 1000, spanMs < 1000 ? 2 : 0)
  return (
    <figure className="doctor-timeline">
      <svg
        viewBox={`0 0 ${width} ${scale.height}`}
        role="img"
        tabIndex={0}
        onKeyDown={(event) => {
          const next = keyed(shown, selected, event)
          if (next !== undefined) select(next.seq)
        }}
        aria-label={`${plural(shown.length, 'exchange')} in ${spanText} s, ${faultsText}. Arrow keys choose an exchange; the table below has them all.`}
        onMouseMove={(event) => setCursorMs(pointed(scale, event))}
        onMouseLeave={() => setCursorMs(null)}
      >
        <Axis scale={scale} />
        <Wires rows={rows} scale={scale} />
        {shown.map((exchange) => (
          <ExchangeMark
            key={exchange.seq}
            exchange={exchange}
            scale={scale}
            hasWord={worded.has(exchange.seq)}
            isSelected={exchange.seq === selected}
            select={() => select(exchange.seq)}
          />
        ))}
        <Strange frames={strange} scale={scale} />
        {cursorMs === null ? null : <Cursor atMs={cursorMs} scale={scale} />}
      </svg>
      <Legend summary={`${plural(shown.length, 'exchange')} shown, ${faultsText}${strangeText}`} />
    </figure>
  )
}
