import type { IncidentKind } from '../../../shared/forensics/evidence.ts'
import type { SiteCircuit } from '../../../shared/site/site.ts'
import type { ChargerLook, History } from './history.ts'

/** Something that may need an explanation, as it was noticed. */
export interface Noticed {
  readonly kind: IncidentKind
  readonly atMs: number
  readonly circuitId: string | null
  /** Only these chargers are concerned; null: all below. */
  readonly chargerIds: readonly string[] | null
}

/** A car draws so much, A, and did not long ago, ms. Editable assumptions. */
export const drewA = 2
export const recentMs = 15_000

/** One charger in one frame. */
export interface Row {
  readonly atMs: number
  readonly look: ChargerLook
}

/** Since when the newest rows are all so; null: the newest is not. */
export const since = <R extends { readonly atMs: number }>(
  rows: readonly R[],
  is: (row: R) => boolean,
): number | null => {
  let from: number | null = null
  for (const row of [...rows].reverse()) {
    if (!is(row)) break
    from = row.atMs
  }
  return from
}

export const drew = (rows: readonly Row[], untilMs: number): boolean =>
  rows.some(({ atMs, look }) => atMs < untilMs && untilMs - atMs <= recentMs && (look.highest ?? 0) >= drewA)

export const rootOf = (history: History): SiteCircuit | null =>
  history.site.circuits.find(({ parent }) => parent === undefined) ?? null
