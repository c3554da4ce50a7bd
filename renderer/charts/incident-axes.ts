export interface IncidentLine {
  readonly key: string
  readonly label: string
  readonly unit: string
  readonly values: readonly (number | null)[]
  /** CSS colour. */
  readonly colour: string
  readonly isDashed?: boolean
}

/** Drawing units: the picture is stretched to its box. */
export const width = 1000
export const margin = { left: 46, right: 8, top: 6, bottom: 20 }

const niceStep = (span: number): number => {
  const raw = span / 4
  const power = 10 ** Math.floor(Math.log10(raw))
  return ([1, 2, 5, 10].find((step) => step * power >= raw) ?? 10) * power
}

/** A gap breaks the line: a missing value is never bridged. */
export const pathOf = (
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

export interface IncidentAxes {
  readonly x: (ms: number) => number
  readonly y: (value: number) => number
  /** The time under a point, of all the picture's width 0 to 1. */
  readonly timeAt: (share: number) => number
  readonly ticks: readonly number[]
  readonly marks: readonly number[]
}

/** Lines and times within a range. */
export const shownOf = (
  times: readonly number[],
  lines: readonly IncidentLine[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): { readonly times: readonly number[]; readonly lines: readonly IncidentLine[] } => {
  const first = times.findIndex((at) => at >= fromMs)
  const last = times.findLastIndex((at) => at <= toMs)
  if (first < 0 || last < first) return { times: [], lines: [] }
  return {
    times: times.slice(first, last + 1),
    lines: lines.map((line) => ({ ...line, values: line.values.slice(first, last + 1) })),
  }
}

export const incidentAxes = (
  lines: readonly IncidentLine[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  levels: readonly number[],
  { height, fromZero }: { readonly height: number; readonly fromZero: boolean },
): IncidentAxes => {
  const known = lines.flatMap(({ values }) => values.filter((value): value is number => value !== null))
  const high = Math.max(1, ...known, ...levels)
  const low = fromZero ? 0 : Math.min(high - 1, ...known)
  const step = niceStep(high - low)
  const top = Math.ceil(high / step) * step
  const bottom = Math.floor(low / step) * step
  const innerWidth = width - margin.left - margin.right
  return {
    x: (ms) => margin.left + ((ms - fromMs) / Math.max(1, toMs - fromMs)) * innerWidth,
    y: (value) =>
      margin.top + (1 - (value - bottom) / Math.max(1e-9, top - bottom)) * (height - margin.top - margin.bottom),
    timeAt: (share) => fromMs + ((share * width - margin.left) / innerWidth) * (toMs - fromMs),
    ticks: Array.from({ length: Math.round((top - bottom) / step) + 1 }, (_none, index) => bottom + index * step),
    marks: Array.from({ length: 5 }, (_none, index) => fromMs + ((toMs - fromMs) * (index + 0.5)) / 5),
  }
}

/** The time nearest to another; null where there is none. */
export const nearestTime = (times: readonly number[], ms: number): number | null =>
  times.reduce<number | null>(
    (best, at) => (best === null || Math.abs(at - ms) < Math.abs(best - ms) ? at : best),
    null,
  )
