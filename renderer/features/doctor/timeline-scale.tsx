/** Drawing units: the picture scales with its box, the times with the zoom. */
export const width = 1000
export const labelWidth = 130
export const rowHeight = 26
export const axisHeight = 18

export interface Row {
  readonly unit: number
  readonly name: string
}

/** A step of the axis that gives four to ten marks: 1, 2 or 5 times a power of ten. */
export const stepOf = (spanMs: number): number => {
  const rough = spanMs / 8
  const power = 10 ** Math.floor(Math.log10(rough))
  return ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power
}

/** Where times and units stand in the picture. */
export interface TimelineScale {
  readonly startMs: number
  readonly endMs: number
  readonly spanMs: number
  readonly x: (ms: number) => number
  readonly rowY: (unit: number | null) => number
  readonly height: number
}

/** `hasStrange`: a row of its own for what was not asked for here. */
export const timelineScale = (
  rows: readonly Row[],
  endMs: number,
  spanMs: number,
  hasStrange: boolean,
): TimelineScale => {
  const startMs = endMs - spanMs
  const rowOf = (unit: number | null): number =>
    Math.max(
      0,
      rows.findIndex((row) => row.unit === unit),
    )
  return {
    startMs,
    endMs,
    spanMs,
    x: (ms) => labelWidth + Math.max(0, Math.min(1, (ms - startMs) / spanMs)) * (width - labelWidth),
    rowY: (unit) => axisHeight + rowHeight * rowOf(unit) + rowHeight / 2,
    height: axisHeight + rowHeight * (rows.length + (hasStrange ? 1 : 0)),
  }
}

export const FaultShape = ({ x, y, kind }: { readonly x: number; readonly y: number; readonly kind: string }) =>
  kind === 'warning' ? (
    <path className="doctor-warn" d={`M${x} ${y - 5} ${x + 5} ${y + 4} ${x - 5} ${y + 4}Z`} />
  ) : (
    <rect className="doctor-alarm" x={x - 4} y={y - 4} width="8" height="8" />
  )
