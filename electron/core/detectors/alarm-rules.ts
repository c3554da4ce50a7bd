import { tellingOf, withRules, type ChangedRules } from '../../../shared/alarms/alarm-rules.ts'
import { own } from '../../../shared/own.ts'
import type { Site } from '../../../shared/site/site.ts'
import { forgetful, type Memory } from '../site/memory.ts'
import { createAlarmTiming } from './alarm-timing.ts'
import { unknown, type Outcome } from './detector.ts'
import { placeOf } from './held-findings.ts'

/** What persons changed about the telling of findings: thresholds, delays, severity, or not at all. */
export const createAlarmRules = (site: Site, memory: Memory = forgetful) => {
  const state = memory.keep('alarm-rules', { rules: {} as ChangedRules })
  const timing = createAlarmTiming(memory)
  // Not kept: it follows from the rules.
  let ruled: { readonly rules: ChangedRules; readonly site: Site } | null = null

  /** The site with the thresholds as they are set now. */
  const ruledSite = (): Site => {
    if (ruled?.rules !== state.rules) ruled = { rules: state.rules, site: withRules(site, state.rules) }
    return ruled.site
  }

  const apply = (detector: string, outcome: Outcome, isTold: boolean, atMs: number): readonly Outcome[] => {
    const { off, severity, ...delays } = tellingOf(state.rules, detector)
    if (off !== null) {
      const why = unknown(`switched off by ${off.who}: ${off.reason}`)
      const ended = {
        kind: 'clear',
        closing: { message: `No longer told: switched off by ${off.who}.`, numbers: [] },
      } as const
      return [...(isTold ? [{ ...outcome, verdict: ended }] : []), { ...outcome, verdict: why }]
    }
    const { verdict } = outcome
    const weighed =
      verdict.kind === 'active' && severity !== null ? { ...verdict, facts: { ...verdict.facts, severity } } : verdict
    const told = timing.step(placeOf(detector, outcome.subject, outcome.key), isTold, weighed, delays, atMs)
    return told === null ? [] : [{ ...outcome, verdict: told }]
  }

  return {
    site: ruledSite,
    apply: (detector: string, outcome: Outcome, isTold: boolean, atMs: number): readonly Outcome[] =>
      own(state.rules, detector) === undefined ? [outcome] : apply(detector, outcome, isTold, atMs),
    /** Answers the detectors whose rule is another than before. */
    set: (changed: ChangedRules): readonly string[] => {
      const before = state.rules
      state.rules = changed
      timing.forget()
      return [...new Set([...Object.keys(before), ...Object.keys(changed)])].filter(
        (detector) => JSON.stringify(own(before, detector)) !== JSON.stringify(own(changed, detector)),
      )
    },
  }
}
