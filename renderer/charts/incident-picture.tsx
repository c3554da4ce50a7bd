import type { PointerEvent } from 'react'
import { margin, pathOf, width, type IncidentAxes, type IncidentLine } from './incident-axes.ts'

export interface IncidentPictureProps {
  readonly axes: IncidentAxes
  readonly times: readonly number[]
  readonly lines: readonly IncidentLine[]
  readonly levels: readonly { readonly value: number; readonly label: string }[]
  readonly momentMs: number
  readonly cursorMs: number | null
  readonly height: number
  /** Under the pointer; null: it left. */
  readonly point: (atMs: number | null) => void
}

/** Lines, levels, the moment and the cursor. */
export const IncidentPicture = (props: IncidentPictureProps) => {
  const { axes, times, lines, levels, momentMs, cursorMs, height, point } = props
  const { x, y, ticks, timeAt } = axes
  const across = { x1: margin.left, x2: width - margin.right }
  const upright = { y1: margin.top, y2: height - margin.bottom }
  const pointed = (event: PointerEvent<SVGSVGElement>): void => {
    const box = event.currentTarget.getBoundingClientRect()
    point(timeAt((event.clientX - box.left) / box.width))
  }
  return (
    <svg
      viewBox={`0 0 ${String(width)} ${String(height)}`}
      preserveAspectRatio="none"
      style={{ height }}
      aria-hidden="true"
      onPointerMove={pointed}
      onPointerLeave={() => point(null)}
    >
      {ticks.map((value) => (
        <line key={value} {...across} y1={y(value)} y2={y(value)} className="grid" />
      ))}
      {levels.map(({ value, label }) => (
        <line key={label} {...across} y1={y(value)} y2={y(value)} className="level" />
      ))}
      <line x1={x(momentMs)} x2={x(momentMs)} {...upright} className="moment" />
      {lines.map((line) => (
        <path
          key={line.key}
          d={pathOf(times, line.values, x, y)}
          stroke={line.colour}
          strokeDasharray={line.isDashed === true ? '5 4' : undefined}
          className="line"
        />
      ))}
      {cursorMs === null ? null : <line x1={x(cursorMs)} x2={x(cursorMs)} {...upright} className="cursor" />}
    </svg>
  )
}

/** Numbers of both axes, as text over the picture: it is stretched, letters are not. */
export const IncidentScale = ({
  axes: { x, y, ticks, marks },
  clock,
}: {
  readonly axes: IncidentAxes
  readonly clock: (ms: number) => string
}) => (
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
)

const valueText = ({ values, unit }: IncidentLine, index: number): string => {
  if (index < 0) return ''
  const value = values[index]
  return value == null ? '–' : `${value.toFixed(1)} ${unit}`
}

/** What each line is, and its value at the cursor. */
export const IncidentLegend = ({
  lines,
  index,
  cursor,
}: {
  readonly lines: readonly IncidentLine[]
  /** Of the cursor among the times; -1: none. */
  readonly index: number
  readonly cursor: string | null
}) => (
  <div className="incident-legend">
    {lines.map((line) => (
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
        {line.label} <span className="incident-value">{valueText(line, index)}</span>
      </span>
    ))}
    <span className="dim nowrap">{cursor === null ? 'Cursor: not set' : `Cursor: ${cursor}`}</span>
  </div>
)
