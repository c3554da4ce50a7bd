import { chargerQuantityKeys, type ChargerQuantityKey, type ChargerReading } from '../../../shared/model/image.ts'
import { perPhase } from '../../../shared/model/phase.ts'
import { goodSample, missingSample, waitingSample, type Sample } from '../../../shared/model/sample.ts'
import type { ChargerProfile } from '../../../shared/profile/charger-profile.ts'
import { decodeStatus } from '../../../shared/profile/charger-status.ts'
import { decodeRegister } from '../../../shared/profile/codec.ts'
import { markersOf } from '../../../shared/profile/markers.ts'
import { statusKey } from '../../../shared/profile/read-plan.ts'
import type { SiteCharger } from '../../../shared/site/site.ts'
import type { DeviceReader } from './polled-device.ts'
import { aged } from './sample-age.ts'
import { own } from '../../../shared/own.ts'

type Status = ChargerReading['status']

/** What an AC or DC charger can plausibly say, by the first letter of the key; beyond it is a wrong word order (assumption). */
const highest: Readonly<Record<string, number>> = {
  i: 1000,
  u: 1200,
  p: 1e6,
  e: 1e9,
  l: 1000,
  f: 1000,
  w: 1e7,
  m: 1000,
}

/** A counter never goes below zero: a negative total is a code, or a wrong type. */
const isBelow = (key: ChargerQuantityKey, value: number): boolean => key.startsWith('e_') && value < 0

const isChargerKey = (key: string): key is ChargerQuantityKey =>
  (chargerQuantityKeys as readonly string[]).includes(key)

/** Keeps one charger's latest values; terminals T1..T3 stand on the site's phases in the order of `charger.phases`. */
export const createChargerReader = (
  charger: SiteCharger,
  profile: ChargerProfile,
  fastPeriodMs: number,
): DeviceReader & { reading(nowMs: number): ChargerReading } => {
  const markers = markersOf(profile)
  const held = new Map<ChargerQuantityKey, { sample: Sample; periodMs: number }>()
  for (const key of chargerQuantityKeys)
    if (profile.quantities[key] !== undefined) held.set(key, { sample: waitingSample, periodMs: fastPeriodMs })
  let status: Status = { value: null, code: null, quality: 'waiting', atMs: null }
  let statusPeriodMs = fastPeriodMs

  const decode = (key: ChargerQuantityKey, words: readonly number[], atMs: number): Sample => {
    const register = profile.quantities[key]
    if (register === undefined) return missingSample('absent', atMs)
    const decoded = decodeRegister(register, words, {
      wordOrder: profile.wordOrder,
      notAvailable: markers,
    })
    if (decoded === 'not-available') return missingSample('absent', atMs)
    if (
      decoded === 'not-a-number' ||
      Math.abs(decoded.value) > (own(highest, key[0] ?? '') ?? 0) ||
      isBelow(key, decoded.value)
    )
      return missingSample('implausible', atMs)
    return goodSample(decoded.value, atMs)
  }

  const statusAt = (nowMs: number): Status => {
    const { quality } = aged({ value: null, quality: status.quality, atMs: status.atMs }, nowMs, statusPeriodMs)
    return quality === status.quality ? status : { ...status, value: null, quality }
  }

  return {
    accept(key, words, atMs, periodMs) {
      if (key === statusKey) {
        const { value, code } = decodeStatus(profile.status, words, profile.wordOrder)
        // A code the profile does not list is shown as it is, and is no status anyone may act on.
        status = { value, code, quality: value === null ? 'implausible' : 'good', atMs }
        statusPeriodMs = periodMs
      } else if (isChargerKey(key)) held.set(key, { sample: decode(key, words, atMs), periodMs })
    },
    miss(key, quality, atMs) {
      if (key === statusKey) status = { value: null, code: null, quality, atMs }
      else if (isChargerKey(key)) {
        const entry = held.get(key)
        if (entry !== undefined) entry.sample = missingSample(quality, atMs)
      }
    },
    done: () => undefined,
    reading(nowMs) {
      const samples: Partial<Record<ChargerQuantityKey, Sample>> = {}
      for (const [key, { sample, periodMs }] of held) samples[key] = aged(sample, nowMs, periodMs)
      const terminals = [samples.i_t1, samples.i_t2, samples.i_t3]
      return {
        status: statusAt(nowMs),
        samples,
        // A phase the charger is not wired to has no current of it to measure: absent, not 0.
        siteCurrentA: perPhase((phase) => {
          const terminal = charger.phases.indexOf(phase)
          return (terminal < 0 ? undefined : terminals[terminal]) ?? missingSample('absent', null)
        }),
      }
    },
  }
}
