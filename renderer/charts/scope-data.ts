import type { WavePicture } from '../../shared/api/waves-contract.ts'

/** A picture of samples as charts take it; times in ms against the trigger, NaN where there is a gap. */
export interface ScopePicture {
  readonly atMs: number
  readonly isTriggered: boolean
  readonly rateHz: number
  readonly firstMs: number
  readonly stepMs: number
  readonly samplesEach: number
  readonly columns: number
  /** What its values are: samples, or the RMS of one cycle around each of them. */
  readonly mode: 'samples' | 'rms'
  readonly channels: readonly ScopeChannel[]
}
export interface ScopeChannel {
  readonly name: string
  readonly unit: 'V' | 'A'
  readonly low: Float32Array
  readonly high: Float32Array
}

/** The picture of the contract with its bytes as numbers; bytes that are too few give gaps. */
export const readPicture = (picture: WavePicture, mode: ScopePicture['mode'] = 'samples'): ScopePicture => {
  const { columns, values } = picture
  const cells = new DataView(values.buffer, values.byteOffset, values.byteLength)
  const column = (from: number): Float32Array =>
    Float32Array.from({ length: columns }, (_, index) => {
      const at = (from + index) * 4
      return at + 4 <= cells.byteLength ? cells.getFloat32(at, true) : NaN
    })
  return {
    ...picture,
    mode,
    channels: picture.channels.map(({ name, unit }, channel) => ({
      name,
      unit,
      low: column(channel * 2 * columns),
      high: column((channel * 2 + 1) * columns),
    })),
  }
}

/** Time and value columns for a line: a sample is a point; several in a column are its lowest and highest, half a step apart. */
export const scopeLines = (
  picture: ScopePicture | null,
  names: readonly string[],
): readonly (readonly (number | null)[])[] => {
  if (picture === null) return [[], ...names.map(() => [])]
  const { firstMs, stepMs, columns, samplesEach } = picture
  const isFolded = samplesEach > 1
  const points = isFolded ? columns * 2 : columns
  const times = Array.from({ length: points }, (_, index) => firstMs + (index * stepMs) / (isFolded ? 2 : 1))
  return [
    times,
    ...names.map((name) => {
      const channel = picture.channels.find((each) => each.name === name)
      return Array.from({ length: points }, (_, index) => {
        const at = isFolded ? index >> 1 : index
        const value = (isFolded && index % 2 === 1 ? channel?.high : channel?.low)?.[at]
        return value === undefined || Number.isNaN(value) ? null : value
      })
    }),
  ]
}

const niceAbove = (value: number): number => {
  const power = 10 ** Math.floor(Math.log10(value))
  return ([1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((step) => step * power >= value) ?? 10) * power
}
/** Less than this is noise, and not drawn as drama (editable assumptions). */
const leastPeak = { V: 10, A: 2 } as const
/** A scale is kept while what is drawn fills at least this much of it: a dip must not look like the normal wave. */
const keepAbove = 0.3

/** The peak of the scale, the same up and down: grows at once, shrinks only when little of it is used. */
export const scopePeak = (before: number | null, peak: number, unit: 'V' | 'A'): number => {
  const wanted = niceAbove(Math.max(peak * 1.02, leastPeak[unit]))
  return before === null || wanted > before || peak < before * keepAbove ? wanted : before
}

/** The largest value of some channels, either way. */
export const largestOf = (picture: ScopePicture | null, names: readonly string[]): number =>
  (picture?.channels ?? [])
    .filter(({ name }) => names.includes(name))
    .reduce((most, { low, high }) => {
      let largest = most
      for (let index = 0; index < low.length; index += 1) {
        const [least, greatest] = [Math.abs(low[index] ?? 0), Math.abs(high[index] ?? 0)]
        if (least > largest) largest = least
        if (greatest > largest) largest = greatest
      }
      return largest
    }, 0)

/** The column nearest to a time; null outside of the picture. */
export const columnAt = (picture: ScopePicture | null, ms: number | null): number | null => {
  if (picture === null || ms === null) return null
  const at = Math.round((ms - picture.firstMs) / picture.stepMs)
  return at < 0 || at >= picture.columns ? null : at
}

/** What a channel was in a column: one sample, or the middle of several; null where there is none. */
export const scopeValue = (picture: ScopePicture | null, name: string, ms: number | null): number | null => {
  const at = columnAt(picture, ms)
  const channel = picture?.channels.find((each) => each.name === name)
  if (at === null || channel === undefined) return null
  const value = ((channel.low[at] ?? NaN) + (channel.high[at] ?? NaN)) / 2
  return Number.isNaN(value) ? null : value
}

/** The newest picture, and who wants to know of it: charts draw it themselves, twenty times a second, without the page around them. */
export interface ScopeBuffer {
  readonly picture: () => ScopePicture | null
  readonly set: (picture: ScopePicture | null) => void
  readonly onChange: (listener: () => void) => () => void
}
export const createScopeBuffer = (): ScopeBuffer => {
  const listeners = new Set<() => void>()
  let held: ScopePicture | null = null
  return {
    picture: () => held,
    set: (picture) => {
      held = picture
      for (const listener of listeners) listener()
    },
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
