import { own } from '../../../../shared/own.ts'
import type { Decision, Write } from '../../../../shared/model/decision.ts'
import type { FindingChange } from '../../detectors/held-findings.ts'

/** What came of the turns: kept beside them, and compared when they are played again. */
export type Witness =
  | { readonly kind: 'finding'; readonly value: FindingChange }
  | { readonly kind: 'decision'; readonly value: Decision }
  | { readonly kind: 'write'; readonly value: Write }

/** Where two witnesses differ first, and what stands there. */
export interface Difference {
  /** E.g. `decision.chargers.cp1.targetA`. */
  readonly field: string
  readonly recorded: unknown
  readonly replayed: unknown
}

const isBranch = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** The first field in which two values differ, depth first; null where they are the same. */
export const firstDifference = (recorded: unknown, replayed: unknown, field: string): Difference | null => {
  if (Object.is(recorded, replayed)) return null
  if (!isBranch(recorded) || !isBranch(replayed) || Array.isArray(recorded) !== Array.isArray(replayed))
    return { field, recorded, replayed }
  const keys = new Set([...Object.keys(recorded), ...Object.keys(replayed)])
  for (const key of keys) {
    const difference = firstDifference(own(recorded, key), own(replayed, key), `${field}.${key}`)
    if (difference !== null) return difference
  }
  return null
}

/** As it reads back from a file: what JSON does not keep (undefined, -0) is no difference. */
export const asWritten = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
