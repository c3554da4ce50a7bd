import { phases } from '../../../shared/model/phase.ts'
import type { SiteEvent } from '../../../shared/model/event.ts'
import { findingSchema, type Finding } from '../../../shared/model/finding.ts'

/** One voltage excursion as the polled values show it; null where a number is not known (yet). */
export interface ExcursionRow {
  readonly finding: Finding
  readonly direction: 'over' | 'under'
  /** Worst polled RMS value and its phase, V. */
  readonly extreme: { readonly label: string; readonly valueV: number } | null
  readonly thresholdV: number | null
  readonly atLeastS: number | null
  readonly atMostS: number | null
}

const numberOf = (finding: Finding, label: string): number | null =>
  finding.numbers.find((used) => used.label === label)?.value ?? null

const toRow = (finding: Finding): ExcursionRow => {
  const direction = finding.detector === 'overvoltage' ? 'over' : 'under'
  const word = direction === 'over' ? 'highest' : 'lowest'
  const labels = phases.map((phase) => `${word} ${phase}`)
  const readings = finding.numbers.filter((used) => labels.includes(used.label))
  const worst = readings.reduce<Finding['numbers'][number] | null>(
    (found, used) =>
      found === null || (direction === 'over' ? used.value > found.value : used.value < found.value) ? used : found,
    null,
  )
  return {
    finding,
    direction,
    extreme: worst === null ? null : { label: worst.label, valueV: worst.value },
    thresholdV: numberOf(finding, 'threshold'),
    atLeastS: numberOf(finding, 'duration at least'),
    atMostS: numberOf(finding, 'duration at most'),
  }
}

/**
 * The voltage excursions among rows of the history and the findings still active, newest first, one line each: the last word
 * about a finding (its end) wins over the first.
 */
export const excursionsOf = (rows: readonly SiteEvent[], active: readonly Finding[]): readonly ExcursionRow[] => {
  const latest = new Map<string, Finding>()
  const keep = (finding: Finding) => {
    if (finding.detector !== 'overvoltage' && finding.detector !== 'undervoltage') return
    const known = latest.get(finding.id)
    if (known === undefined || known.state === 'active') latest.set(finding.id, finding)
  }
  for (const row of rows) {
    if (row.kind !== 'finding-raised' && row.kind !== 'finding-cleared') continue
    const parsed = findingSchema.safeParse(row.data)
    if (parsed.success) keep(parsed.data)
  }
  active.forEach(keep)
  return [...latest.values()].sort((one, other) => other.raisedAtMs - one.raisedAtMs).map(toRow)
}
