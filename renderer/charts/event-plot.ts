import { iticLower, iticUpper, semiF47Lower, type StepLine } from '../../shared/power-quality/classify-event.ts'

/** Voltage events over duration (logarithmic) and depth, with the curves of ITIC and SEMI F47: drawing and hit test on a canvas. */

export interface EventPoint {
  readonly id: string
  readonly seconds: number
  /** Of the declared voltage. */
  readonly percent: number
  readonly isSevere: boolean
}
/** What is shown: decades of seconds, and percent. */
export interface EventWindow {
  readonly fromDecade: number
  readonly toDecade: number
  readonly low: number
  readonly high: number
}
export const wholeWindow: EventWindow = { fromDecade: -3, toDecade: 2, low: 0, high: 200 }
const limits: EventWindow = { fromDecade: -4, toDecade: 4, low: -20, high: 520 }

export interface PlotSize {
  readonly width: number
  readonly height: number
}
export const margin = { left: 44, right: 10, top: 8, bottom: 22 } as const

export const innerWidth = ({ width }: PlotSize) => width - margin.left - margin.right
export const innerHeight = ({ height }: PlotSize) => height - margin.top - margin.bottom

export const placeOf = (
  { seconds, percent }: Pick<EventPoint, 'seconds' | 'percent'>,
  { fromDecade, toDecade, low, high }: EventWindow,
  size: PlotSize,
): readonly [x: number, y: number] => [
  margin.left + ((Math.log10(Math.max(seconds, 1e-6)) - fromDecade) / (toDecade - fromDecade)) * innerWidth(size),
  margin.top + (1 - (percent - low) / (high - low)) * innerHeight(size),
]

/** Moved by shares of what is shown; never out of what has a meaning. */
export const panned = (window: EventWindow, byX: number, byY: number): EventWindow => {
  const [width, height] = [window.toDecade - window.fromDecade, window.high - window.low]
  const fromDecade = clamp(window.fromDecade + byX * width, limits.fromDecade, limits.toDecade - width)
  const low = clamp(window.low + byY * height, limits.low, limits.high - height)
  return { fromDecade, toDecade: fromDecade + width, low, high: low + height }
}
/** `factor` 0.5 shows half of it, around a place given by shares from the left and the top. */
export const zoomed = (window: EventWindow, factor: number, atX = 0.5, atY = 0.5): EventWindow => {
  const width = clamp((window.toDecade - window.fromDecade) * factor, 0.5, limits.toDecade - limits.fromDecade)
  const height = clamp((window.high - window.low) * factor, 10, limits.high - limits.low)
  const fromDecade = window.fromDecade + atX * (window.toDecade - window.fromDecade - width)
  const low = window.low + (1 - atY) * (window.high - window.low - height)
  return panned({ fromDecade, toDecade: fromDecade + width, low, high: low + height }, 0, 0)
}
const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), Math.max(low, high))

/** Nearest point within some pixels; null: none is there. */
export const pointNear = (
  points: readonly EventPoint[],
  [x, y]: readonly [number, number],
  window: EventWindow,
  size: PlotSize,
  mostPx = 10,
): EventPoint | null => {
  let [best, least] = [null as EventPoint | null, mostPx ** 2]
  for (const point of points) {
    const [px, py] = placeOf(point, window, size)
    const distance = (px - x) ** 2 + (py - y) ** 2
    if (distance > least) continue
    best = point
    least = distance
  }
  return best
}

export interface EventColours {
  readonly text: string
  readonly dim: string
  readonly line: string
  readonly point: string
  readonly severe: string
  readonly chosen: string
}

const decadeText = (decade: number): string =>
  decade < 0 ? `${(10 ** (decade + 3)).toString()} ms` : `${(10 ** decade).toString()} s`

const drawSteps = (
  context: CanvasRenderingContext2D,
  line: StepLine,
  window: EventWindow,
  size: PlotSize,
  endsAtLast = false,
): void => {
  context.beginPath()
  line.forEach(([seconds, percent], index) => {
    const next = line[index + 1]?.[0] ?? 10 ** limits.toDecade
    if (endsAtLast && index === line.length - 1) return
    const [x0, y] = placeOf({ seconds: Math.max(seconds, 10 ** limits.fromDecade), percent }, window, size)
    const [x1] = placeOf({ seconds: next, percent }, window, size)
    if (index === 0) context.moveTo(x0, y)
    else context.lineTo(x0, y)
    context.lineTo(x1, y)
  })
  context.stroke()
}

