import { useMemo, useState, type KeyboardEvent, type PointerEvent } from 'react'
import './incident-chart.css'

export interface IncidentLine {
  readonly key: string
  readonly label: string
  readonly unit: string
  readonly values: readonly (number | null)[]
  /** CSS colour. */
  readonly colour: string
  readonly isDashed?: boolean
}

const width = 1000
const margin = { left: 46, right: 8, top: 6, bottom: 20 }

const niceStep = (span: number): number => {
  const raw = span / 4
  const power = 10 ** Math.floor(Math.log10(raw))
  return ([1, 2, 5, 10].find((step) => step * power >= raw) ?? 10) * power
}

/** A gap breaks the line: a missing value is never bridged. */
const pathOf = (
  times: readonly number[],
  values: readonly (number | null)[],
  x: (ms: number) => number,
  y: (value: number) => number,
): string => {
  let text = ''
  let isOpen = false
  values.forEach((value, index) => {
    const at = times[index]
    if (value === null || at === undefined) {
      isOpen = false
      return
    }
    text += `${isOpen ? 'L' : 'M'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`
    isOpen = true
  })
  return text
}

/**
 * Readings around a moment on one axis of time, with the moment and a cursor. Drawn as SVG with a summary in words; its table form is the
 * caller's. `fromZero`: the axis of values begins at 0.
 */
export const IncidentChart = ({
  title,
  summary,
  times,
  lines,
  range,
  momentMs,
  cursorMs,
  onCursor,
  clock,
  levels = [],
  height = 170,
  fromZero = true,
}: {
  readonly title: string
  readonly summary: string
  readonly times: readonly number[]
  readonly lines: readonly IncidentLine[]
  readonly range: { readonly fromMs: number; readonly toMs: number }
  readonly momentMs: number
  readonly cursorMs: number | null
  readonly onCursor: (atMs: number | null) => void
  readonly clock: (ms: number) => string
  readonly levels?: readonly { readonly value: number; readonly label: string }[]
  readonly height?: number
  readonly fromZero?: boolean
}) => {
  const [isFocused, setFocused] = useState(false)
  const { fromMs, toMs } = range
  const first = times.findIndex((at) => at >= fromMs)
  const last = times.findLastIndex((at) => at <= toMs)
  const shown = useMemo(
    () =>
      first < 0 || last < first
        ? { times: [] as readonly number[], lines: [] as readonly IncidentLine[] }
        : {
            times: times.slice(first, last + 1),
            lines: lines.map((line) => ({ ...line, values: line.values.slice(first, last + 1) })),
          },
    [times, lines, first, last],
  )
  const known = shown.lines.flatMap(({ values }) => values.filter((value): value is number => value !== null))
  const high = Math.max(1, ...known, ...levels.map(({ value }) => value))
  const low = fromZero ? 0 : Math.min(high - 1, ...known)
  const step = niceStep(high - low)
  const top = Math.ceil(high / step) * step
  const bottom = Math.floor(low / step) * step
  const x = (ms: number): number =>
    margin.left + ((ms - fromMs) / Math.max(1, toMs - fromMs)) * (width - margin.left - margin.right)
  const y = (value: number): number =>
    margin.top + (1 - (value - bottom) / Math.max(1e-9, top - bottom)) * (height - margin.top - margin.bottom)
  const ticks = Array.from({ length: Math.round((top - bottom) / step) + 1 }, (_none, index) => bottom + index * step)
  const marks = Array.from({ length: 5 }, (_none, index) => fromMs + ((toMs - fromMs) * (index + 0.5)) / 5)
  const nearest = (ms: number): number | null =>
    shown.times.reduce<number | null>(
      (best, at) => (best === null || Math.abs(at - ms) < Math.abs(best - ms) ? at : best),
      null,
    )
  const atCursor = cursorMs === null ? null : nearest(cursorMs)
  const index = atCursor === null ? -1 : shown.times.indexOf(atCursor)

  const point = (event: PointerEvent<SVGSVGElement>): void => {
    const box = event.currentTarget.getBoundingClientRect()
    const at = ((event.clientX - box.left) / box.width) * width
    const ms = fromMs + ((at - margin.left) / (width - margin.left - margin.right)) * (toMs - fromMs)
    onCursor(nearest(ms))
  }
  const move = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0
    if (by === 0) return
    event.preventDefault()
    const from = index < 0 ? shown.times.findIndex((at) => at >= momentMs) : index
    onCursor(shown.times[Math.max(0, Math.min(shown.times.length - 1, from + by * (event.shiftKey ? 10 : 1)))] ?? null)
  }

  return (
    <figure className="incident-chart">
      <figcaption>
        <strong>{title}</strong> <span className="dim">{summary}</span>
      </figcaption>
      <div
        // A chart is moved through with the arrow keys, as the strips are.
        tabIndex={0}
        role="group"
        aria-label={`${title}: ${summary} Arrow keys move the time cursor.`}
        onKeyDown={move}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        className={isFocused ? 'is-focused' : ''}
      >
        <svg
          viewBox={`0 0 ${String(width)} ${String(height)}`}
          preserveAspectRatio="none"
          style={{ height }}
          aria-hidden="true"
          onPointerMove={point}
          onPointerLeave={() => onCursor(null)}
        >
          {ticks.map((value) => (
            <line key={value} x1={margin.left} x2={width - margin.right} y1={y(value)} y2={y(value)} className="grid" />
          ))}
          {levels.map(({ value, label }) => (
            <line
              key={label}
              x1={margin.left}
              x2={width - margin.right}
              y1={y(value)}
              y2={y(value)}
              className="level"
            />
          ))}
          <line x1={x(momentMs)} x2={x(momentMs)} y1={margin.top} y2={height - margin.bottom} className="moment" />
          {shown.lines.map((line) => (
            <path
              key={line.key}
              d={pathOf(shown.times, line.values, x, y)}
              stroke={line.colour}
              strokeDasharray={line.isDashed === true ? '5 4' : undefined}
              className="line"
            />
          ))}
          {atCursor === null ? null : (
            <line x1={x(atCursor)} x2={x(atCursor)} y1={margin.top} y2={height - margin.bottom} className="cursor" />
          )}
        </svg>
        <div className="incident-axis" aria-hidden="true">
          {ticks.map((value) => (
            <span key={value} style={{ top: `${String(y(value))}px` }}>
              {Number(value.toFixed(1))}
            </span>
          ))}
          {marks.map((ms) => (
            <span key={ms} className="time" style={{ left: `${String((100 * x(ms)) / width)}%` }}>
              {clock(ms)}
            </span>
          ))}
        </div>
      </div>
      <div className="incident-legend">
        {shown.lines.map((line) => (
          <span key={line.key} className="nowrap">
            <svg width="16" height="8" aria-hidden="true">
              <line
                x1="0"
                x2="16"
                y1="4"
                y2="4"
                stroke={line.colour}
                strokeWidth="2"
                strokeDasharray={line.isDashed === true ? '4 3' : undefined}
              />
            </svg>{' '}
            {line.label}{' '}
            <span className="incident-value">
              {index < 0
                ? ''
                : line.values[index] == null
                  ? '–'
                  : `${(line.values[index] ?? 0).toFixed(1)} ${line.unit}`}
            </span>
          </span>
        ))}
        <span className="dim nowrap">{atCursor === null ? 'Cursor: not set' : `Cursor: ${clock(atCursor)}`}</span>
      </div>
    </figure>
  )
}
