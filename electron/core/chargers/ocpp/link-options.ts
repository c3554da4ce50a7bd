import type { ScheduleStep } from '../../../../shared/ocpp/composite-schedule.ts'
import type { OcppConnection } from '../../../../shared/site/ocpp-connection.ts'
import type { SiteCharger } from '../../../../shared/site/site.ts'
import type { ChargerOutcome } from '../charger-link.ts'
import type { Clock } from '../../ports.ts'
import type { Capabilities } from './capabilities.ts'
import type { Station } from './station.ts'

export interface OcppChargerLinkOptions {
  readonly charger: SiteCharger
  readonly connection: OcppConnection
  readonly station: Station
  /** Nothing else of the site is on this station. */
  readonly isAlone: boolean
  readonly nominalV: number
  readonly clock: Clock
  readonly utcMs: () => number
  /** Resolves when the charger was asked what it can do, or did not answer. */
  readonly ready: () => Promise<Capabilities>
  readonly capabilities: () => Capabilities
  /** On how many phases its car draws; null: not known now. */
  readonly phasesUsed: () => number | null
  /** The most its car draws on any phase, A; null: nothing it said lately tells. */
  readonly drawnA: () => number | null
  /** What it grants its car by its own meter values, A; null: it does not say, or not lately. */
  readonly offeredA: () => number | null
}

export type ReadLimit = ChargerOutcome<{ readonly limitA: number; readonly steps: readonly ScheduleStep[] | null }>

/** What a link answers, stamped with its clock. */
export const createAnswers = (nowMs: () => number) => ({
  refuse: (why: string) => ({ ok: false, why, atMs: nowMs() }) as const,
  done: () => ({ ok: true, atMs: nowMs() }) as const,
})
export type Answers = ReturnType<typeof createAnswers>
