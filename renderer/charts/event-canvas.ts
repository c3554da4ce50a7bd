import {
  drawEvents,
  drawPointVectors,
  innerHeight,
  innerWidth,
  margin,
  pointHalf,
  type EventColours,
  type EventPoint,
  type EventWindow,
  type PlotSize,
} from './event-plot.ts'
import { paintPoints, pointColumns, type PixelInk, type PointColumns } from './point-layer.ts'

/** What is drawn: kept beside the canvas and not in React, so that a move of the mouse draws and does nothing else. */
export interface EventScene {
  readonly points: readonly EventPoint[]
  readonly chosen: EventPoint | null
  readonly window: EventWindow
}

/** One pixel of a colour of the style sheet, as memory has it. */
const pixelOf = (context: CanvasRenderingContext2D, colour: string): number => {
  context.clearRect(0, 0, 1, 1)
  context.fillStyle = colour
  context.fillRect(0, 0, 1, 1)
  return new Uint32Array(context.getImageData(0, 0, 1, 1).data.buffer)[0] ?? 0
}

/** Draws the plot onto its canvas: `screen` as fast as a mouse moves, `file` with every point as a shape of its own. */
export const createEventCanvas = (canvas: HTMLCanvasElement, context: CanvasRenderingContext2D) => {
  const layer = document.createElement('canvas')
  const layerContext = layer.getContext('2d', { willReadFrequently: true })
  let pixels: ImageData | null = null
  let columns: { readonly of: readonly EventPoint[]; readonly value: PointColumns } | null = null
  const inkColours = new Map<string, number>()

  const columnsOf = (points: readonly EventPoint[]): PointColumns => {
    if (columns?.of !== points) columns = { of: points, value: pointColumns(points) }
    return columns.value
  }
  const inkOf = (on: CanvasRenderingContext2D, colour: string, half: number, ratio: number): PixelInk => {
    const known = inkColours.get(colour) ?? pixelOf(on, colour)
    inkColours.set(colour, known)
    return { colour: known, side: Math.max(1, Math.round(2 * half * ratio)) }
  }

  const drawPixels = ({ points, window }: EventScene, size: PlotSize, colours: EventColours, ratio: number): void => {
    if (layerContext === null) return drawPointVectors(context, points, window, size, colours)
    const [width, height] = [Math.round(innerWidth(size) * ratio), Math.round(innerHeight(size) * ratio)]
    if (width < 1 || height < 1) return
    // Before the layer has its size: a colour is read off its first pixel.
    const inks = {
      ordinary: inkOf(layerContext, colours.point, pointHalf.ordinary, ratio),
      severe: inkOf(layerContext, colours.severe, pointHalf.severe, ratio),
    }
    if (pixels?.width !== width || pixels.height !== height) {
      layer.width = width
      layer.height = height
      pixels = new ImageData(width, height)
    }
    const cells = new Uint32Array(pixels.data.buffer)
    paintPoints({ cells, width, height }, columnsOf(points), window, inks)
    layerContext.putImageData(pixels, 0, 0)
    context.save()
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.drawImage(layer, Math.round(margin.left * ratio), Math.round(margin.top * ratio))
    context.restore()
  }

  return (scene: EventScene, height: number, colours: EventColours, onto: 'screen' | 'file'): void => {
    const [width, ratio] = [canvas.clientWidth, window.devicePixelRatio]
    const size = { width, height }
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio)
      canvas.height = Math.round(height * ratio)
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    const drawAll = () =>
      onto === 'screen'
        ? drawPixels(scene, size, colours, ratio)
        : drawPointVectors(context, scene.points, scene.window, size, colours)
    drawEvents(context, drawAll, scene.chosen, scene.window, size, colours)
  }
}
