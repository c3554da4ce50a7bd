import { encodeDescription, encodeSamples } from '../../../shared/wave/encode-wave.ts'
import type { CaptureClock, CaptureSummary } from '../../../shared/wave/wave-observation.ts'
import { forgetfulCaptures, type CaptureShelf } from '../waves/capture-shelf.ts'
import type { RawCapture } from './raw-capture.ts'

/** Samples of a frame of the file. */
const frameSamples = 500
/** Captures that could not be written are held in memory, the newest so many (editable assumption): each is some 100 kB. */
const mostUnkept = 20

export interface PlacedCapture {
  readonly raw: RawCapture
  readonly id: string
  readonly meterId: string
  /** What the maker's device is and which class it states, for the file. */
  readonly device: string
  /** UTC, epoch ms, of its first sample; null: not known, so it stands at the time it was read. */
  readonly fromMs: number | null
  readonly readAtMs: number
  readonly clock: CaptureClock
}

/** A meter's capture as the wave stream's own frames (assets/waves/README.md), so that whatever opens one of a front end opens it. */
export const packCapture = ({
  raw,
  device,
  fromMs,
  readAtMs,
}: Omit<PlacedCapture, 'id' | 'meterId' | 'clock'>): Uint8Array => {
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

/** Captures that meters gave: packed, and put where captures are kept. */
export const createCaptureBook = (shelf: CaptureShelf = forgetfulCaptures()) => {
  // What is being written is there for whoever asks meanwhile.
  const coming = new Map<string, { readonly summary: CaptureSummary; readonly bytes: Uint8Array }>()
  const list = (meterId: string): readonly CaptureSummary[] => {
    const kept = shelf.list(meterId)
    const others = [...coming.values()].filter(
      ({ summary }) => summary.source === meterId && !kept.some(({ captureId }) => captureId === summary.captureId),
    )
    return [...kept, ...others.map(({ summary }) => summary)].sort((one, other) => one.atMs - other.atMs)
  }
  return {
    add: (placed: PlacedCapture): CaptureSummary => {
      const { raw, id, meterId, fromMs, readAtMs, clock } = placed
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
        clock,
      }
      coming.set(id, { summary, bytes })
      void shelf.keep(summary, bytes).then(() => {
        // What could not be kept stays here until the program ends.
        if (shelf.list(meterId).some(({ captureId }) => captureId === id)) coming.delete(id)
        for (const oldest of [...coming.keys()].slice(0, -mostUnkept)) coming.delete(oldest)
      })
      return summary
    },
    list,
    has: (meterId: string, id: string): boolean => list(meterId).some(({ captureId }) => captureId === id),
    bytesOf: (meterId: string, id: string): Promise<Uint8Array | null> => {
      const held = coming.get(id)
      return held === undefined ? shelf.bytesOf(meterId, id) : Promise.resolve(held.bytes)
    },
    room: shelf.room,
  }
}
export type CaptureBook = ReturnType<typeof createCaptureBook>
