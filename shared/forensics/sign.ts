import type { UsedNumber } from '../model/finding.ts'
import type { IncidentEvidence } from './evidence.ts'

/**
 * One question put to the evidence, e.g. "was the supply still there?". `state` is one of the sign's own words, which the likelihood
 * table knows; `unknown` where the data can't carry an answer, and then `says` tells what is missing.
 */
export interface Sign {
  readonly id: string
  readonly state: string
  /** With the numbers and where they come from. */
  readonly says: string
  readonly numbers: readonly UsedNumber[]
}

export type ReadSign = (evidence: IncidentEvidence) => Sign

export const unknown = 'unknown'

export const used = (label: string, value: number | null, unit: string): readonly UsedNumber[] =>
  value === null || !Number.isFinite(value) ? [] : [{ label, value, unit }]

export const amperes = (value: number): string => `${value.toFixed(1)} A`
export const seconds = (value: number): string =>
  value < 90 ? `${value.toFixed(value < 10 ? 1 : 0)} s` : `${Math.round(value / 60)} min`
export const percent = (value: number): string => `${value.toFixed(0)} %`
export const list = (names: readonly string[]): string =>
  names.length > 4 ? `${names.slice(0, 4).join(', ')} and ${String(names.length - 4)} more` : names.join(', ')

/** The greatest of what is known; null where nothing is. */
export const greatest = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value): value is number => value !== null && Number.isFinite(value))
  return known.length === 0 ? null : Math.max(...known)
}
