import { encodeDescription, encodeSamples } from '../../../shared/wave/encode-wave.ts'
import type { CaptureSummary } from '../../../shared/wave/wave-observation.ts'
import type { RawCapture } from './raw-capture.ts'

/** Samples of a frame of the file. */
const frameSamples = 500
/** All captures of one meter together; the oldest go first (editable assumption). */
const keepBytes = 8 << 20

export interface PlacedCapture {
  readonly raw: RawCapture
  readonly id: string
  readonly meterId: string
  /** What the maker's device is and which class it states, for the file. */
  readonly device: string
  /** UTC, epoch ms, of its first sample; null: not known, so it stands at the time it was read. */
  readonly fromMs: number | null
  readonly readAtMs: number
}

/** A meter's capture as the wave stream's own frames (assets/waves/README.md), so that whatever opens one of a front end opens it. */
export const packCapture = ({ raw, device, fromMs, readAtMs }: Omit<PlacedCapture, 'id' | 'meterId'>): Uint8Array => {
  const description = {
    stream: 1,
    rateHz: raw.rateHz,
    format: 'float32' as const,
    channels: raw.channels.map(({ name, unit }) => ({ name, unit, scale: 1, offset: 0 })),
    device,
  }
  const total = raw.channels[0]?.samples.length ?? 0
  const frames = [encodeDescription(description)]
  for (let from = 0, sequence = 1; from < total; from += frameSamples, sequence += 1) {
    const part = raw.channels.map(({ samples }) => samples.subarray(from, Math.min(total, from + frameSamples)))
    const t0 = (fromMs ?? readAtMs) + (1000 * from) / raw.rateHz
    frames.push(
      encodeSamples(description, { sequence, firstSample: from, t0, clock: 'free', isClipped: false, raw: part }),
    )
  }
  const bytes = new Uint8Array(frames.reduce((sum, frame) => sum + frame.length, 0))
  frames.reduce((at, frame) => {
    bytes.set(frame, at)
    return at + frame.length
  }, 0)
  return bytes
}

/** Captures that meters gave, the newest of each. */
export const createCaptureBook = () => {
  const kept = new Map<string, { readonly summary: CaptureSummary; readonly bytes: Uint8Array }[]>()
  return {
    add: (placed: PlacedCapture): CaptureSummary => {
      const { raw, id, meterId, fromMs, readAtMs } = placed
      const bytes = packCapture(placed)
      const samples = raw.channels[0]?.samples.length ?? 0
      const beginMs = fromMs ?? readAtMs
      const summary: CaptureSummary = {
        captureId: id,
        source: meterId,
        cause: { kind: 'meter', rateFrom: raw.rateFrom, hasTime: fromMs !== null },
        atMs: beginMs,
        fromMs: beginMs,
        toMs: beginMs + (1000 * samples) / raw.rateHz,
        samples,
        bytes: bytes.length,
        isWhole: true,
      }
      const all = [...(kept.get(meterId) ?? []), { summary, bytes }].sort(
        (one, other) => one.summary.atMs - other.summary.atMs,
      )
      let sum = all.reduce((size, each) => size + each.bytes.length, 0)
      while (all.length > 1 && sum > keepBytes) sum -= all.shift()?.bytes.length ?? 0
      kept.set(meterId, all)
      return summary
    },
    list: (meterId: string): readonly CaptureSummary[] => (kept.get(meterId) ?? []).map(({ summary }) => summary),
    bytesOf: (meterId: string, id: string): Uint8Array | null =>
      kept.get(meterId)?.find(({ summary }) => summary.captureId === id)?.bytes ?? null,
    /** Of all meters, those that lie in a range. */
    between: (fromMs: number, toMs: number) =>
      [...kept.values()].flat().filter(({ summary }) => summary.toMs >= fromMs && summary.fromMs < toMs),
  }
}
export type CaptureBook = ReturnType<typeof createCaptureBook>
