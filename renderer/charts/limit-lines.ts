import type uPlot from 'uplot'

/** A value a trace is held against, in the quantity's base unit, with what it is: "limit 80 A". */
export interface LimitLine {
  readonly value: number
  readonly label: string
}

const font = (ratio: number): string => `${10.5 * ratio}px system-ui, sans-serif`

/** Draws each limit across the plot; one outside of the scale is told at the edge it lies beyond, with an arrow. */
export const drawLimits = (plot: uPlot, limits: readonly LimitLine[], colour: string): void => {
  const { ctx, bbox } = plot
  const ratio = window.devicePixelRatio
  const { min, max } = plot.scales['y'] ?? {}
  if (min == null || max == null) return
  ctx.save()
  ctx.strokeStyle = colour
  ctx.fillStyle = colour
  ctx.font = font(ratio)
  ctx.textAlign = 'left'
  ctx.lineWidth = ratio
  ctx.setLineDash([6 * ratio, 4 * ratio])
  let edges = 0
  const taken: number[] = []
  for (const { value, label } of limits) {
    const left = bbox.left + 5 * ratio
    if (value > max || value < min) {
      const isAbove = value > max
      ctx.textBaseline = isAbove ? 'top' : 'bottom'
      const y = isAbove ? bbox.top + 2 * ratio : bbox.top + bbox.height - 2 * ratio
      ctx.fillText(`${isAbove ? '↑' : '↓'} ${label}`, left + edges * 120 * ratio, y)
      edges += 1
      continue
    }
    const y = Math.round(plot.valToPos(value, 'y', true))
    ctx.beginPath()
    ctx.moveTo(bbox.left, y)
    ctx.lineTo(bbox.left + bbox.width, y)
    ctx.stroke()
    ctx.textBaseline = 'bottom'
    // Two limits close together would write over each other.
    const beside = taken.filter((other) => Math.abs(other - y) < 13 * ratio).length
    taken.push(y)
    ctx.fillText(label, left + beside * 120 * ratio, y - 2 * ratio)
  }
  ctx.restore()
}

/** The second cursor: where the difference is counted from. */
export const drawMark = (plot: uPlot, atMs: number | null, colour: string): void => {
  const { min, max } = plot.scales['x'] ?? {}
  if (atMs === null || min == null || max == null || atMs < min || atMs > max) return
  const { ctx, bbox } = plot
  const ratio = window.devicePixelRatio
  const x = Math.round(plot.valToPos(atMs, 'x', true))
  ctx.save()
  ctx.strokeStyle = colour
  ctx.lineWidth = 1.5 * ratio
  ctx.setLineDash([2 * ratio, 3 * ratio])
  ctx.beginPath()
  ctx.moveTo(x, bbox.top)
  ctx.lineTo(x, bbox.top + bbox.height)
  ctx.stroke()
  ctx.restore()
}
