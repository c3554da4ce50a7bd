/**
 * The lowest and highest of every 64 samples of a trace, so that an hour of samples is drawn without reading it again. NaN where a
 * bucket holds no sample. Unlike the ring's pyramid (shared/wave) it is made once, over a record that has an end.
 */
export const bucketSamples = 64

export interface Fold {
  readonly low: Float32Array
  readonly high: Float32Array
}

export const emptyFold = (count: number): Fold => {
  const buckets = Math.ceil(count / bucketSamples)
  return { low: new Float32Array(buckets).fill(NaN), high: new Float32Array(buckets).fill(NaN) }
}

/** Lowest and highest of `values` from `from` to before `to`, missing ones left out; NaN, NaN: none is there. */
export const extremes = (values: ArrayLike<number>, from: number, to: number): readonly [number, number] => {
  let [low, high] = [Infinity, -Infinity]
  for (let at = from; at < to; at += 1) {
    const value = values[at] ?? NaN
    if (value < low) low = value
    if (value > high) high = value
  }
  return low > high ? [NaN, NaN] : [low, high]
}

/** Puts whole buckets of one trace into its fold; `first` is the sample at which `values` begins, a multiple of a bucket. */
export const foldInto = (fold: Fold, first: number, values: ArrayLike<number>): void => {
  const begin = first / bucketSamples
  for (let at = 0; at < values.length; at += bucketSamples) {
    const [low, high] = extremes(values, at, Math.min(values.length, at + bucketSamples))
    fold.low[begin + at / bucketSamples] = low
    fold.high[begin + at / bucketSamples] = high
  }
}
