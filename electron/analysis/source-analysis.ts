import {
  drawNewest,
  drawStill,
  type StillRequest,
  type WaveView,
  type WaveViewRequest,
} from '../../shared/wave/draw-wave.ts'
import { lookAt, type WaveLook, type WaveLookRequest } from '../../shared/wave/ring-record.ts'
import { createPyramid } from '../../shared/wave/min-max-pyramid.ts'
import type { WaveBlock, WaveChannel } from '../../shared/wave/wave-block.ts'
import type { CaptureCause, CaptureSummary, WaveObservation } from '../../shared/wave/wave-observation.ts'
import { capacityOf, createWaveRing, msAt } from '../../shared/wave/wave-ring.ts'
import { firstPass, type LevelTrigger } from '../../shared/wave/wave-trigger.ts'
import { createCaptures, type CaptureSettings } from './captures.ts'
import { createFeatures } from './features.ts'

export interface SourceSettings extends CaptureSettings {
  readonly source: string
  readonly nominalHz: number
  readonly udinV: number
  /** Of the samples kept; the pyramid takes an eighth more. */
  readonly ringBytes: number
}

/** Everything that depends on what the front end says of itself; made anew when that changes. */
const createHeld = (settings: SourceSettings, block: WaveBlock) => {
  const { layout, rateHz, device } = block
  const ring = createWaveRing(layout.length, capacityOf(settings.ringBytes, layout.length))
  return {
    layout,
    rateHz,
    device,
    nominalHz: settings.nominalHz,
    ring,
    pyramids: layout.map(() => createPyramid(ring.capacity)),
    features: createFeatures({ ...settings, layout, rateHz }),
  }
}

const isSameLayout = (one: readonly WaveChannel[], other: readonly WaveChannel[]): boolean =>
  one.length === other.length && one.every(({ name, unit }, at) => name === other[at]?.name && unit === other[at]?.unit)

/** Where a block passes the trigger's level first, and which way. */
const levelCause = (
  block: WaveBlock,
  before: number,
  trigger: LevelTrigger,
): { readonly at: number; readonly cause: CaptureCause } | null => {
  const channel = block.layout.findIndex(({ name }) => name === trigger.channel)
  const samples = block.channels[channel]
  const at = samples === undefined ? null : firstPass(before, samples, trigger)
  if (samples === undefined || at === null) return null
  const edge = (samples[at] ?? 0) >= trigger.level && (at === 0 ? before : (samples[at - 1] ?? 0)) < trigger.level
  const { level } = trigger
  return { at, cause: { kind: 'level', channel: trigger.channel, level, edge: edge ? 'rising' : 'falling' } }
}

/** A front end's clock and the moment that polls tell may be so far apart, ms. Editable assumption. */
const clockMs = 1000

/** One wave source: its ring, what is found in it, and the captures taken of it. No clock but the samples' own. */
export const createSourceAnalysis = (settings: SourceSettings) => {
  const { source } = settings
  const captures = createCaptures(settings, source)
  let held: ReturnType<typeof createHeld> | null = null
  let trigger: LevelTrigger | null = null

  const begin = (cause: CaptureCause, atMs: number, position: number, rateHz: number): readonly WaveObservation[] => {
    // An incident is noticed some seconds after its moment; how far back the ring reaches bounds what can still be had of it.
    const earlierMs = cause.kind === 'incident' ? Math.max(0, atMs - cause.atMs) + clockMs : 0
    const captureId = captures.begin({ cause, atMs, earlierMs }, position, rateHz)
    return captureId === null ? [] : [{ kind: 'trigger', source, atMs, captureId, cause }]
  }
  const finish = (isEnd: boolean): readonly WaveObservation[] => {
    const summary = held === null ? null : captures.finish(held, isEnd)
    return summary === null ? [] : [{ kind: 'captured', ...summary }]
  }
  const begun = (observations: readonly WaveObservation[], block: WaveBlock, from: number) =>
    observations.flatMap((each) => {
      if (each.kind === 'inrush-began') {
        const position = from + Math.round(((each.atMs - block.t0) / 1000) * block.rateHz)
        return begin({ kind: 'inrush', channel: each.channel }, each.atMs, position, block.rateHz)
      }
      if (each.kind !== 'voltage-event' || each.event.toMs !== null || each.event.isCut) return []
      const position = from + Math.round(((each.event.fromMs - block.t0) / 1000) * block.rateHz)
      return begin({ kind: 'voltage-event', event: each.event.kind }, each.event.fromMs, position, block.rateHz)
    })
  const byLevel = (block: WaveBlock, from: number): readonly WaveObservation[] => {
    if (trigger === null || held === null) return []
    const { channel } = trigger
    const index = block.layout.findIndex(({ name }) => name === channel)
    const before = block.break === null && from > held.ring.oldest() ? held.ring.at(index, from - 1) : NaN
    const found = levelCause(block, before, trigger)
    if (found === null) return []
    return begin(found.cause, block.t0 + (found.at / block.rateHz) * 1000, from + found.at, block.rateHz)
  }

  return {
    take: (block: WaveBlock): readonly WaveObservation[] => {
      const told: WaveObservation[] = []
      if (block.break !== null) told.push({ kind: 'break', source, atMs: block.t0, break: block.break })
      if (held !== null && (held.rateHz !== block.rateHz || !isSameLayout(held.layout, block.layout))) {
        told.push(...held.features.end(), ...finish(true))
        held = null
      }
      const now = (held ??= createHeld(settings, block))
      const from = now.ring.append({ ...block, isBroken: block.break !== null })
      now.pyramids.forEach((pyramid, index) => pyramid.push(from, block.channels[index] ?? new Float32Array(0)))
      const features = now.features.take(block)
      return [...told, ...features, ...byLevel(block, from), ...begun(features, block, from), ...finish(false)]
    },
    /** The connection ended: what waits for more samples is closed as it is. */
    end: (): readonly WaveObservation[] => [...(held?.features.end() ?? []), ...finish(true)],
    view: (request: WaveViewRequest): WaveView | null => (held === null ? null : drawNewest(held, request)),
    /** A stretch that has passed; null: it has left the memory. */
    still: (request: StillRequest): WaveView | null => (held === null ? null : drawStill(held, request)),
    look: (request: WaveLookRequest): WaveLook | null => (held === null ? null : lookAt(held, request)),
    /** A capture by hand or by a finding, around the newest sample; null: nothing comes, or one is being taken. */
    captureNow: (
      cause: CaptureCause = { kind: 'by-hand' },
    ): { readonly captureId: string | null; readonly observations: readonly WaveObservation[] } => {
      const stretch = held?.ring.stretches().at(-1)
      if (held === null || stretch === undefined) return { captureId: null, observations: [] }
      const at = stretch.to - 1
      const observations = begin(cause, msAt(stretch, at), at, stretch.rateHz)
      const [first] = observations
      return { captureId: first?.kind === 'trigger' ? first.captureId : null, observations }
    },
    setTrigger: (next: LevelTrigger | null): void => {
      trigger = next
    },
    captures: (): readonly CaptureSummary[] => captures.list(),
    captureBytes: captures.bytesOf,
  }
}
export type SourceAnalysis = ReturnType<typeof createSourceAnalysis>
