import { z } from 'zod'
import { severities, type Finding } from '../model/finding.ts'
import { own } from '../own.ts'
import type { Site } from '../site/site.ts'

/** A threshold of the site file's `alarms` that a rule may move while the site runs. */
export type AlarmThreshold = keyof Site['alarms']

export interface ThresholdDescription {
  readonly key: AlarmThreshold
  readonly label: string
  readonly unit: string
  readonly least: number
  readonly most: number
  /** Whether the default rests on a standard or is ours; and which, or why. */
  readonly basis: 'standard' | 'assumption'
  readonly source: string
}

export interface RuleDescription {
  readonly detector: string
  readonly name: string
  /** What the detector itself waits for and where its numbers come from. */
  readonly basis: 'standard' | 'assumption'
  readonly source: string
  readonly thresholds: readonly ThresholdDescription[]
  /** Why it may not be switched off, delayed or made less severe; null: it may. */
  readonly fixedWhy: string | null
}

const voltageHysteresis: ThresholdDescription = {
  key: 'hysteresis',
  label: 'Hysteresis, of the nominal voltage',
  unit: '1',
  least: 0,
  most: 0.1,
  basis: 'standard',
  source: 'IEC 61000-4-30 5.4.2.1: usually 2 % of the declared voltage',
}

const blindness = 'without it nobody is told that the controller lost sight of a part of the site'

/** Rules a person may change on the screen. A detector that is not listed has no rule of its own: it is told as it is found. */
export const ruleDescriptions: readonly RuleDescription[] = [
  {
    detector: 'undervoltage',
    name: 'Undervoltage (polled RMS)',
    basis: 'standard',
    source: 'threshold and hysteresis of IEC 61000-4-30, on polled values: an excursion, never a dip',
    thresholds: [
      {
        key: 'undervoltage',
        label: 'Threshold, of the nominal voltage',
        unit: '1',
        least: 0.5,
        most: 0.99,
        basis: 'standard',
        source: 'EN 50160 4.2.2: supply voltage within 10 % of nominal',
      },
      voltageHysteresis,
    ],
    fixedWhy: null,
  },
  {
    detector: 'overvoltage',
    name: 'Overvoltage (polled RMS)',
    basis: 'standard',
    source: 'threshold and hysteresis of IEC 61000-4-30, on polled values: an excursion, never a swell',
    thresholds: [
      {
        key: 'overvoltage',
        label: 'Threshold, of the nominal voltage',
        unit: '1',
        least: 1.01,
        most: 1.5,
        basis: 'standard',
        source: 'EN 50160 4.2.2: supply voltage within 10 % of nominal',
      },
      voltageHysteresis,
    ],
    fixedWhy: null,
  },
  {
    detector: 'sampled-voltage',
    name: 'Dip, swell or interruption (sampled)',
    basis: 'standard',
    source: 'IEC 61000-4-30 5.4 and 5.5 on one-cycle RMS of samples: 90, 110 and 5 % of nominal, hysteresis 2 %',
    thresholds: [],
    fixedWhy: null,
  },
  {
    detector: 'neutral-current',
    name: 'Neutral overloaded',
    basis: 'assumption',
    source: 'above the limit of the circuit for 10 s, ends at 90 % of it; where the meter measures the neutral',
    thresholds: [],
    fixedWhy: null,
  },
  {
    detector: 'current-imbalance',
    name: 'Unbalanced currents',
    basis: 'assumption',
    source: 'must last 5 s, ends at 90 % of the threshold: cars start one after the other',
    thresholds: [
      {
        key: 'imbalance',
        label: 'Largest difference between phase currents',
        unit: 'A',
        least: 1,
        most: 1000,
        basis: 'assumption',
        source: '20 A, about the 4.6 kVA that several national connection rules allow between phases',
      },
    ],
    fixedWhy: null,
  },
  {
    detector: 'power-spike',
    name: 'Power above the site limit',
    basis: 'assumption',
    source: 'ends at 95 % of the limit',
    thresholds: [
      {
        key: 'powerSpike',
        label: 'Limit, of the agreed power',
        unit: '1',
        least: 0.1,
        most: 2,
        basis: 'assumption',
        source: 'the contract itself: 1',
      },
    ],
    fixedWhy: null,
  },
  {
    detector: 'thermal-margin',
    name: 'Breaker near its thermal trip',
    basis: 'assumption',
    source: 'from 90 % of the early curve, ends below 80 %',
    thresholds: [],
    fixedWhy: null,
  },
  {
    detector: 'phase-loss',
    name: 'Lost phase',
    basis: 'assumption',
    source: 'one phase nearly without voltage while another has it',
    thresholds: [],
    fixedWhy: null,
  },
  {
    detector: 'charger-phase-loss',
    name: 'Charger that lost a phase',
    basis: 'assumption',
    source: 'its own voltages and currents',
    thresholds: [],
    fixedWhy: null,
  },
  {
    detector: 'charger-fault',
    name: 'Charger that reports a fault',
    basis: 'assumption',
    source: 'its own status register',
    thresholds: [],
    fixedWhy: null,
  },
  {
    detector: 'overcurrent',
    name: 'Overcurrent',
    basis: 'assumption',
    source: 'at once above the breaker, after 5 s above the limit, ends at 95 %',
    thresholds: [],
    fixedWhy: 'an overload that nobody is told of ends in a trip',
  },
  {
    detector: 'stale-meter',
    name: 'Meter without readings',
    basis: 'assumption',
    source: 'the site file’s meterTimeout',
    thresholds: [],
    fixedWhy: blindness,
  },
  {
    detector: 'not-believed',
    name: 'Meter that is not believed',
    basis: 'assumption',
    source: 'the judges of belief, each with its source',
    thresholds: [],
    fixedWhy: blindness,
  },
]

