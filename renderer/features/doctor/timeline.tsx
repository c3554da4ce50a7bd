import { useState, type KeyboardEvent } from 'react'
import type { Exchange, Unasked } from '../../../shared/bus/exchange.ts'
import { formatNumber, plural } from '../../format/number.ts'
import { isFault, resultOf } from './exchange-words.ts'

/** Drawing units: the picture scales with its box, the times with the zoom. */
const width = 1000
const labelWidth = 130
const rowHeight = 26
const axisHeight = 18

export interface Row {
  readonly unit: number
  readonly name: string
}

/** A step of the axis that gives four to ten marks: 1, 2 or 5 times a power of ten. */
const stepOf = (spanMs: number): number => {
  const rough = spanMs / 8
  const power = 10 ** Math.floor(Math.log10(rough))
  return ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power
}

const faultShape = (x: number, y: number, kind: string) =>
  kind === 'warning' ? (
    <path className="doctor-warn" d={`M${x} ${y - 5} ${x + 5} ${y + 4} ${x - 5} ${y + 4}Z`} />
  ) : (
    <rect className="doctor-alarm" x={x - 4} y={y - 4} width="8" height="8" />
  )

/** Request, turnaround and reply of every exchange to scale; silence is the empty wire between them. Faults have a shape and their word. */
export const Timeline = ({
  exchanges,
  unasked,
  rows,
  endMs,
  spanMs,
  selected,
  select,
}: {
  readonly exchanges: readonly Exchange[]
  readonly unasked: readonly Unasked[]
  readonly rows: readonly Row[]
  readonly endMs: number
  readonly spanMs: number
  readonly selected: number | null
  readonly select: (seq: number) => void
}) => {
  const [cursorMs, setCursorMs] = useState<number | null>(null)
  const startMs = endMs - spanMs
  const x = (ms: number) => labelWidth + Math.max(0, Math.min(1, (ms - startMs) / spanMs)) * (width - labelWidth)
  const shown = exchanges.filter(
    (exchange) => (exchange.replyEndMs ?? exchange.requestEndMs) >= startMs && exchange.startMs <= endMs,
  )
  const strange = unasked.filter(({ monotonicMs }) => monotonicMs >= startMs && monotonicMs <= endMs)
  const height = axisHeight + rowHeight * (rows.length + (strange.length > 0 ? 1 : 0))
  const rowY = (unit: number | null) =>
    axisHeight +
    rowHeight *
      Math.max(
        0,
        rows.findIndex((row) => row.unit === unit),
      ) +
    rowHeight / 2
  const faults = shown.filter(isFault)
  const step = stepOf(spanMs)
  const ticks = Array.from({ length: Math.floor(spanMs / step) + 1 }, (_, index) => index * step)
  const keyed = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0
    if (by === 0 || shown.length === 0) return
    event.preventDefault()
    const at = shown.findIndex(({ seq }) => seq === selected)
    const next = shown[at < 0 ? shown.length - 1 : Math.max(0, Math.min(shown.length - 1, at + by))]
    if (next !== undefined) select(next.seq)
  }
  let wordUntil = 0
  return (
    <figure className="doctor-timeline">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        tabIndex={0}
        onKeyDown={keyed}
        aria-label={`${plural(shown.length, 'exchange')} in ${formatNumber(spanMs / 1000, spanMs < 1000 ? 2 : 0)} s, ${faults.length === 0 ? 'no faults' : plural(faults.length, 'fault')}. Arrow keys choose an exchange; the table below has them all.`}
        onMouseMove={(event) => {
          const box = event.currentTarget.getBoundingClientRect()
          const at = ((event.clientX - box.left) / box.width) * width
          setCursorMs(at < labelWidth ? null : startMs + ((at - labelWidth) / (width - labelWidth)) * spanMs)
        }}
        onMouseLeave={() => setCursorMs(null)}
      >
        {ticks.map((ms) => (
          <g key={ms}>
            <line className="doctor-grid" x1={x(endMs - ms)} x2={x(endMs - ms)} y1={axisHeight - 4} y2={height} />
            <text className="doctor-axis" x={x(endMs - ms)} y={10} textAnchor={ms === 0 ? 'end' : 'middle'}>
              {ms === 0 ? 'latest' : `-${formatNumber(step < 1000 ? ms : ms / 1000, 0)}${step < 1000 ? ' ms' : ' s'}`}
            </text>
          </g>
        ))}
        {rows.map((row) => (
          <g key={row.unit}>
            <text className="doctor-row" x={2} y={rowY(row.unit) + 4}>
              {row.name.length > 17 ? `${row.name.slice(0, 16)}…` : row.name}
              <title>{row.name}</title>
            </text>
            <line className="doctor-wire" x1={labelWidth} x2={width} y1={rowY(row.unit)} y2={rowY(row.unit)} />
          </g>
        ))}
        {shown.map((exchange) => {
          const y = rowY(exchange.unit)
          const { kind, word } = resultOf(exchange)
          const requestEnd = Math.max(x(exchange.requestEndMs), x(exchange.startMs) + 1.5)
          const end = exchange.replyEndMs === null || exchange.result === 'late' ? requestEnd : x(exchange.replyEndMs)
          const fault = isFault(exchange)
          const wordAt = fault && x(exchange.startMs) > wordUntil
          if (wordAt) wordUntil = x(exchange.startMs) + 8 + word.length * 5.5
          return (
            <g
              key={exchange.seq}
              className={`doctor-exchange ${exchange.seq === selected ? 'is-selected' : ''}`}
              onClick={() => select(exchange.seq)}
              data-seq={exchange.seq}
            >
              <rect
                className="doctor-hit"
                x={x(exchange.startMs) - 1}
                y={y - 11}
                width={Math.max(6, end - x(exchange.startMs) + 2)}
                height={22}
              />
              <rect
                className="doctor-request"
                x={x(exchange.startMs)}
                y={y - 8}
                width={requestEnd - x(exchange.startMs)}
                height={16}
              />
              {exchange.replyStartMs === null ? null : (
                <line className="doctor-turnaround" x1={requestEnd} x2={x(exchange.replyStartMs)} y1={y} y2={y} />
              )}
              {exchange.replyStartMs === null || exchange.replyEndMs === null ? null : (
                <rect
                  className="doctor-reply"
                  x={x(exchange.replyStartMs)}
                  y={y - 8}
                  width={Math.max(1.5, x(exchange.replyEndMs) - x(exchange.replyStartMs))}
                  height={16}
                />
              )}
              {fault ? faultShape(end + 6, y, kind) : null}
              {wordAt ? (
                <text
                  className={kind === 'warning' ? 'doctor-word doctor-warn' : 'doctor-word doctor-alarm'}
                  x={end + 13}
                  y={y - 3}
                >
                  {word.slice(0, 30)}
                </text>
              ) : null}
            </g>
          )
        })}
        {strange.length === 0 ? null : (
          <text className="doctor-row doctor-alarm" x={2} y={height - 9}>
            not ours
          </text>
        )}
        {strange.map((item, index) => (
          <g key={`${item.seq} ${index}`}>
            {faultShape(x(item.monotonicMs), height - rowHeight / 2, item.kind === 'late' ? 'warning' : 'critical')}
            <title>{`${item.kind}: ${item.words}`}</title>
          </g>
        ))}
        {cursorMs === null ? null : (
          <g pointerEvents="none">
            <line className="doctor-cursor" x1={x(cursorMs)} x2={x(cursorMs)} y1={axisHeight - 4} y2={height} />
            <text
              className="doctor-axis doctor-cursor-text"
              x={Math.min(width - 70, x(cursorMs) + 4)}
              y={height - 3}
            >{`-${formatNumber(endMs - cursorMs, 1)} ms`}</text>
          </g>
        )}
      </svg>
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
        <span className="grow">
          {plural(shown.length, 'exchange')} shown, {faults.length === 0 ? 'no faults' : plural(faults.length, 'fault')}
          {strange.length === 0 ? '' : `, ${plural(strange.length, 'frame')} not asked for here`}
        </span>
      </figcaption>
    </figure>
  )
}
