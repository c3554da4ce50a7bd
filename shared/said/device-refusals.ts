/** Why devices are not searched, registers not read, profiles not made, and frames of a line not given. */
import type { Sentences } from './sentences.ts'

type Nothing = Readonly<Record<string, never>>

interface ScanRefusals {
  readonly 'scan-runs': Nothing
  /** `problem`: what of the addresses or lines asked for can't be searched. */
  readonly 'scan-impossible': { readonly problem: string }
  readonly 'no-scan-to-resume': Nothing
}

interface ExploreRefusals {
  readonly 'no-registers': { readonly lineId: string }
  readonly 'registers-beyond': { readonly first: number; readonly count: number }
  /** Any request keeps its watchdog content. `by`: the unit would be read, or another port of its address. */
  readonly 'left-alone': { readonly charger: string; readonly by: 'unit' | 'address' }
}

interface ProfileRefusals {
  readonly 'no-profile': { readonly profileId: string }
  readonly 'profile-unsound': { readonly problems: readonly string[] }
  /** `why`: what stands in the way of its files. */
  readonly 'profile-not-saved': { readonly why: string }
}

interface DoctorRefusals {
  readonly 'no-frames-kept': Nothing
}

export interface DeviceRefusals extends ScanRefusals, ExploreRefusals, ProfileRefusals, DoctorRefusals {}

const scanSentences: Sentences<ScanRefusals> = {
  'scan-runs': () => 'a scan is running: cancel it first, or wait for its end',
  'scan-impossible': ({ problem }) => problem,
  'no-scan-to-resume': () => 'there is no cancelled scan to go on with: start one',
}

const exploreSentences: Sentences<ExploreRefusals> = {
  'no-registers': ({ lineId }) => `line ${lineId} is an M-Bus: it has no registers. Choose a Modbus line`,
  'registers-beyond': ({ first, count }) => `registers ${first} to ${first + count - 1} go beyond 65535; read fewer`,
  'left-alone': ({ charger, by }) =>
    by === 'unit'
      ? `${charger} is left alone: its watchdog counts any request as a living controller, so reading it now would keep its last limit in force. Wait until it fell back, or arm load control`
      : `${charger} at this address is left alone: its watchdog counts any request as a living controller. Wait until it fell back, or arm load control`,
}

const profileSentences: Sentences<ProfileRefusals> = {
  'no-profile': ({ profileId }) => `no meter profile '${profileId}' is loaded`,
  'profile-unsound': ({ problems }) => problems.join('; '),
  'profile-not-saved': ({ why }) => why,
}

const doctorSentences: Sentences<DoctorRefusals> = {
  'no-frames-kept': () => 'no frame of this line is kept in that time; wait for traffic, or choose a longer time',
}

export const deviceSentences: Sentences<DeviceRefusals> = {
  ...scanSentences,
  ...exploreSentences,
  ...profileSentences,
  ...doctorSentences,
}