/** Longest time a rule may hold an alarm back or keep one that is over, s. Editable assumption. */
export const longestDelayS = 3600

export const changedRuleSchema = z.strictObject({
  /** false: not told at all; it stands under "not assessed" with who switched it off. */
  isOn: z.boolean().optional(),
  /** Instead of the severity with which it is found. */
  severity: z.enum(severities).optional(),
  /** Must be so for this long before it is told, s. */
  raiseDelayS: z.number().min(0).max(longestDelayS).optional(),
  /** Must be over for this long before it is said to be over, s. */
  clearDelayS: z.number().min(0).max(longestDelayS).optional(),
  thresholds: z.record(z.string(), z.number()).optional(),
  /** Who changed it last, when and why. */
  by: z.strictObject({ who: z.string(), atMs: z.number(), reason: z.string() }),
})
export type ChangedRule = Readonly<z.infer<typeof changedRuleSchema>>

/** By detector: only what differs from the site file and the defaults. */
export const changedRulesSchema = z.record(z.string(), changedRuleSchema)
export type ChangedRules = Readonly<z.infer<typeof changedRulesSchema>>

export const ruleOf = (detector: string): RuleDescription | null =>
  ruleDescriptions.find((rule) => rule.detector === detector) ?? null

/** Why this change can't be, for a person; null: it can. */
export const ruleProblem = (detector: string, change: Omit<ChangedRule, 'by'>): string | null => {
  const rule = ruleOf(detector)
  if (rule === null) return `there is no rule for "${detector}"; it is told as it is found`
  const weakens =
    change.isOn === false ||
    (change.raiseDelayS ?? 0) > 0 ||
    (change.severity !== undefined && change.severity !== 'critical')
  if (rule.fixedWhy !== null && weakens)
    return `“${rule.name}” can’t be switched off, delayed or made less severe: ${rule.fixedWhy}`
  for (const [key, value] of Object.entries(change.thresholds ?? {})) {
    const threshold = rule.thresholds.find((each) => each.key === key)
    if (threshold === undefined) return `“${rule.name}” has no threshold "${key}"`
    if (!(value >= threshold.least && value <= threshold.most))
      return `${threshold.label} of “${rule.name}”: ${value} is outside of ${threshold.least} to ${threshold.most}`
  }
  return null
}

/** The site with the thresholds persons have set; where two rules share one (the hysteresis), the one changed last holds. */
export const withRules = (site: Site, rules: ChangedRules): Site => {
  const byTime = Object.values(rules).sort((a, b) => a.by.atMs - b.by.atMs)
  if (byTime.every(({ thresholds }) => thresholds === undefined)) return site
  return {
    ...site,
    alarms: Object.assign({}, site.alarms, ...byTime.map(({ thresholds }) => thresholds ?? {})) as Site['alarms'],
  }
}

/** How a finding of this detector is told. */
export const tellingOf = (
  rules: ChangedRules,
  detector: string,
): {
  readonly off: ChangedRule['by'] | null
  readonly raiseDelayMs: number
  readonly clearDelayMs: number
  readonly severity: Finding['severity'] | null
} => {
  const rule = own(rules, detector)
  return {
    off: rule?.isOn === false ? rule.by : null,
    raiseDelayMs: (rule?.raiseDelayS ?? 0) * 1000,
    clearDelayMs: (rule?.clearDelayS ?? 0) * 1000,
    severity: rule?.severity ?? null,
  }
}
