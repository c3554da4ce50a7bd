import type { Pyramid } from './min-max-pyramid.ts'
import { slidingRms } from '../wave-record/sliding-rms.ts'
import { extremes } from '../wave-record/fold.ts'
import { ringRecord, stretchAt } from './ring-record.ts'
import type { WaveChannel } from './wave-block.ts'
import { msAt, type WaveRing, type WaveStretch } from './wave-ring.ts'
import { passes, type LevelTrigger } from './wave-trigger.ts'

/** Samples, or the RMS of one cycle around each of them. */
export type WaveMode = 'samples' | 'rms'

/** What a screen asks to see: the newest `spanMs`, held still by a trigger if there is one. */
export interface WaveViewRequest {
  readonly spanMs: number
  readonly mode: WaveMode
  /** Most columns that are worth drawing. */
  readonly columns: number
  readonly trigger: LevelTrigger | null
  /** Share of the span that lies before the trigger. */
  readonly before: number
}

/** A stretch that has passed and is still in memory: what a paused scope zooms and moves in. */
export interface StillRequest {
  /** Time zero of the picture, UTC by the front end's clock, epoch ms. */
  readonly atMs: number
  /** Shown from and to, ms against it. */
  readonly fromMs: number
  readonly toMs: number
  readonly columns: number
  readonly mode: WaveMode
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
  /** Of the cycle whose RMS is drawn. */
  readonly nominalHz: number
}

/** Looking back for a trigger ends here, in spans or in time: an older picture is no live one, a rarer pass would not be seen. */
const mostSpansBack = 3
const leastBackMs = 250

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
  const back = Math.max(mostSpansBack * span, (leastBackMs / 1000) * stretch.rateHz)
  const oldest = Math.max(stretch.from + span * before + 1, newest - back)
  for (let at = newest; at >= oldest; at -= 1) {
    const [last, now] = [ring.at(channel, at - 1), ring.at(channel, at)]
    if (passes(last, now, trigger)) return at - 1 + (trigger.level - last) / (now - last)
  }
  return null
}

/** Lowest and highest of the samples between two positions of a channel; null: none is there. */
type Range = (channel: number, from: number, to: number) => readonly [number, number] | null

const samplesRange =
  ({ ring, pyramids }: DrawnSource): Range =>
  (channel, from, to) => {
    const pair = pyramids[channel]?.range(from, to, (at) => ring.at(channel, at))
    return pair == null ? null : [pair.low, pair.high]
  }

/** One-cycle RMS around every sample of a picture, formed once for it. */
const rmsRange = (source: DrawnSource, stretch: WaveStretch, from: number, to: number): Range => {
  const record = ringRecord(source.layout, source.ring, stretch)
  const [group] = record.groups
  const begin = from - stretch.from
  const all = source.layout.map((_, channel) => channel)
  const rms = group === undefined ? [] : slidingRms(group, all, begin, to - stretch.from, source.nominalHz)
  return (channel, first, last) => extremes(rms[channel] ?? [], first - from, last - from)
}

/** Columns from one position on. Each is `each` samples wide; the stretch bounds them, so no column spans a gap. */
const drawColumns = (
  { layout }: DrawnSource,
  range: Range,
  from: number,
  to: number,
  each: number,
): WaveView['channels'] =>
  layout.map(({ name, unit }, channel) => {
    const count = Math.ceil((to - from) / each)
    const [low, high] = [new Float32Array(count).fill(NaN), new Float32Array(count).fill(NaN)]
    for (let index = 0; index < count; index += 1) {
      const begin = from + index * each
      const pair = range(channel, begin, Math.min(to, begin + each))
      if (pair === null) continue
      ;[low[index], high[index]] = [pair[0], pair[1]]
    }
    return { name, unit, low, high }
  })

/** The samples from one position to another, `zero` (fractions allowed) being time zero. */
const drawSpan = (
  source: DrawnSource,
  stretch: WaveStretch,
  [from, to]: readonly [number, number],
  zero: number,
  { columns, span, mode }: { readonly columns: number; readonly span: number; readonly mode: WaveMode },
): Omit<WaveView, 'isTriggered'> => {
  const each = Math.max(1, Math.ceil(span / columns))
  const range = mode === 'rms' ? rmsRange(source, stretch, from, to) : samplesRange(source)
  return {
    atMs: msAt(stretch, zero),
    rateHz: stretch.rateHz,
    firstMs: ((from - zero) / stretch.rateHz) * 1000,
    stepMs: (each / stretch.rateHz) * 1000,
    samplesEach: each,
    channels: drawColumns(source, range, from, to, each),
  }
}

/** The newest stretch as a picture; null where nothing has come yet. */
export const drawNewest = (source: DrawnSource, request: WaveViewRequest): WaveView | null => {
  const stretch = source.ring.stretches().at(-1)
  if (stretch === undefined) return null
  const span = Math.max(1, Math.round((request.spanMs / 1000) * stretch.rateHz))
  const { before, trigger, columns, mode } = request
  const place = trigger === null ? null : findTrigger(source, stretch, span, before, trigger)
  const wanted = place === null ? stretch.to - span : Math.ceil(place - span * before)
  const from = Math.max(stretch.from, wanted)
  const to = Math.min(stretch.to, wanted + span)
  const drawn = drawSpan(source, stretch, [from, to], place ?? from, { columns, span, mode })
  return { ...drawn, isTriggered: place !== null }
}

/** A stretch that has passed; null: no sample of its time zero is in memory (any more). What lies outside of its stretch is left out. */
export const drawStill = (source: DrawnSource, request: StillRequest): WaveView | null => {
  const { atMs, fromMs, toMs, columns, mode } = request
  const stretch = stretchAt(source.ring, atMs)
  if (stretch === null) return null
  const zero = stretch.anchor + ((atMs - stretch.anchorMs) / 1000) * stretch.rateHz
  const at = (ms: number): number => zero + (ms / 1000) * stretch.rateHz
  const from = Math.max(stretch.from, Math.min(stretch.to, Math.floor(at(fromMs))))
  const to = Math.max(from, Math.min(stretch.to, Math.ceil(at(toMs)) + 1))
  const span = Math.max(1, Math.ceil(at(toMs) - at(fromMs)))
  return { ...drawSpan(source, stretch, [from, to], zero, { columns, span, mode }), isTriggered: true }
}
