import { formatNumber } from '../../format/number.ts'
import { axisFont } from '../plot.ts'
import { decadeTicks, secondsText, type CurveScale } from './curve-scale.ts'

export interface CurveBandPoint {
  readonly currentA: number
  readonly earlyS: number
  readonly lateS: number
}

/** The tolerance band of one breaker, from its pickup on. */
export interface CurveBand {
  readonly id: string
  readonly label: string
  readonly points: readonly CurveBandPoint[]
  /** Its early bound without derating, where that differs: drawn dotted. */
  readonly reference: readonly (readonly [currentA: number, seconds: number])[]
  /** The one that is looked at; those that feed it are drawn broken. */
  readonly isChosen: boolean
}

/** What was measured on one pole. */
export interface CurveTrail {
  readonly label: string
  /** A CSS custom property. */
  readonly colour: string
  /** Its latest overload: current and seconds since it began. */
  readonly path: readonly (readonly [currentA: number, seconds: number])[]
  /** The largest RMS current over each length of time. */
  readonly equivalents: readonly (readonly [currentA: number, seconds: number])[]
  /** Now, or where the time cursor is; a mark on the axis. */
  readonly markedA: number | null
}

export interface CurveColours {
  readonly text: string
  readonly dim: string
  readonly line: string
  readonly focus: string
  readonly of: (name: string) => string
}

type Ctx = CanvasRenderingContext2D

const drawPaper = (ctx: Ctx, scale: CurveScale, { dim, line }: CurveColours): void => {
  const { box } = scale
  ctx.font = axisFont
  ctx.lineWidth = 1
  ctx.fillStyle = dim
  ctx.strokeStyle = line
  for (const { at, isMajor } of decadeTicks(scale.fromA, scale.toA)) {
    const x = Math.round(scale.x(at)) + 0.5
    ctx.globalAlpha = isMajor ? 1 : 0.5
    ctx.beginPath()
    ctx.moveTo(x, box.top)
    ctx.lineTo(x, box.top + box.height)
    ctx.stroke()
    ctx.globalAlpha = 1
    ctx.textAlign = 'center'
    ctx.textBaseline = 'top'
    ctx.fillText(`${at} A`, x, box.top + box.height + 5)
  }
  for (const { at, isMajor } of decadeTicks(scale.fromS, scale.toS)) {
    const y = Math.round(scale.y(at)) + 0.5
    ctx.globalAlpha = isMajor ? 1 : 0.5
    ctx.beginPath()
    ctx.moveTo(box.left, y)
    ctx.lineTo(box.left + box.width, y)
    ctx.stroke()
    ctx.globalAlpha = 1
    if (!isMajor) continue
    ctx.textAlign = 'right'
    ctx.textBaseline = 'middle'
    ctx.fillText(at < 0.1 ? secondsText(at) : `${formatNumber(at, at < 1 ? 1 : 0)} s`, box.left - 6, y)
  }
}

const line = (ctx: Ctx, scale: CurveScale, points: readonly (readonly [number, number])[]): void => {
  ctx.beginPath()
  points.forEach(([currentA, seconds], index) => {
    if (index === 0) ctx.moveTo(scale.x(currentA), scale.y(seconds))
    else ctx.lineTo(scale.x(currentA), scale.y(seconds))
  })
  ctx.stroke()
}

/** Where a bound begins its time runs out of the paper: the curve comes from above. */
const drawn = (band: CurveBand, scale: CurveScale, end: 'earlyS' | 'lateS'): readonly (readonly [number, number])[] => {
  const points = band.points.filter((point) => point[end] !== Infinity)
  const first = points[0]
  return first === undefined
    ? []
    : [[first.currentA, scale.toS], ...points.map((point) => [point.currentA, point[end]] as const)]
}