const drawAxes = (
  context: CanvasRenderingContext2D,
  window: EventWindow,
  size: PlotSize,
  { dim, line }: EventColours,
): void => {
  context.strokeStyle = line
  context.fillStyle = dim
  context.lineWidth = 1
  context.font = '11px system-ui, sans-serif'
  context.beginPath()
  for (let decade = Math.ceil(window.fromDecade); decade <= window.toDecade; decade += 1) {
    const [x] = placeOf({ seconds: 10 ** decade, percent: 0 }, window, size)
    context.moveTo(x, margin.top)
    context.lineTo(x, size.height - margin.bottom)
    context.textAlign = x > size.width - 2 * margin.right ? 'right' : 'center'
    context.fillText(decadeText(decade), x, size.height - 6)
  }
  context.textAlign = 'right'
  const step = window.high - window.low > 150 ? 50 : window.high - window.low > 60 ? 20 : 10
  for (let percent = Math.ceil(window.low / step) * step; percent <= window.high; percent += step) {
    const [, y] = placeOf({ seconds: 1, percent }, window, size)
    context.moveTo(margin.left, y)
    context.lineTo(size.width - margin.right, y)
    context.fillText(`${percent} %`, margin.left - 4, y + 4)
  }
  context.stroke()
}

/** Places of the points that show, one for each pixel of the plot: of ten thousand many lie on each other, and others are out of sight. */
export const shownPlaces = (
  points: readonly EventPoint[],
  window: EventWindow,
  size: PlotSize,
): readonly (readonly [x: number, y: number])[] => {
  const [columns, rows] = [Math.ceil(size.width) + 1, Math.ceil(size.height) + 1]
  const isTaken = new Uint8Array(columns * rows)
  const places: (readonly [x: number, y: number])[] = []
  for (const point of points) {
    const place = placeOf(point, window, size)
    const [x, y] = [Math.round(place[0]), Math.round(place[1])]
    if (x < 0 || y < 0 || x >= columns || y >= rows || isTaken[y * columns + x] === 1) continue
    isTaken[y * columns + x] = 1
    places.push(place)
  }
  return places
}

/** Each square for itself: one path of ten thousand takes a canvas half a second to fill. */
const drawPoints = (
  context: CanvasRenderingContext2D,
  points: readonly EventPoint[],
  window: EventWindow,
  size: PlotSize,
  half: number,
): void => {
  for (const [x, y] of shownPlaces(points, window, size)) context.fillRect(x - half, y - half, 2 * half, 2 * half)
}

/** Half a point's side, in pixels of the page. */
export const pointHalf = { ordinary: 2.5, severe: 3.5 } as const

/** All points as vectors, for a file; on the screen they are pixels (`event-canvas.ts`). */
export const drawPointVectors = (
  context: CanvasRenderingContext2D,
  points: readonly EventPoint[],
  window: EventWindow,
  size: PlotSize,
  { point, severe }: EventColours,
): void => {
  const of = (isSevere: boolean) => points.filter((each) => each.isSevere === isSevere)
  context.fillStyle = point
  drawPoints(context, of(false), window, size, pointHalf.ordinary)
  context.fillStyle = severe
  drawPoints(context, of(true), window, size, pointHalf.severe)
}

/** Everything, in pixels of the page; the context is already scaled to the screen's. `drawAll` draws the points, clipped to the plot. */
export const drawEvents = (
  context: CanvasRenderingContext2D,
  drawAll: () => void,
  chosen: EventPoint | null,
  window: EventWindow,
  size: PlotSize,
  colours: EventColours,
): void => {
  context.clearRect(0, 0, size.width, size.height)
  drawAxes(context, window, size, colours)
  context.save()
  context.beginPath()
  context.rect(margin.left, margin.top, innerWidth(size), innerHeight(size))
  context.clip()
  // The curves on top: many points would hide them.
  drawAll()
  context.strokeStyle = colours.text
  context.lineWidth = 1.5
  drawSteps(context, iticUpper, window, size)
  drawSteps(context, iticLower, window, size)
  context.setLineDash([5, 3])
  drawSteps(context, semiF47Lower, window, size, true)
  context.setLineDash([])
  if (chosen !== null) {
    const [x, y] = placeOf(chosen, window, size)
    context.strokeStyle = colours.chosen
    context.lineWidth = 2
    context.strokeRect(x - 7, y - 7, 14, 14)
  }
  context.restore()
}
