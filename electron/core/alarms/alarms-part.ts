import {
  changedRulesSchema,
  ruleOf,
  ruleProblem,
  type ChangedRule,
  type ChangedRules,
} from '../../../shared/alarms/alarm-rules.ts'
import type { alarmsContract, AlarmRules } from '../../../shared/api/alarms-contract.ts'
import type { AuditRow } from '../../../shared/model/event.ts'
import type { Finding } from '../../../shared/model/finding.ts'
import { own } from '../../../shared/own.ts'
import type { Site } from '../../../shared/site/site.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import type { Journal } from '../journal.ts'
import type { Part } from '../part.ts'
import type { Clock } from '../ports.ts'
import type { SiteRunner } from '../site/site-runner.ts'
import type { RuleShelf } from './rule-shelf.ts'

export interface AlarmsPorts {
  readonly site: Site
  readonly clock: Pick<Clock, 'nowMs'>
  readonly shelf: RuleShelf
  readonly journal: Pick<Journal, 'write'>
  readonly audit: (row: Omit<AuditRow, 'seq' | 'hash'>) => Promise<unknown>
  readonly runner: Pick<SiteRunner, 'intend'>
}

/** Rules of an earlier run; one that no longer holds is left out and told. */
export const recalledRules = (
  shelf: Pick<RuleShelf, 'recall'>,
): { readonly rules: ChangedRules; readonly problem: string | null } => {
  try {
    const kept = shelf.recall()
    if (kept === undefined) return { rules: {}, problem: null }
    const read = changedRulesSchema.safeParse(kept)
    if (!read.success)
      return { rules: {}, problem: `the kept alarm rules can't be read: ${read.error.issues[0]?.message}` }
    const bad = Object.keys(read.data).filter((id) => ruleProblem(id, own(read.data, id) ?? {}) !== null)
    const rules = Object.fromEntries(Object.entries(read.data).filter(([id]) => !bad.includes(id)))
    return {
      rules,
      problem: bad.length === 0 ? null : `kept rules that no longer hold are left out: ${bad.join(', ')}`,
    }
  } catch (error) {
    return {
      rules: {},
      problem: `the kept alarm rules can't be read: ${error instanceof Error ? error.message : String(error)}`,
    }
  }
}

/** How alarms are told: the rules, and what is put aside for a while. */
export const createAlarmsPart = (
  ports: AlarmsPorts,
): Part<typeof alarmsContract> & { readonly rules: () => ChangedRules } => {
  const { site, clock, shelf, journal, runner } = ports
  const state = recalledRules(shelf)
  let { rules } = state
  const answer = (): AlarmRules => ({ changed: { ...rules }, declared: { ...site.alarms }, problem: state.problem })

  /** Audited before it holds: a rule that nobody can trace must not be in force. */
  const change = async (detector: string, rule: Omit<ChangedRule, 'by'> | null, who: string, reason: string) => {
    const { [detector]: before = null, ...others } = rules
    const after = rule === null ? null : { ...rule, by: { who, atMs: clock.nowMs(), reason } }
    const next = after === null ? others : { ...others, [detector]: after }
    const detail = { detector, before, after, reason }
    await ports.audit({ atMs: clock.nowMs(), who, action: 'alarm-rule', subject: detector, detail })
    await shelf.keep(next)
    rules = next
    await runner.intend('alarms.setRules', { rules })
    const name = ruleOf(detector)?.name ?? detector
    const subject = { kind: 'site', id: site.id } as const
    journal.write('alarm-rule', 'info', subject, { ...detail, name, by: who })
    return answer()
  }
  /** One after the other: two changes at once must not lose one. */
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const next = last.then(act)
    // Whoever asked hears of a failure; the next in turn does not mind.
    last = next.catch(() => undefined)
    return next
  }

  const shelve = async (input: { findingId: string; who: string; reason: string }, forS: number): Promise<Finding> => {
    const { findingId, who, reason } = input
    const finding = await runner.intend('alarms.shelve', { findingId, forS, who, reason })
    if (finding === null) throw refusal('alarm-gone', {})
    const action = forS === 0 ? 'alarm-unshelved' : 'alarm-shelved'
    await ports.audit({
      atMs: clock.nowMs(),
      who,
      action,
      subject: findingId,
      detail: { title: finding.title, forS, reason },
    })
    journal.write('alarm-shelved', 'info', finding.subject, { ...finding, by: who, forS, reason })
    return finding
  }

  return {
    name: 'the rules of the alarms',
    rules: () => rules,
    health: () => state.problem,
    start: () => {
      if (Object.keys(rules).length > 0) void runner.intend('alarms.setRules', { rules })
    },
    handlers: {
      'alarms.rules': () => Promise.resolve(answer()),
      'alarms.setRule': async ({ detector, change: wanted, who, reason }) => {
        if (wanted !== null) {
          const problem = ruleProblem(detector, wanted)
          if (problem !== null) throw refusal('alarm-rule-unsound', { problem })
        }
        return inTurn(() => change(detector, wanted, who, reason))
      },
      'alarms.shelve': (input) => shelve(input, input.forS),
      'alarms.unshelve': (input) => shelve(input, 0),
    },
  }
}
