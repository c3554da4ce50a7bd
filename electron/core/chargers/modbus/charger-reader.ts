import { chargerQuantityKeys, type ChargerQuantityKey, type ChargerReading } from '../../../../shared/model/image.ts'
import type { ChargerSamplesObservation } from '../../../../shared/model/observation.ts'
import { goodSample, missingSample, type Sample } from '../../../../shared/model/sample.ts'
import type { ChargerProfile } from '../../../../shared/profile/charger-profile.ts'
import { decodeStatus } from '../../../../shared/profile/charger-status.ts'
import { decodeRegister } from '../../../../shared/profile/codec.ts'
import { markersOf } from '../../../../shared/profile/markers.ts'
import { statusKey } from '../../../../shared/profile/read-plan.ts'
import type { SiteCharger } from '../../../../shared/site/site.ts'
import type { DeviceReader } from '../../acquisition/polled-device.ts'
import { own } from '../../../../shared/own.ts'

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

/** Its own code for one phase or three as the number; another code is none that anybody may act on. */
const phasesSample = ({ phaseSwitch }: ChargerProfile, code: number, atMs: number): Sample => {
  const says = phaseSwitch?.steered?.says
  if (code === says?.one) return goodSample(1, atMs)
  return code === says?.three ? goodSample(3, atMs) : missingSample('implausible', atMs)
}

/** Turns what one exchange with a charger brought into one observation. */
export const createChargerReader = (
  charger: SiteCharger,
  profile: ChargerProfile,
  onObservation: (observation: ChargerSamplesObservation) => void,
): DeviceReader => {
  const markers = markersOf(profile)
  let samples: Partial<Record<ChargerQuantityKey, Sample>> = {}
  let status: Status | null = null
  let periodMs: number | null = null

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
    return key === 'phases' ? phasesSample(profile, decoded.value, atMs) : goodSample(decoded.value, atMs)
  }

  return {
    accept(key, words, atMs, blockPeriodMs) {
      periodMs = blockPeriodMs
      if (key === statusKey) {
        const { value, code } = decodeStatus(profile.status, words, profile.wordOrder)
        // A code the profile does not list is shown as it is, and is no status anyone may act on.
        status = { value, code, quality: value === null ? 'implausible' : 'good', atMs }
      } else if (isChargerKey(key)) samples[key] = decode(key, words, atMs)
    },
    miss(key, quality, atMs) {
      if (key === statusKey) status = { value: null, code: null, quality, atMs }
      else if (isChargerKey(key) && profile.quantities[key] !== undefined) samples[key] = missingSample(quality, atMs)
    },
    done(_keys, atMs) {
      const observation: ChargerSamplesObservation = {
        kind: 'charger-samples',
        chargerId: charger.id,
        atMs,
        periodMs,
        samples,
        ...(status === null ? {} : { status }),
      }
      samples = {}
      status = null
      periodMs = null
      onObservation(observation)
    },
  }
}
