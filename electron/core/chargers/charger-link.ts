import type { ChargerAbilities } from '../../../shared/charger/abilities.ts'
import type { SaidFallback } from '../../../shared/charger/own-fallback.ts'

export type ChargerOutcome<T> =
  | ({ readonly ok: true; readonly atMs: number } & T)
  | { readonly ok: false; readonly why: string; readonly atMs: number }

/** One charger under control, whatever it speaks. Never rejects: device trouble is an outcome. */
export interface ChargerLink {
  readonly chargerId: string
  /** What it can do; all that control knows of the charger beside what the site file declares. */
  readonly abilities: ChargerAbilities
  /** Sends a limit in amperes (0 pauses). Sent is not done: read it back. A write is never repeated blindly. */
  writeLimit(limitA: number): Promise<ChargerOutcome<unknown>>
  /** The limit the charger says is in force, A. */
  readBackLimit(): Promise<ChargerOutcome<{ readonly limitA: number }>>
  /** Writes its own fallback current and time-out (null: leave it); only where its abilities say that it may be. Sent is not done. */
  setOwnFallback?(wanted: {
    readonly limitA: number
    readonly timeoutS: number | null
  }): Promise<ChargerOutcome<unknown>>
  /** What it says of its own fallback; null what it does not say. */
  readOwnFallback?(): Promise<ChargerOutcome<SaidFallback>>
  /** Tells it to charge on one phase (that of its terminal T1) or three; only where its abilities say so, and only while it is paused. Sent is not done. */
  switchPhases?(phases: 1 | 3): Promise<ChargerOutcome<unknown>>
  /** Feeds a watchdog that is not fed by requests or by the limit itself; called only after a fresh and valid decision. */
  feedWatchdog(): Promise<ChargerOutcome<unknown>>
}
