import type { MeterSamplesObservation } from '../../../shared/model/observation.ts'
import { goodSample, missingSample, type Sample } from '../../../shared/model/sample.ts'
import { decodeRegister } from '../../../shared/profile/codec.ts'
import { markersOf } from '../../../shared/profile/markers.ts'
import { periodOfMs } from '../../../shared/profile/describe.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import { orderWitness, readProbe, readWordOrder, type ProbeReading } from '../../../shared/profile/probe.ts'
import { isQuantityKey, quantities, type QuantityKey } from '../../../shared/quantities.ts'
import type { SiteMeter } from '../../../shared/site/site.ts'
import { mapMeter, type MappedQuantity } from './meter-mapping.ts'
import type { ExtremeNews } from '../../../shared/said/extreme-news.ts'
import { createExtremeWatch } from './extreme-watch.ts'
import type { DeviceReader } from './polled-device.ts'

export type MeterSamples = Partial<Record<QuantityKey, Sample>>

/**
 * Turns what one exchange with a meter brought into one observation, on the site's phases. A failed read takes the value away at
 * once: no silent last value.
 */
export const createMeterReader = (
  meter: SiteMeter,
  profile: MeterProfile,
  onObservation: (observation: MeterSamplesObservation) => void,
  onExtreme: (news: ExtremeNews) => void = () => undefined,
): DeviceReader => {
  const mapped = mapMeter(meter, profile)
  const markers = markersOf(profile)
  const extremes = createExtremeWatch(
    profile,
    mapped,
    (key) => periodOfMs(profile.quantities[key]?.every ?? 'slow', meter.periodMs, meter.periods?.[key]),
    onExtreme,
  )
  let samples: MeterSamples = {}
  let periodMs: number | null = null
  let probe: ProbeReading | null = null
  const witness = orderWitness(profile)
  /** The words stand in the other order, as the voltage said last: then what the probe of one word says speaks for nothing. */
  let turned: ProbeReading | null = null

  const decode = (profileKey: QuantityKey, words: readonly number[], atMs: number, target: MappedQuantity): Sample => {
    const register = profile.quantities[profileKey]
    if (register === undefined) return missingSample('absent', atMs)
    const decoded = decodeRegister(register, words, {
      wordOrder: profile.wordOrder,
      notAvailable: markers,
    })
    if (decoded === 'not-available') return missingSample('absent', atMs)
    if (decoded === 'not-a-number') return missingSample('implausible', atMs)
    const value = decoded.value * target.factor
    const { low, high } = quantities[target.key]
    return value >= low && value <= high ? goodSample(value, atMs) : missingSample('implausible', atMs)
  }

  return {
    accept(key, words, atMs, blockPeriodMs) {
      if (extremes.accept(key, words, atMs)) return
      if (key === witness) {
        turned = readWordOrder(profile, key, words)
        probe = turned ?? probe
      }
      if (key === profile.probe.quantity) probe = turned ?? readProbe(profile, words)
      const target = isQuantityKey(key) ? mapped.get(key) : undefined
      if (!isQuantityKey(key) || target === undefined) return
      samples[target.key] = decode(key, words, atMs, target)
      periodMs = blockPeriodMs
    },
    miss(key, quality, atMs) {
      const target = isQuantityKey(key) ? mapped.get(key) : undefined
      if (target !== undefined) samples[target.key] = missingSample(quality, atMs)
    },
    done(_keys, atMs) {
      const came = samples
      if (extremes.any) extremes.observe(came, atMs)
      const observation: MeterSamplesObservation = {
        kind: 'meter-samples',
        meterId: meter.id,
        atMs,
        periodMs,
        samples: came,
        ...(extremes.any ? { extremes: extremes.reading() } : {}),
        ...(probe === null ? {} : { probe }),
      }
      samples = {}
      periodMs = null
      probe = null
      onObservation(observation)
    },
  }
}
