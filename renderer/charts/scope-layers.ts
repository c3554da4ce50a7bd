import type uPlot from 'uplot'
import { cssColour, type PlotSeries } from './plot.ts'
import { scopeLines, type ScopePicture } from './scope-data.ts'

/** What lies below the live traces of a scope: pictures that have passed, and one that was kept to compare with. */
export interface ScopeLayers {
  /** Newest last. */
  readonly past: () => readonly ScopePicture[]
  readonly kept: () => ScopePicture | null
}

/** How long pictures stay on the screen after the next one has come; "all" keeps those that reached further than any before. */
export const persistences = [
  { value: '0', label: 'off' },
  { value: '10', label: '10 pictures' },
  { value: '40', label: '40 pictures' },
  { value: 'all', label: 'all, as a band' },
] as const
export type Persistence = (typeof persistences)[number]['value']

/** The lowest and highest of two pictures, column by column by their times; a column of which neither has a sample stays a gap. */
const bandOf = (band: ScopePicture | null, next: ScopePicture): ScopePicture => {
  if (band === null || band.stepMs !== next.stepMs || band.channels.length !== next.channels.length)
    return { ...next, samplesEach: Math.max(2, next.samplesEach) }
  const shift = Math.round((next.firstMs - band.firstMs) / band.stepMs)
  return {
    ...band,
    atMs: next.atMs,
    channels: band.channels.map((channel, index) => {
      const own = next.channels[index]
      const take = (held: Float32Array, other: Float32Array | undefined, isBetter: (a: number, b: number) => boolean) =>
        held.map((value, at) => {
          const now = other?.[at - shift] ?? NaN
          return Number.isNaN(value) || isBetter(now, value) ? now : value
        })
      return {
        ...channel,
        low: take(channel.low, own?.low, (now, before) => now < before),
        high: take(channel.high, own?.high, (now, before) => now > before),
      }
    }),
  }
}

/** Keeps pictures that have passed. Only triggered ones lie on each other; others would be a blur that says nothing. */
export const createPersistence = () => {
  let mode: Persistence = '0'
  let pictures: readonly ScopePicture[] = []
  let band: ScopePicture | null = null
  return {
    /** Begins anew, as another scale or trigger does. */
    reset: (next: Persistence): void => {
      mode = next
      pictures = []
      band = null
    },
    add: (picture: ScopePicture): void => {
      if (mode === '0' || !picture.isTriggered) return
      if (mode === 'all') band = bandOf(band, picture)
      else pictures = [...pictures, picture].slice(-Number(mode))
    },
    past: (): readonly ScopePicture[] => (band === null ? pictures : [band]),
  }
}
export type ScopePersistence = ReturnType<typeof createPersistence>

const strokeLine = (
  plot: uPlot,
  times: readonly (number | null)[],
  values: readonly (number | null)[],
  [least, most]: readonly [number, number],
): void => {
  const { ctx } = plot
  let isDown = false
  ctx.beginPath()
  values.forEach((value, at) => {
    const time = times[at]
    if (value == null || time == null || time < least || time > most) {
      isDown = false
      return
    }
    const [x, y] = [plot.valToPos(time, 'x', true), plot.valToPos(value, 'y', true)]
    if (isDown) ctx.lineTo(x, y)
    else ctx.moveTo(x, y)
    isDown = true
  })
  ctx.stroke()
}

/** Draws the layers onto a plot that has just been cleared: the older, the fainter; the kept picture dashed. */
export const drawLayers = (
  plot: uPlot,
  host: HTMLElement,
  series: readonly PlotSeries[],
  { past, kept }: ScopeLayers,
): void => {
  const pictures = past()
  const reference = kept()
  const { min, max } = plot.scales['x'] ?? {}
  if ((pictures.length === 0 && reference === null) || min == null || max == null) return
  const { ctx, bbox } = plot
  const names = series.map(({ key }) => key)
  const colours = series.map(({ colour }) => cssColour(host, colour))
  const stroke = (picture: ScopePicture): void => {
    const [times = [], ...lines] = scopeLines(picture, names)
    lines.forEach((line, index) => {
      ctx.strokeStyle = colours[index] ?? 'gray'
      strokeLine(plot, times, line, [min, max])
    })
  }
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  ctx.lineWidth = window.devicePixelRatio
  pictures.forEach((picture, index) => {
    ctx.globalAlpha = pictures.length === 1 ? 0.35 : 0.06 + (0.3 * (index + 1)) / pictures.length
    stroke(picture)
  })
  if (reference !== null) {
    ctx.globalAlpha = 0.9
    ctx.setLineDash([5 * window.devicePixelRatio, 4 * window.devicePixelRatio])
    stroke(reference)
  }
  ctx.restore()
}
