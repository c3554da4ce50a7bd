import { foldFactors } from './min-max-pyramid.ts'
import type { WaveClock } from './wave-block.ts'

/** Samples without a gap, by position in the ring's own count. `to` is behind the last one. */
export interface WaveStretch {
  readonly from: number
  readonly to: number
  readonly rateHz: number
  /** UTC, epoch ms, of the sample at `anchor`: the newest block's time stamp dates its neighbours. */
  readonly anchor: number
  readonly anchorMs: number
  /** Of the front end's run and count at `from`. */
  readonly stream: number
  readonly firstSample: number
  /** Of the newest block; clipped: any block of the stretch was. */
  readonly clock: WaveClock
  readonly isClipped: boolean
}

export const msAt = (stretch: WaveStretch, position: number): number =>
  stretch.anchorMs + ((position - stretch.anchor) / stretch.rateHz) * 1000

export interface AppendedBlock {
  readonly channels: readonly Float32Array[]
  readonly t0: number
  readonly rateHz: number
  readonly stream: number
  readonly firstSample: number
  readonly clock: WaveClock
  readonly isClipped: boolean
  /** It does not follow the block before. */
  readonly isBroken: boolean
}

/** Stretches told apart at most; more breaks than that in one ring push the oldest out, so a stream of gaps takes no memory. */
const mostStretches = 256

/** How many samples of each channel go into `bytes`: a multiple of the coarsest fold. */
export const capacityOf = (bytes: number, channels: number): number => {
  const coarsest = foldFactors.at(-1) ?? 1
  return Math.max(1, Math.floor(bytes / (4 * channels) / coarsest)) * coarsest
}

/** The newest samples of every channel in memory that is taken once. Positions count for ever and never repeat. */
export const createWaveRing = (channels: number, capacity: number) => {
  const columns = Array.from({ length: channels }, () => new Float32Array(capacity))
  let next = 0
  let stretches: readonly WaveStretch[] = []

  const oldest = (): number => Math.max(0, next - capacity, stretches[0]?.from ?? 0)
  const held = (): readonly WaveStretch[] =>
    stretches
      .filter(({ to }) => to > oldest())
      .map((stretch) => {
        const from = Math.max(stretch.from, oldest())
        return { ...stretch, from, firstSample: stretch.firstSample + from - stretch.from }
      })
  const write = (column: Float32Array, samples: Float32Array): void => {
    // Of a block longer than the ring only the end is kept.
    const skipped = Math.max(0, samples.length - capacity)
    const kept = samples.subarray(skipped)
    const at = (next + skipped) % capacity
    const first = Math.min(kept.length, capacity - at)
    column.set(kept.subarray(0, first), at)
    column.set(kept.subarray(first), 0)
  }
  return {
    capacity,
    /** Where the block's first sample is. */
    append: (block: AppendedBlock): number => {
      const count = block.channels[0]?.length ?? 0
      columns.forEach((column, index) => write(column, block.channels[index] ?? new Float32Array(count).fill(NaN)))
      const from = next
      next += count
      const last = stretches.at(-1)
      const { rateHz, stream, firstSample, isClipped } = block
      const dated = { to: next, anchor: from, anchorMs: block.t0, clock: block.clock }
      stretches =
        last === undefined || block.isBroken
          ? [...held().slice(1 - mostStretches), { from, ...dated, rateHz, stream, firstSample, isClipped }]
          : [...stretches.slice(0, -1), { ...last, ...dated, isClipped: last.isClipped || isClipped }]
      return from
    },
    oldest,
    next: () => next,
    /** What is still there, oldest first. */
    stretches: held,
    at: (channel: number, position: number): number => columns[channel]?.[position % capacity] ?? NaN,
    /** A copy of the samples from a position to before another; both must still be there. */
    read: (channel: number, from: number, to: number): Float32Array => {
      const out = new Float32Array(to - from)
      const column = columns[channel]
      if (column === undefined) return out.fill(NaN)
      const at = from % capacity
      const first = Math.min(out.length, capacity - at)
      out.set(column.subarray(at, at + first))
      out.set(column.subarray(0, out.length - first), first)
      return out
    },
  }
}
export type WaveRing = ReturnType<typeof createWaveRing>
