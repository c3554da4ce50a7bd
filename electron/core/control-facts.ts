import type { DimmingFileFacts } from './control/outer/dimming.ts'
import { noEvidence, type EvidenceState } from './derive/phase-evidence.ts'

/** What control knows of one charger beside its readings, for the detectors. */
export interface ChargerFacts {
  /** Why it is not under control although it is told its limit, with the numbers; null while it does as it is told. */
  readonly disobeys: string | null
  /** It is not read either: that it is said to disobey rests on writes that came to nothing. */
  readonly isUnread: boolean
  /** Its watchdog is not fed so that it falls to its own fallback, or nothing would make it fall. */
  readonly isDangerous: boolean
  /** It applies less than it was told, by a limit of its own, A; null: it does not. */
  readonly ownLimit: { readonly heldA: number; readonly wantedA: number } | null
}

export interface ControlFacts {
  /** What the steps of the chargers showed at the meters above them. */
  readonly steps: EvidenceState
  readonly isArmed: boolean
  /** The grid operator's file; null: the site has none. */
  readonly dimmingFile: DimmingFileFacts | null
  readonly chargers: ReadonlyMap<string, ChargerFacts>
}

/** Before the first decision. */
export const nothingDecided = (): ControlFacts => ({
  isArmed: false,
  dimmingFile: null,
  chargers: new Map(),
  steps: noEvidence,
})
