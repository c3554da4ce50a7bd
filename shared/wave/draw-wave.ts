import type { Pyramid } from './min-max-pyramid.ts'
import type { WaveChannel } from './wave-block.ts'
import { msAt, type WaveRing, type WaveStretch } from './wave-ring.ts'
import { passes, type LevelTrigger } from './wave-trigger.ts'

/** What a screen asks to see: the newest `spanMs`, held still by a trigger if there is one. */
export interface WaveViewRequest {
  readonly spanMs: number
  /** Most columns that are worth drawing. */
  readonly columns: number
  readonly trigger: LevelTrigger | null
  /** Share of the span that lies before the trigger. */
  readonly before: number
}

/** Samples reduced for drawing: the lowest and highest of each column; NaN where no sample of it is there. */
export interface WaveView {
  /** UTC by the front end's clock, epoch ms: the trigger's place, or the first column without one. */
  readonly atMs: number
  readonly isTriggered: boolean
  readonly rateHz: number
  /** Of the first column against `atMs`, and from column to column, ms. */
  readonly firstMs: number
  readonly stepMs: number
  /** Samples in a column: 1 where every sample is drawn. */
  readonly samplesEach: number
  readonly channels: readonly {
    readonly name: string
    readonly unit: WaveChannel['unit']
    readonly low: Float32Array
    readonly high: Float32Array
  }[]
}

export interface DrawnSource {
  readonly layout: readonly WaveChannel[]
  readonly ring: WaveRing
  readonly pyramids: readonly Pyramid[]
}

/** Looking back for a trigger ends here, spans: an older picture is no live one. */
const mostSpansBack = 3

/** The newest place where the trigger's level is passed with room for the picture around it; with its fraction of a sample. */
const findTrigger = (
  { layout, ring }: DrawnSource,
  stretch: WaveStretch,
  span: number,
  before: number,
  trigger: LevelTrigger,
): number | null => {
  const channel = layout.findIndex(({ name }) => name === trigger.channel)
  if (channel < 0) return null
  const newest = Math.floor(stretch.to - span * (1 - before)) - 1
  const oldest = Math.max(stretch.from + span * before + 1, newest - mostSpansBack * span)
  for (let at = newest; at >= oldest; at -= 1) {
    const [last, now] = [ring.at(channel, at - 1), ring.at(channel, at)]
    if (passes(last, now, trigger)) return at - 1 + (trigger.level - last) / (now - last)
  }
  return null
}

/** Columns from one position on. Each is `each` samples wide; the stretch bounds them, so no column spans a gap. */
const drawChannels = (source: DrawnSource, from: number, to: number, each: number): WaveView['channels'] =>
  source.layout.map(({ name, unit }, channel) => {
    const count = Math.ceil((to - from) / each)
    const [low, high] = [new Float32Array(count).fill(NaN), new Float32Array(count).fill(NaN)]
    for (let index = 0; index < count; index += 1) {
      const begin = from + index * each
      const pair = source.pyramids[channel]?.range(begin, Math.min(to, begin + each), (at) =>
        source.ring.at(channel, at),
      )
      if (pair == null) continue
      low[index] = pair.low
      high[index] = pair.high
    }
    return { name, unit, low, high }
  })

/** The newest stretch as a picture; null where nothing has come yet. */
export const drawNewest = (source: DrawnSource, request: WaveViewRequest): WaveView | null => {
  const stretch = source.ring.stretches().at(-1)
  if (stretch === undefined) return null
  const span = Math.max(1, Math.round((request.spanMs / 1000) * stretch.rateHz))
  const { before, trigger } = request
  const place = trigger === null ? null : findTrigger(source, stretch, span, before, trigger)
  const wanted = place === null ? stretch.to - span : Math.ceil(place - span * before)
  const from = Math.max(stretch.from, wanted)
  const to = Math.min(stretch.to, wanted + span)
  const each = Math.max(1, Math.ceil(span / request.columns))
  const zero = place ?? from
  return {
    atMs: msAt(stretch, zero),
    isTriggered: place !== null,
    rateHz: stretch.rateHz,
    firstMs: ((from - zero) / stretch.rateHz) * 1000,
    stepMs: (each / stretch.rateHz) * 1000,
    samplesEach: each,
    channels: drawChannels(source, from, to, each),
  }
}