const drawBand = (ctx: Ctx, scale: CurveScale, band: CurveBand, colours: CurveColours): void => {
  const [early, late] = [drawn(band, scale, 'earlyS'), drawn(band, scale, 'lateS')]
  const { box } = scale
  ctx.save()
  ctx.beginPath()
  ctx.rect(box.left, box.top, box.width, box.height)
  ctx.clip()
  ctx.strokeStyle = band.isChosen ? colours.text : colours.dim
  ctx.fillStyle = band.isChosen ? colours.text : colours.dim
  ctx.lineWidth = band.isChosen ? 1.8 : 1.2
  ctx.globalAlpha = band.isChosen ? 0.14 : 0.09
  ctx.beginPath()
  for (const [currentA, seconds] of early) ctx.lineTo(scale.x(currentA), scale.y(seconds))
  for (const [currentA, seconds] of [...late].reverse()) ctx.lineTo(scale.x(currentA), scale.y(seconds))
  ctx.closePath()
  ctx.fill()
  ctx.globalAlpha = 1
  if (!band.isChosen) ctx.setLineDash([6, 4])
  line(ctx, scale, early)
  line(ctx, scale, late)
  ctx.setLineDash([2, 3])
  ctx.lineWidth = 1
  line(ctx, scale, band.reference)
  ctx.restore()
}

/** Labels of the bands at their early bounds, one below the other, so that they don't lie on each other. */
const drawBandLabels = (ctx: Ctx, scale: CurveScale, bands: readonly CurveBand[], colours: CurveColours): void => {
  ctx.font = `bold ${axisFont}`
  ctx.textBaseline = 'top'
  ctx.textAlign = 'left'
  bands.forEach((band, index) => {
    const first = band.points.find(({ lateS }) => lateS !== Infinity) ?? band.points[0]
    if (first === undefined) return
    ctx.fillStyle = band.isChosen ? colours.text : colours.dim
    const width = ctx.measureText(band.label).width
    const x = Math.min(scale.x(first.currentA) + 5, scale.box.left + scale.box.width - width - 2)
    ctx.fillText(band.label, x, scale.box.top + 3 + index * 14)
  })
}

const dotPx = 3.5
const drawTrail = (ctx: Ctx, scale: CurveScale, trail: CurveTrail, colours: CurveColours, index: number): void => {
  const colour = colours.of(trail.colour)
  ctx.save()
  ctx.strokeStyle = colour
  ctx.fillStyle = colour
  ctx.lineWidth = 2
  if (trail.path.length > 1) line(ctx, scale, trail.path)
  ctx.lineWidth = 1.2
  const shown = trail.equivalents.filter(([currentA]) => currentA >= scale.fromA)
  ctx.setLineDash([3, 3])
  line(ctx, scale, shown)
  ctx.setLineDash([])
  for (const [currentA, seconds] of shown) {
    ctx.beginPath()
    ctx.arc(scale.x(currentA), scale.y(seconds), dotPx, 0, 2 * Math.PI)
    ctx.stroke()
  }
  const top = shown.at(-1)
  ctx.font = `bold ${axisFont}`
  ctx.textAlign = 'right'
  ctx.textBaseline = 'middle'
  if (top !== undefined) ctx.fillText(trail.label, scale.x(top[0]) - 7, scale.y(top[1]) + (index - 1) * 12)
  if (trail.markedA !== null && trail.markedA >= scale.fromA) {
    const [x, bottom] = [scale.x(trail.markedA), scale.box.top + scale.box.height]
    ctx.beginPath()
    ctx.moveTo(x, bottom)
    ctx.lineTo(x - 4, bottom - 9)
    ctx.lineTo(x + 4, bottom - 9)
    ctx.closePath()
    ctx.fill()
  }
  ctx.restore()
}

/** Draws everything onto a canvas whose unit is a CSS pixel. */
export const drawCurve = (
  ctx: Ctx,
  scale: CurveScale,
  bands: readonly CurveBand[],
  trails: readonly CurveTrail[],
  cursorA: number | null,
  colours: CurveColours,
): void => {
  drawPaper(ctx, scale, colours)
  for (const band of [...bands].reverse()) drawBand(ctx, scale, band, colours)
  drawBandLabels(ctx, scale, bands, colours)
  trails.forEach((trail, index) => drawTrail(ctx, scale, trail, colours, index))
  if (cursorA === null) return
  const x = Math.round(scale.x(cursorA)) + 0.5
  ctx.save()
  ctx.strokeStyle = colours.focus
  ctx.beginPath()
  ctx.moveTo(x, scale.box.top)
  ctx.lineTo(x, scale.box.top + scale.box.height)
  ctx.stroke()
  ctx.restore()
}
