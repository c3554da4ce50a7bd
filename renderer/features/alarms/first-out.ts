import type { Finding } from '../../../shared/model/finding.ts'
import type { Site } from '../../../shared/site/site.ts'
import { circuitsOf } from './alarm-groups.ts'

/** One event of the installation: what came first, and what follows from it (first-out order, ISA-18.2). */
export interface CausalGroup {
  readonly first: Finding
  /** In the order in which they came. */
  readonly consequences: readonly Finding[]
}

interface Cause {
  readonly of: string
  /** Detectors whose findings at or below the same circuit follow from it, */
  readonly follows: readonly string[]
  /** raised from this long before it (detectors see the same event a poll apart), ms, */
  readonly beforeMs: number
  /** to this long after it, ms. */
  readonly afterMs: number
}

const supplyFollows = [
  'undervoltage',
  'overvoltage',
  'phase-loss',
  'charger-phase-loss',
  'charger-fault',
  'stale-meter',
  'current-imbalance',
]
/** Meters are polled up to some seconds apart, and a device is silent for its whole timeout before it is told. Editable assumptions. */
const causes: readonly Cause[] = [
  { of: 'breaker-open', follows: [...supplyFollows, 'charger-disobeys'], beforeMs: 5000, afterMs: 60_000 },
  { of: 'phase-loss', follows: supplyFollows, beforeMs: 3000, afterMs: 30_000 },
  { of: 'sampled-voltage', follows: [...supplyFollows, 'sampled-voltage'], beforeMs: 3000, afterMs: 30_000 },
  { of: 'undervoltage', follows: supplyFollows, beforeMs: 3000, afterMs: 30_000 },
  { of: 'overvoltage', follows: ['overvoltage', 'charger-fault'], beforeMs: 3000, afterMs: 30_000 },
  { of: 'overcurrent', follows: ['thermal-margin', 'power-spike', 'overcurrent'], beforeMs: 10_000, afterMs: 600_000 },
]

/** A finding of the site itself lies below every cause. */
const isAtOrBelow = (site: Site, cause: Finding, finding: Finding): boolean => {
  const path = circuitsOf(site, cause.subject)
  const [top] = path
  // What befalls the grid connection befalls everything, also a meter that measures no circuit.
  if (path.length === 1) return true
  return top !== undefined && (finding.subject.kind === 'site' || circuitsOf(site, finding.subject).includes(top))
}

const explains = (site: Site, cause: Finding, finding: Finding): boolean => {
  const rule = causes.find(({ of }) => of === cause.detector)
  if (rule === undefined || !rule.follows.includes(finding.detector)) return false
  const laterMs = finding.raisedAtMs - cause.raisedAtMs
  return laterMs >= -rule.beforeMs && laterMs <= rule.afterMs && isAtOrBelow(site, cause, finding)
}

/** Nearer to the grid first, then what came first: of two that could explain each other the upper one is the cause. */
const byRank = (site: Site) => (a: Finding, b: Finding) =>
  causes.findIndex(({ of }) => of === a.detector) - causes.findIndex(({ of }) => of === b.detector) ||
  circuitsOf(site, a.subject).length - circuitsOf(site, b.subject).length ||
  a.raisedAtMs - b.raisedAtMs

/** Findings that follow from one another, and those that stand for themselves. Each is in exactly one place. */
export const causalGroups = (
  site: Site,
  findings: readonly Finding[],
): { readonly groups: readonly CausalGroup[]; readonly alone: readonly Finding[] } => {
  const possible = findings.filter(({ detector }) => causes.some(({ of }) => of === detector)).sort(byRank(site))
  const taken = new Set<string>()
  const groups = possible.flatMap((first): readonly CausalGroup[] => {
    if (taken.has(first.id)) return []
    const consequences = findings
      .filter((finding) => finding !== first && !taken.has(finding.id) && explains(site, first, finding))
      .sort((a, b) => a.raisedAtMs - b.raisedAtMs)
    if (consequences.length === 0) return []
    for (const { id } of [first, ...consequences]) taken.add(id)
    return [{ first, consequences }]
  })
  return { groups, alone: findings.filter(({ id }) => !taken.has(id)) }
}
