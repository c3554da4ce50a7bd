/** Signals with known answers. */
export interface Signal {
  readonly rateHz: number
  readonly hz: number
  readonly rms: number
  readonly startRad?: number
  /** Shares of the fundamental by order, with angle 0. */
  readonly harmonics?: Readonly<Record<number, number>>
  readonly direct?: number
  /** Share of the amplitude at a time, s. */
  readonly share?: (atS: number) => number
}

export const samplesOf = (signal: Signal, seconds: number): Float32Array => {
  const { rateHz, hz, rms, startRad = 0, harmonics = {}, direct = 0, share = () => 1 } = signal
  return Float32Array.from({ length: Math.round(rateHz * seconds) }, (_, index) => {
    const atS = index / rateHz
    const angle = 2 * Math.PI * hz * atS + startRad
    const shape = Object.entries(harmonics).reduce(
      (sum, [order, size]) => sum + size * Math.sin(Number(order) * angle),
      Math.sin(angle),
    )
    return direct + share(atS) * Math.SQRT2 * rms * shape
  })
}

/** In pieces of the given length. */
export const pieces = (samples: Float32Array, size: number): readonly Float32Array[] =>
  Array.from({ length: Math.ceil(samples.length / size) }, (_, index) =>
    samples.subarray(index * size, (index + 1) * size),
  )
