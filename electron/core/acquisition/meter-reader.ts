import type { MeterReading } from '../../../shared/model/image.ts'
import { goodSample, missingSample, waitingSample, type Sample } from '../../../shared/model/sample.ts'
import { decodeRegister } from '../../../shared/profile/codec.ts'
import { markersOf } from '../../../shared/profile/markers.ts'
import { periodOfMs } from '../../../shared/profile/describe.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import { readProbe, type ProbeReading } from '../../../shared/profile/probe.ts'
import { isQuantityKey, quantities, type QuantityKey } from '../../../shared/quantities.ts'
import type { SiteMeter } from '../../../shared/site/site.ts'
import { mapMeter } from './meter-mapping.ts'
import { createExtremeWatch, type ExtremeNews } from './extreme-watch.ts'
import type { DeviceReader } from './polled-device.ts'
import { aged } from './sample-age.ts'

export type MeterSamples = Partial<Record<QuantityKey, Sample>>

interface Held {
  sample: Sample
  periodMs: number
}

/** Keeps one meter's latest samples on the site's phases. A failed read takes the value away at once: no silent last value. */
export const createMeterReader = (
  meter: SiteMeter,
  profile: MeterProfile,
  onSamples: (samples: MeterSamples, atMs: number, probe?: ProbeReading) => void,
  onExtreme: (news: ExtremeNews) => void = () => undefined,
): DeviceReader & { reading(nowMs: number): MeterReading } => {
  const mapped = mapMeter(meter, profile)
  const markers = markersOf(profile)
  const extremes = createExtremeWatch(
    profile,
    mapped,
    (key) => periodOfMs(profile.quantities[key]?.every ?? 'slow', meter.periodMs, meter.periods?.[key]),
    onExtreme,
  )
  const held = new Map<QuantityKey, Held>()
  let probe: ProbeReading | null = null
  for (const { key } of mapped.values()) held.set(key, { sample: waitingSample, periodMs: meter.periodMs })

  const put = (profileKey: string, sampleOf: (factor: number, key: QuantityKey) => Sample, periodMs?: number): void => {
    const target = isQuantityKey(profileKey) ? mapped.get(profileKey) : undefined
    const entry = target === undefined ? undefined : held.get(target.key)
    if (target === undefined || entry === undefined) return
    entry.sample = sampleOf(target.factor, target.key)
    if (periodMs !== undefined) entry.periodMs = periodMs
  }

  const decode =
    (profileKey: QuantityKey, words: readonly number[], atMs: number) =>
    (factor: number, key: QuantityKey): Sample => {
      const register = profile.quantities[profileKey]
      if (register === undefined) return missingSample('absent', atMs)
      const decoded = decodeRegister(register, words, {
        wordOrder: profile.wordOrder,
        notAvailable: markers,
      })
      if (decoded === 'not-available') return missingSample('absent', atMs)
      if (decoded === 'not-a-number') return missingSample('implausible', atMs)
      const value = decoded.value * factor
      const { low, high } = quantities[key]
      return value >= low && value <= high ? goodSample(value, atMs) : missingSample('implausible', atMs)
    }

  return {
    accept(key, words, atMs, periodMs) {
      if (extremes.accept(key, words, atMs)) return
      if (key === profile.probe.quantity) probe = readProbe(profile, words)
      if (isQuantityKey(key)) put(key, decode(key, words, atMs), periodMs)
    },
    miss(key, quality, atMs) {
      put(key, () => missingSample(quality, atMs))
    },
    done(keys, atMs) {
      const samples: MeterSamples = {}
      for (const profileKey of keys) {
        const target = isQuantityKey(profileKey) ? mapped.get(profileKey) : undefined
        const entry = target === undefined ? undefined : held.get(target.key)
        if (target !== undefined && entry !== undefined) samples[target.key] = entry.sample
      }
      if (extremes.any) extremes.observe(samples, atMs)
      onSamples(samples, atMs, probe ?? undefined)
      probe = null
    },
    reading: (nowMs) => ({
      samples: Object.fromEntries([...held].map(([key, { sample, periodMs }]) => [key, aged(sample, nowMs, periodMs)])),
      ...(extremes.any ? { extremes: extremes.reading() } : {}),
    }),
  }
}
