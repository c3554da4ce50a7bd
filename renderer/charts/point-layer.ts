import type { EventPoint, EventWindow } from './event-plot.ts'

/**
 * Points as pixels: ten thousand squares are written into memory in a millisecond, where a canvas without a graphics card takes fifty to
 * fill them one by one. Each lies on whole pixels of the screen, so a picture that moves and one that rests are the same.
 */

/** Points by column, ordinary ones first, so that severe ones lie on top; the logarithm is taken once. */
export interface PointColumns {
  readonly decades: Float64Array
  readonly percents: Float64Array
  /** How many of them are ordinary. */
  readonly ordinary: number
}
export const pointColumns = (points: readonly EventPoint[]): PointColumns => {
  const ordinary = points.filter(({ isSevere }) => !isSevere)
  const inOrder = [...ordinary, ...points.filter(({ isSevere }) => isSevere)]
  return {
    decades: Float64Array.from(inOrder, ({ seconds }) => Math.log10(Math.max(seconds, 1e-6))),
    percents: Float64Array.from(inOrder, ({ percent }) => percent),
    ordinary: ordinary.length,
  }
}

/** A rectangle of pixels; `cells` has one number a pixel, as the screen has them. */
export interface PixelLayer {
  readonly cells: Uint32Array
  readonly width: number
  readonly height: number
}
/** A kind of points: the colour of its pixels, and the side of its square. */
export interface PixelInk {
  readonly colour: number
  readonly side: number
}

const square = ({ cells, width, height }: PixelLayer, left: number, top: number, { colour, side }: PixelInk): void => {
  const [from, to] = [Math.max(0, left), Math.min(width, left + side)]
  if (from >= to) return
  const last = Math.min(height, top + side)
  for (let row = Math.max(0, top); row < last; row += 1) cells.fill(colour, row * width + from, row * width + to)
}

/** The layer is exactly what the window shows; points out of it show as far as their squares reach in. */
export const paintPoints = (
  layer: PixelLayer,
  { decades, percents, ordinary }: PointColumns,
  { fromDecade, toDecade, low, high }: EventWindow,
  inks: { readonly ordinary: PixelInk; readonly severe: PixelInk },
): void => {
  layer.cells.fill(0)
  const [perDecade, perPercent] = [layer.width / (toDecade - fromDecade), layer.height / (high - low)]
  for (let at = 0; at < decades.length; at += 1) {
    const ink = at < ordinary ? inks.ordinary : inks.severe
    const x = ((decades[at] ?? NaN) - fromDecade) * perDecade
    const y = (high - (percents[at] ?? NaN)) * perPercent
    square(layer, Math.round(x - ink.side / 2), Math.round(y - ink.side / 2), ink)
  }
}
