/**
 * One cycle drawn from harmonic magnitudes and angles: x(t) = sqrt 2 x sum of Xh sin(h w t + ph). It is no captured waveform and says so wherever
 * it goes. Without angles nothing is drawn: a spectrum is not a shape.
 */

export interface HarmonicSet {
  /** RMS of order 1, 2, ..., in the channel's unit. */
  readonly magnitudes: readonly number[]
  /** Degrees, of a sine, from the meter's reference; of the same orders. */
  readonly anglesDeg: readonly number[]
}

export interface ReconstructedChannel extends HarmonicSet {
  readonly name: string
  readonly unit: 'V' | 'A'
}

/** At least ten samples for each turn of the highest order. */
export const samplesFor = (orders: number): number => Math.max(400, 10 * orders)

const turn = (2 * Math.PI) / 360

/** One cycle of `count` samples. */
export const reconstruct = (
  { magnitudes, anglesDeg }: HarmonicSet,
  count = samplesFor(magnitudes.length),
): Float32Array =>
  Float32Array.from({ length: count }, (_, index) => {
    const at = (2 * Math.PI * index) / count
    return (
      Math.SQRT2 *
      magnitudes.reduce((sum, rms, order) => sum + rms * Math.sin((order + 1) * at + (anglesDeg[order] ?? 0) * turn), 0)
    )
  })

/** RMS of all orders, and the share of those above the first: exact from the magnitudes, whatever the angles. */
export const rmsOfOrders = (magnitudes: readonly number[]): number =>
  Math.sqrt(magnitudes.reduce((sum, rms) => sum + rms * rms, 0))
export const thdOfOrders = ([first = 0, ...above]: readonly number[]): number | null =>
  first > 0 ? (100 * rmsOfOrders(above)) / first : null

/** Angle of the current of one order from the voltage of that order, degrees: positive is lagging. null: there is no power to tell it by. */
export const angleOfPower = (watts: number, vars: number): number | null =>
  watts === 0 && vars === 0 ? null : Math.atan2(vars, watts) / turn

/** What must stand beside every reconstructed curve, and in every file of one. */
export const reconstructedLabel = (orders: number, window: string, isConfirmed: boolean): string =>
  `Reconstructed from harmonic registers, orders 1…${orders}, averaged over ${window} — not a captured waveform. ` +
  'No transients, interharmonics, DC or cycle-to-cycle change.' +
  (isConfirmed
    ? ''
    : ' How this model counts its angles was not confirmed on a device: RMS and THD hold, the shape may be another.')
