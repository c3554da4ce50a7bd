import { createFrameCutter, isKnownKind, type CutPiece } from './cut-frames.ts'
import { followStream, type StreamPlace } from './follow-stream.ts'
import { frameKinds } from './frame-layout.ts'
import { readDescription, readSamples, readSamplesHead } from './read-body.ts'
import type { WaveBlock, WaveBreak, WaveDescription } from './wave-block.ts'

/** What came since the connection was made, in numbers. */
export interface WaveCounts {
  /** Frames of samples taken, and samples of each channel in them. */
  readonly frames: number
  readonly samples: number
  /** By the front end's own count: frames and samples of each channel that never came. */
  readonly lostFrames: number
  readonly lostSamples: number
  /** Frames whose header or body did not fit its check. */
  readonly crcErrors: number
  /** Bytes that belong to no sound frame. */
  readonly badBytes: number
  /** Frames with a right check that can't be used, and why the last of them could not. */
  readonly refused: number
  readonly refusedWhy: string | null
  readonly clockSteps: number
  /** How far the time stamps say the rate is from what was described, millionths. */
  readonly ratePpm: number | null
}

export type WaveNews =
  | { readonly kind: 'described'; readonly description: WaveDescription }
  | { readonly kind: 'block'; readonly block: WaveBlock }

export const noCounts: WaveCounts = {
  frames: 0,
  samples: 0,
  lostFrames: 0,
  lostSamples: 0,
  crcErrors: 0,
  badBytes: 0,
  refused: 0,
  refusedWhy: null,
  clockSteps: 0,
  ratePpm: null,
}

const counted = (counts: WaveCounts, samples: number, broken: WaveBreak | null, ppm: number | null): WaveCounts => ({
  ...counts,
  frames: counts.frames + 1,
  samples: counts.samples + samples,
  lostFrames: counts.lostFrames + (broken?.frames ?? 0),
  lostSamples: counts.lostSamples + (broken?.samples ?? 0),
  clockSteps: counts.clockSteps + (broken !== null && broken.stepMs !== 0 ? 1 : 0),
  ratePpm: ppm ?? counts.ratePpm,
})

const isSame = (one: WaveDescription | null, other: WaveDescription): boolean =>
  one !== null && JSON.stringify(one) === JSON.stringify(other)

const noneBad = { pieces: 0, bytes: 0 }

/** Turns the bytes of one connection into blocks. A frame that is damaged, unknown or out of place is counted, never guessed at. */
export const createWaveDecoder = (source: string) => {
  let cutter = createFrameCutter()
  let description: WaveDescription | null = null
  let place: StreamPlace | null = null
  let counts = noCounts
  let badInRow = noneBad

  const refuse = (why: string): null => {
    counts = { ...counts, refused: counts.refused + 1, refusedWhy: why }
    return null
  }
  const takeDescription = (body: Uint8Array): WaveNews | null => {
    const read = readDescription(body)
    if (!read.ok) return refuse(read.why)
    if (isSame(description, read.value)) return null
    // The same stream described otherwise: its samples no longer follow those before.
    place = null
    description = read.value
    return { kind: 'described', description }
  }
  const takeSamples = (body: Uint8Array): WaveNews | null => {
    const head = readSamplesHead(body)
    if (!head.ok) return refuse(head.why)
    if (description === null || description.stream !== head.value.stream)
      return refuse('samples of a stream that was not described')
    const { rateHz } = description
    const samples = readSamples(body, head.value.count, description)
    if (!samples.ok) return refuse(samples.why)
    const followed = followStream(place, head.value, rateHz)
    if (!followed.ok) return refuse(followed.why)
    place = followed.place
    counts = counted(counts, head.value.count, followed.break, followed.ratePpm)
    const { stream, t0, firstSample, clock, isClipped } = head.value
    const layout = description.channels.map(({ name, unit }) => ({ name, unit }))
    return {
      kind: 'block',
      block: {
        source,
        stream,
        t0,
        rateHz,
        firstSample,
        layout,
        device: description.device,
        channels: samples.value,
        clock,
        isClipped,
        break: followed.break,
      },
    }
  }
  const take = (piece: CutPiece): WaveNews | null => {
    if (piece.kind === 'bad') {
      badInRow = { pieces: badInRow.pieces + 1, bytes: badInRow.bytes + piece.bytes }
      counts = {
        ...counts,
        badBytes: counts.badBytes + piece.bytes,
        crcErrors: counts.crcErrors + (piece.why === 'garbage' ? 0 : 1),
      }
      return null
    }
    badInRow = noneBad
    // Kinds a later version may add are left alone.
    if (!isKnownKind(piece.type)) return null
    return piece.type === frameKinds.description ? takeDescription(piece.body) : takeSamples(piece.body)
  }
  return {
    push: (chunk: Uint8Array): readonly WaveNews[] => cutter.push(chunk).flatMap((piece) => take(piece) ?? []),
    /** A new connection: what was unfinished is not. The stream's count goes on, so that what was missed meanwhile is known. */
    reconnected: (): void => {
      cutter = createFrameCutter()
      badInRow = noneBad
    },
    counts: (): WaveCounts => counts,
    description: (): WaveDescription | null => description,
    /** Damaged pieces since the last sound frame: many of them are no wave stream. */
    badInRow: () => badInRow,
  }
}
export type WaveDecoder = ReturnType<typeof createWaveDecoder>
