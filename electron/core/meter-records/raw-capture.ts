import { countCycle, usualCount } from '../../../shared/meter-records/count-cycles.ts'
import type { ReadStamp } from '../../../shared/meter-records/stamp.ts'
import type { WaveUnit } from '../../../shared/wave/wave-block.ts'

/** A capture as a meter gave it. */
export interface RawCapture {
  /** Tells it from every other capture of this meter. */
  readonly key: string
  /** Of its first sample, or of its trigger, by the meter's clock; null: it does not say. */
  readonly time: { readonly stamp: ReadStamp; readonly atSample: number } | null
  readonly rateHz: number
  /** How the rate is known, for a person. */
  readonly rateFrom: string
  readonly channels: readonly { readonly name: string; readonly unit: WaveUnit; readonly samples: Float32Array }[]
}

/** `isRefused`: the meter said that it has none, or not this. */
export type CaptureReading =
  | { readonly ok: true; readonly captures: readonly RawCapture[]; readonly notes: readonly string[] }
  | { readonly ok: false; readonly why: string }

/**
 * The rate of samples whose maker does not say it: the samples of one cycle, counted in the channel that is nearest to a sine, times the frequency
 * the meter measured. null: no cycle can be made out.
 */
export const countedRate = (
  channels: readonly { readonly name: string; readonly samples: ArrayLike<number> }[],
  frequencyHz: number,
): { readonly rateHz: number; readonly rateFrom: string } | null => {
  const counts = channels.flatMap(({ name, samples }) => {
    const count = countCycle(Array.from(samples))
    return count === null ? [] : [{ name, ...count }]
  })
  const best = counts.toSorted((one, other) => other.share - one.share)[0]
  if (best === undefined || !(frequencyHz > 10 && frequencyHz < 100)) return null
  const perCycle = usualCount(best.samplesPerCycle)
  return {
    rateHz: perCycle * frequencyHz,
    rateFrom: `${perCycle.toFixed(perCycle % 1 === 0 ? 0 : 2)} samples a cycle, counted in ${best.name}, at ${frequencyHz.toFixed(2)} Hz`,
  }
}
