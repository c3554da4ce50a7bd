import { type Write } from '../../../shared/model/decision.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { ChargerLink } from '../chargers/charger-link.ts'
import type { Clock, Log, NewId } from '../ports.ts'
import type { ControlRecord } from './control-record.ts'
import { controlledChargers } from './controlled-charger.ts'
import { createDecider } from './decide.ts'
import { createPhaseSwitching } from './phase-switch/phase-switching.ts'
import { createFeeding } from './feeding.ts'
import { createOverrides } from './overrides.ts'
import { createOwnLimits } from './own-limits.ts'
import { createTelling } from './telling.ts'
import { createTrials } from './trials.ts'
import { createWriters } from './writer/writers.ts'
import { forgetful, type Memory } from '../site/memory.ts'

export interface ControllerParts {
  readonly site: Site
  /** By the calendar, for stamps that people read. */
  readonly clock: Clock
  /** By which images are stamped, and their time by the calendar (site-time.ts); the calendar itself where left out. */
  readonly imageTime?: { readonly clock: Clock; readonly utcOf: (atMs: number) => number }
  readonly log: Log
  readonly newId: NewId
  /** By charger id, one for every charger of the site; what they can do is the links' word. */
  readonly links: ReadonlyMap<string, ChargerLink>
  /** Control may not be armed here, and why. */
  readonly readOnly: { readonly why: string } | null
  readonly record: ControlRecord
  readonly memory?: Memory
}

/** Rows of the audit. One that can't be stored is reported, not fatal: only arming waits for it. */
const createAudit = ({ record, log }: Pick<ControllerParts, 'record' | 'log'>) => {
  const audit = async (
    who: string,
    action: string,
    subject: string,
    detail: Record<string, unknown>,
  ): Promise<void> => {
    await record.audit({ who, action, subject, detail })
  }
  const auditLater = (who: string, action: string, subject: string, detail: Record<string, unknown>): void => {
    audit(who, action, subject, detail).catch((error: unknown) => {
      log.error('an audit row could not be stored', { action, subject, error: String(error) })
    })
  }
  return { audit, auditLater }
}

/** The parts of control, each of which knows one thing, wired to each other. What they come to in a cycle is control-cycle.ts. */
export const createWorks = (parts: ControllerParts) => {
  const { site, clock, newId, record } = parts
  const chargers = controlledChargers(site, new Map([...parts.links].map(([id, { abilities }]) => [id, abilities])))
  const byId = new Map(chargers.map((charger) => [charger.id, charger]))
  const imageTime = parts.imageTime ?? { clock, utcOf: (atMs: number) => atMs }
  const inUtc = (write: Write): Write => ({
    ...write,
    atMs: imageTime.utcOf(write.atMs),
    settledAtMs: write.settledAtMs === null ? null : imageTime.utcOf(write.settledAtMs),
  })
  const memory = (parts.memory ?? forgetful).within('control')
  for (const charger of chargers) memory.know(`charger ${charger.id}`, charger)
  const { audit, auditLater } = createAudit(parts)
  const telling = createTelling(site, chargers, record, memory)
  const trials = createTrials({
    ...{ site, chargers, clock, memory },
    over: (id, why) => {
      writers.renew(id)
      telling.charger(id, 'watchdog-tried', 'info', { why })
    },
  })
  const phaseSwitching = createPhaseSwitching({
    ...{ site, chargers, memory },
    clock: imageTime.clock,
    tell: (charger, { kind, ...facts }) => {
      auditLater('tripscope', `phases-${kind}`, charger.id, { ...facts })
      if ('why' in facts) telling.charger(charger.id, 'phase-switch-failed', 'warning', facts)
      else telling.charger(charger.id, 'phases-switched', 'info', facts)
    },
  })
  const decider = createDecider(site, chargers, imageTime.clock, memory, clock, trials.limits, phaseSwitching)
  const overrides = createOverrides(
    ...([site, clock, newId, byId] as const),
    (override, who, what) => {
      const action = what === 'yields' ? 'override-yields' : (`override-${override.state}` as const)
      auditLater(who, action, override.scope.kind === 'group' ? override.scope.name : override.scope.id, {
        ...override,
      })
      telling.override(override, action)
    },
    memory,
  )
  const feeding = createFeeding(
    ...([site, chargers, clock] as const),
    (id) => writers.conduct(id),
    (charger, kind, facts) => {
      auditLater('tripscope', kind, charger.id, { ...facts })
      telling.charger(charger.id, kind, kind === 'watchdog-fed-again' ? 'warning' : 'critical', facts)
    },
    memory,
    trials.isWithheld,
  )
  const ownLimits = createOwnLimits(
    clock,
    (id, limit) => telling.charger(id, 'charger-own-limit', 'warning', limit),
    memory,
  )
  const writers = createWriters({
    ...{ chargers, newId, memory },
    links: parts.links,
    clock: imageTime.clock,
    onWrite: (write) => {
      record.write(inUtc(write))
      overrides.follow(write)
    },
    onProblem: (id, kind, facts) => telling.charger(id, kind, kind === 'charger-obeys' ? 'info' : 'warning', facts),
    onHoldsLess: ownLimits.holdsLess,
  })
  return {
    ...{ chargers, byId, imageTime, inUtc, memory, audit, auditLater, telling },
    ...{ trials, phaseSwitching, decider, overrides, feeding, ownLimits, writers },
  }
}
export type Works = ReturnType<typeof createWorks>
