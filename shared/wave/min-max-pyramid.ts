/**
 * The lowest and highest of every 16, 256 and 4096 samples, so that a screenful of columns over a whole ring costs some thousand
 * looks. Only whole buckets inside a range are used; its ends are read from the samples, so no neighbour leaks into a column.
 */
export const foldFactors = [16, 256, 4096] as const

interface Level {
  readonly factor: number
  readonly low: Float32Array
  readonly high: Float32Array
}

/** One channel's pyramid over a ring of `capacity` samples, a multiple of the coarsest factor. */
export const createPyramid = (capacity: number) => {
  const levels: readonly Level[] = foldFactors.map((factor) => ({
    factor,
    low: new Float32Array(capacity / factor),
    high: new Float32Array(capacity / factor),
  }))
  const [finest] = levels
  /** Takes a value into the bucket of each level that holds its position; the first of a bucket begins it anew. */
  const put = (position: number, value: number): void => {
    if (finest === undefined) return
    const place = position % capacity
    const bucket = Math.floor(place / finest.factor)
    const isFirst = place % finest.factor === 0
    const [low, high] = isFirst ? [Infinity, -Infinity] : [finest.low[bucket] ?? 0, finest.high[bucket] ?? 0]
    finest.low[bucket] = value < low ? value : low
    finest.high[bucket] = value > high ? value : high
  }
  /** When a bucket is full it goes into the one above it. */
  const fold = (end: number): void => {
    for (let level = 1; level < levels.length; level += 1) {
      const [below, above] = [levels[level - 1], levels[level]]
      if (below === undefined || above === undefined || end % below.factor !== 0) return
      const place = (end - below.factor) % capacity
      const [from, to] = [Math.floor(place / below.factor), Math.floor(place / above.factor)]
      const isFirst = place % above.factor === 0
      above.low[to] = Math.min(isFirst ? Infinity : (above.low[to] ?? 0), below.low[from] ?? Infinity)
      above.high[to] = Math.max(isFirst ? -Infinity : (above.high[to] ?? 0), below.high[from] ?? -Infinity)
    }
  }
  return {
    push: (from: number, samples: Float32Array): void => {
      samples.forEach((value, index) => {
        put(from + index, value)
        fold(from + index + 1)
      })
    },
    /** Lowest and highest from a position to before another, all still in the ring; null where no sample of it is there. */
    range: (
      from: number,
      to: number,
      sampleAt: (position: number) => number,
    ): { readonly low: number; readonly high: number } | null => {
      let [low, high] = [Infinity, -Infinity]
      for (let at = from; at < to;) {
        const level = levels.findLast(({ factor }) => at % factor === 0 && at + factor <= to)
        const bucket = level === undefined ? 0 : Math.floor((at % capacity) / level.factor)
        const [least, most] =
          level === undefined ? [sampleAt(at), sampleAt(at)] : [level.low[bucket] ?? NaN, level.high[bucket] ?? NaN]
        if (least < low) low = least
        if (most > high) high = most
        at += level?.factor ?? 1
      }
      return low > high ? null : { low, high }
    },
  }
}
export type Pyramid = ReturnType<typeof createPyramid>
