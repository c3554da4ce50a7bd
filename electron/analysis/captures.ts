import { encodeDescription, encodeSamples } from '../../shared/wave/encode-wave.ts'
import type { WaveChannel, WaveDescription } from '../../shared/wave/wave-block.ts'
import type { CaptureCause, CaptureSummary } from '../../shared/wave/wave-observation.ts'
import { msAt, type WaveRing, type WaveStretch } from '../../shared/wave/wave-ring.ts'

export interface CaptureSettings {
  /** Kept before and after the trigger, ms. */
  readonly preMs: number
  readonly postMs: number
  /** All captures of a source together; the oldest go first. */
  readonly keepBytes: number
}

/** A capture that still waits for samples behind its trigger. */
interface Pending {
  readonly captureId: string
  readonly cause: CaptureCause
  readonly atMs: number
  readonly from: number
  readonly to: number
}

export interface KeptCapture {
  readonly summary: CaptureSummary
  readonly bytes: Uint8Array
}

/** Samples of a frame in a capture file: 8 channels of them are 16 KB. */
const frameSamples = 500

const joined = (frames: readonly Uint8Array[]): Uint8Array => {
  const bytes = new Uint8Array(frames.reduce((sum, frame) => sum + frame.length, 0))
  frames.reduce((at, frame) => {
    bytes.set(frame, at)
    return at + frame.length
  }, 0)
  return bytes
}

/**
 * A stretch of the ring as the wave stream's own frames (assets/waves/README.md): the file of a capture is what a front end would have
 * sent, with the gaps that were there. Values are float32, as they were analysed.
 */
export const packStretches = (
  {
    layout,
    device,
    ring,
  }: { readonly layout: readonly WaveChannel[]; readonly device: string; readonly ring: WaveRing },
  stretches: readonly WaveStretch[],
): Uint8Array => {
  const channels = layout.map(({ name, unit }) => ({ name, unit, scale: 1, offset: 0 }))
  // Frames are shorter where there are many channels: a body has its bound.
  const perFrame = Math.min(frameSamples, Math.floor(60_000 / (4 * layout.length)))
  let sequence = 0
  let described: WaveDescription | null = null
  return joined(
    stretches.flatMap((stretch) => {
      const { stream, rateHz } = stretch
      const isNew = described?.stream !== stream
      if (isNew) sequence = 0
      described = { stream, rateHz, format: 'float32', channels, device }
      const description = described
      const count = Math.ceil((stretch.to - stretch.from) / perFrame)
      const frames = Array.from({ length: count }, (_, index) => {
        const from = stretch.from + index * perFrame
        const to = Math.min(stretch.to, from + perFrame)
        const raw = layout.map((_channel, channel) => ring.read(channel, from, to))
        const firstSample = stretch.firstSample + from - stretch.from
        sequence += 1
        return encodeSamples(description, {
          sequence,
          firstSample,
          t0: msAt(stretch, from),
          clock: stretch.clock,
          isClipped: stretch.isClipped,
          raw,
        })
      })
      return isNew ? [encodeDescription(description), ...frames] : frames
    }),
  )
}

/** Takes captures out of the ring when all of them is there, and keeps the newest. One at a time: a trigger within a capture is part of it. */
export const createCaptures = (settings: CaptureSettings, source: string) => {
  let pending: Pending | null = null
  let kept: readonly KeptCapture[] = []
  let count = 0

  const keep = (capture: KeptCapture): void => {
    const all = [...kept, capture]
    const from = all.findIndex(
      (_, index) => all.slice(index).reduce((sum, { bytes }) => sum + bytes.length, 0) <= settings.keepBytes,
    )
    kept = from < 0 ? [capture] : all.slice(from)
  }
  return {
    /** `earlierMs`: so much more before the trigger, where it was noticed late. Null: one is already being taken. */
    begin: (
      { cause, atMs, earlierMs = 0 }: { cause: CaptureCause; atMs: number; earlierMs?: number },
      position: number,
      rateHz: number,
    ): string | null => {
      if (pending !== null) return null
      count += 1
      const captureId = `${source}-${Math.round(atMs)}-${count}`
      const from = Math.max(0, position - Math.round(((settings.preMs + earlierMs) / 1000) * rateHz))
      pending = { captureId, cause, atMs, from, to: position + Math.round((settings.postMs / 1000) * rateHz) }
      return captureId
    },
    /** The capture that is complete now, or as complete as it gets where nothing more comes. */
    finish: (
      held: { readonly layout: readonly WaveChannel[]; readonly device: string; readonly ring: WaveRing },
      isEnd: boolean,
    ): CaptureSummary | null => {
      if (pending === null || (!isEnd && held.ring.next() < pending.to)) return null
      const { from, to, captureId, cause, atMs } = pending
      pending = null
      const stretches = held.ring.stretches().flatMap((stretch) => {
        const [first, end] = [Math.max(stretch.from, from), Math.min(stretch.to, to)]
        return first < end
          ? [{ ...stretch, from: first, to: end, firstSample: stretch.firstSample + first - stretch.from }]
          : []
      })
      const [first, last] = [stretches[0], stretches.at(-1)]
      if (first === undefined || last === undefined) return null
      const bytes = packStretches(held, stretches)
      const samples = stretches.reduce((sum, stretch) => sum + stretch.to - stretch.from, 0)
      const summary: CaptureSummary = {
        captureId,
        source,
        cause,
        atMs,
        fromMs: msAt(first, first.from),
        toMs: msAt(last, last.to),
        samples,
        bytes: bytes.length,
        isWhole: stretches.length === 1 && samples === to - from,
      }
      keep({ summary, bytes })
      return summary
    },
    isPending: (): boolean => pending !== null,
    list: (): readonly CaptureSummary[] => kept.map(({ summary }) => summary),
    bytesOf: (captureId: string): Uint8Array | null =>
      kept.find(({ summary }) => summary.captureId === captureId)?.bytes ?? null,
  }
}
