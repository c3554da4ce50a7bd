import type { Live } from '../../../shared/api/live-contract.ts'
import type { ChargerDescription } from '../../../shared/api/site-contract.ts'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import { own } from '../../../shared/own.ts'
import { isAbnormal } from './allocation-groups.ts'

/** What a charger does, in the order of the matrix: the first that is so. */
export const cellStates = ['abnormal', 'override', 'paused', 'charging', 'waits', 'free', 'unknown'] as const
export type CellState = (typeof cellStates)[number]

export const cellStateWords: Readonly<Record<CellState, string>> = {
  abnormal: 'Abnormal',
  override: 'Override',
  paused: 'Paused',
  charging: 'Charging',
  waits: 'Connected',
  free: 'Free',
  unknown: 'Not decided',
}
/** Of a cell, so that a state is never its colour alone. */
export const cellStateSigns: Readonly<Record<CellState, string>> = {
  abnormal: '!',
  override: 'O',
  paused: 'P',
  charging: '▸',
  waits: '·',
  free: '',
  unknown: '?',
}

export const cellState = (live: Live, chargerId: string): CellState => {
  const decided = own(live.control.decision?.chargers, chargerId)
  if (decided === undefined) return 'unknown'
  if (isAbnormal(live, chargerId)) return 'abnormal'
  if (decided.state === 'override' || decided.state === 'paused') return decided.state
  const status = own(live.image.chargers, chargerId)?.status.value
  if (status === 'charging') return 'charging'
  return status === 'connected' || status === 'ready' || status === 'suspended' ? 'waits' : 'free'
}

export interface MatrixCell {
  readonly chargers: number
  /** What they are given on this phase together, A. */
  readonly givenA: number
  /** What they draw there, A; null where none of them says it. */
  readonly drawnA: number | null
}
export type Matrix = Readonly<Record<Phase, Readonly<Partial<Record<CellState, MatrixCell>>>>>

/** Chargers by site phase and state: a charger on three phases stands in all three rows. */
export const phaseStateMatrix = (chargers: readonly ChargerDescription[], live: Live): Matrix => {
  const rows: Record<Phase, Partial<Record<CellState, MatrixCell>>> = { L1: {}, L2: {}, L3: {} }
  for (const charger of chargers) {
    const state = cellState(live, charger.id)
    const decided = own(live.control.decision?.chargers, charger.id)
    for (const phase of phases.filter((each) => (decided?.phases ?? charger.phases).includes(each))) {
      const before = rows[phase][state] ?? { chargers: 0, givenA: 0, drawnA: null }
      const drawn = own(live.image.chargers, charger.id)?.siteCurrentA[phase].value ?? null
      rows[phase][state] = {
        chargers: before.chargers + 1,
        givenA: before.givenA + (decided?.targetA ?? 0),
        drawnA: drawn === null ? before.drawnA : (before.drawnA ?? 0) + drawn,
      }
    }
  }
  return rows
}
