import type { Charger } from '../physics/charger.ts'
import type { createProfileStore, Running } from './charging-profiles.ts'
import type { OcppClient } from './ocpp-client.ts'
import type { Oddness } from './oddness.ts'

export type Payload = Record<string, unknown>

export interface OcppChargerSettings {
  readonly id: string
  readonly identity: string
  readonly version: '1.6' | '2.0.1'
  readonly url: string
  readonly nominalV: number
}

/** One charger of the simulated site as it stands towards its server. */
export interface Station {
  readonly settings: OcppChargerSettings
  readonly charger: Charger
  readonly client: OcppClient
  readonly isNew: boolean
  readonly profiles: ReturnType<typeof createProfileStore>
  readonly has: (oddness: Oddness) => boolean
  running: Running | null
  lastStatus: string
  /** Limit the charger was given last, A. */
  applied: number | null
  /** Events told so far, by which they are numbered. */
  events: number
}

export const nowMs = (): number => Date.now()
/** Its own clock, by which it obeys schedules. */
export const ownClockMs = ({ has }: Pick<Station, 'has'>): number =>
  nowMs() + (has('clock-ahead') ? 7_200_000 : has('clock-behind') ? -7_200_000 : 0)

/** Volts on which one ampere a phase becomes watts. */
export const wattsPerAmpere = ({ nominalV }: OcppChargerSettings, charger: Charger): number =>
  nominalV * (charger.car()?.settings.phases ?? charger.settings.terminals.length)

/** Without a limit it offers its maximum: a charger that nobody limits charges as it can. */
export const applyLimit = (station: Station): void => {
  const { profiles, running, charger } = station
  const limitA = profiles.limitAt(running, ownClockMs(station)) ?? charger.settings.maximum
  const phases = profiles.phasesAt(running, ownClockMs(station))
  if (phases !== null) charger.writePhases(phases === 1 ? 1 : charger.settings.terminals.length)
  if (limitA === station.applied) return
  station.applied = limitA
  charger.writeSetpoint(limitA)
}
