import type { FoldedRms } from '../../shared/wave/wave-observation.ts'
import type { WaveChannel } from '../../shared/wave/wave-block.ts'

/** Half-cycle values of a tenth of a second become one observation: ten a second are enough to draw and to keep. */
export const foldMs = 100

interface Sums {
  low: number
  high: number
  squares: number
  known: number
  unknown: number
}
const none = (): Sums => ({ low: Infinity, high: -Infinity, squares: 0, known: 0, unknown: 0 })

const folded = ({ name, unit }: WaveChannel, { low, high, squares, known, unknown }: Sums): FoldedRms => ({
  name,
  unit,
  ...(known === 0 ? { low: null, high: null, rms: null } : { low, high, rms: Math.sqrt(squares / known) }),
  known,
  unknown,
})

export interface FoldedWindow {
  readonly fromMs: number
  readonly toMs: number
  readonly channels: readonly FoldedRms[]
}

/** Windows follow the clock. Values of a channel come in order; channels may be some milliseconds apart. */
export const createRmsFold = (channels: readonly WaveChannel[]) => {
  const windows = new Map<number, Sums[]>()
  return {
    add: (channel: number, atMs: number, rms: number | null): void => {
      const window = Math.floor(atMs / foldMs)
      const sums = windows.get(window) ?? channels.map(none)
      windows.set(window, sums)
      const sum = sums[channel]
      if (sum === undefined) return
      if (rms === null) sum.unknown += 1
      else {
        sum.low = Math.min(sum.low, rms)
        sum.high = Math.max(sum.high, rms)
        sum.squares += rms * rms
        sum.known += 1
      }
    },
    /** Windows that ended before a time, oldest first; whatever else there is stays. */
    take: (beforeMs: number): readonly FoldedWindow[] =>
      [...windows]
        .filter(([window]) => (window + 1) * foldMs <= beforeMs)
        .sort(([one], [other]) => one - other)
        .map(([window, sums]) => {
          windows.delete(window)
          return {
            fromMs: window * foldMs,
            toMs: (window + 1) * foldMs,
            channels: channels.map((channel, index) => folded(channel, sums[index] ?? none())),
          }
        }),
  }
}
