import { overrideIntents, type OverrideIntents } from './override-intents.ts'
import { decisionNoteText } from '../../../shared/said/decision-note.ts'
import { refusal, refusalText } from '../../../shared/said/refusal.ts'
import type { ControlState, Decision, FallbackWritten, TrialState, Write } from '../../../shared/model/decision.ts'
import type { Image } from '../../../shared/model/image.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { ChargerLink, Clock, Log, NewId } from '../ports.ts'
import { createArming, type Ending, type Person } from './arming.ts'
import type { ControlRecord } from './control-record.ts'
import { createDecider, type Known } from './decide.ts'
import { controlledChargers } from './controlled-charger.ts'
import { createFarewell } from './farewell.ts'
import { createFeeding, disobedience } from './feeding.ts'
import { createOwnLimits } from './own-limits.ts'
import { createTelling } from './telling.ts'
import type { ControlFacts } from '../control-facts.ts'
import type { Backing } from '../may-ask.ts'
import { createOverrides } from './overrides.ts'
import { newestImageMs } from './timing.ts'
import { createTrials, trialIntent, type Trial } from './trials.ts'
import { createWriteFallback } from './write-fallback.ts'
import { createWriters } from './writer/writers.ts'
import { own } from '../../../shared/own.ts'
import type { DemandState } from '../../../shared/planning/demand-state.ts'
import type { Want } from '../../../shared/planning/wants.ts'
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

interface Intent extends Person {
  readonly intentId?: string
}

export interface Controller extends OverrideIntents {
  /**
   * One cycle on one frozen image. Throws only on a bug; then nothing is written, so heartbeats stop and the chargers' own
   * watchdogs take over.
   */
  readonly step: (image: Image, trigger: Decision['trigger']) => Decision
  readonly state: () => ControlState
  /** As of the last decision. */
  readonly facts: () => ControlFacts
  /** Rejects with a Refusal when the site is read-only or the audit row cannot be stored. */
  readonly arm: (input: Intent) => Promise<ControlState>
  /** Ends every override and brings the chargers to their fallback, in 3 s at most. */
  readonly disarm: (input: Intent) => Promise<ControlState>
  /** Writes a charger's own fallback, once, and reads it back (write-fallback.ts). */
  readonly writeFallback: (input: Intent & { readonly chargerId: string }) => Promise<FallbackWritten>
  /** Energy by a departure, dimming, the planner's slots: each narrows or orders, and ends by itself. */
  readonly want: (input: { readonly want: Want; readonly who: string }) => DemandState
  /** Has control show that it works (trials.ts); refused while it is not armed. */
  readonly trial: (input: Intent & { readonly trial: Trial }) => Promise<TrialState>
  readonly demand: () => DemandState
  /** What stands behind the limit a charger holds: for whoever judges whether it may be asked (may-ask.ts). */
  readonly backing: (chargerId: string) => Backing
  /** When armed, like disarm; after it nothing is ever written again. */
  readonly shutdown: (why: string) => Promise<void>
}

/** Watches by default: decisions are made and explained, and nothing is written until a person arms it. */
export const createController = (parts: ControllerParts): Controller => {
  const { site, clock, log, newId, record, readOnly } = parts
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
  const over = (id: string, why: string): void => {
    writers.renew(id)
    telling.charger(id, 'watchdog-tried', 'info', { why })
  }
  const trials = createTrials({ site, chargers, clock, over, memory })
  const decider = createDecider(site, chargers, imageTime.clock, memory, clock, trials.limits)
  const kept = memory.keep('controller', {
    decision: null as Decision | null,
    decidedAtMs: -Infinity,
    latestImage: null as Image | null,
    /** When it was first decided on (monotonic). */
    imageSeenMs: -Infinity,
    seq: 0,
  })
  const telling = createTelling(site, chargers, record, memory)

  /** An audit row that cannot be stored is reported, not fatal: only arming waits for it. */
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

  const overrides = createOverrides(
    site,
    clock,
    newId,
    byId,
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
    site,
    chargers,
    clock,
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
    chargers,
    links: parts.links,
    clock: imageTime.clock,
    newId,
    onWrite: (write) => {
      record.write(inUtc(write))
      overrides.follow(write)
    },
    onProblem: (id, kind, facts) => telling.charger(id, kind, kind === 'charger-obeys' ? 'info' : 'warning', facts),
    onHoldsLess: ownLimits.holdsLess,
    memory,
  })

  const isArmed = (): boolean => arming.armed() !== null

  const state = (): ControlState => ({
    mode: isArmed() ? 'armed' : 'monitoring',
    readOnly: readOnly === null ? null : { ...readOnly },
    armed: arming.armed(),
    decision: kept.decision,
    overrides: [...overrides.list()],
    writes: Object.fromEntries(Object.entries(writers.latest()).map(([id, write]) => [id, inUtc(write)])),
    ...(trials.isIdle() ? {} : { trials: trials.state() }),
  })

  const facts = (): ControlFacts => ({
    isArmed: isArmed(),
    steps: decider.steps(),
    chargers: new Map(
      decider.standings().map((standing) => {
        const { charger } = standing.view
        const isTried = trials.isWithheld(charger.id)
        const disobeys =
          isArmed() && !isTried ? disobedience(standing, writers.conduct(charger.id), feeding.why(charger.id)) : null
        const isDangerous = disobeys !== null && feeding.isDangerous(charger.id)
        return [charger.id, { disobeys, isDangerous, ownLimit: isArmed() ? ownLimits.of(charger.id) : null }]
      }),
    ),
  })

  const step = (image: Image, trigger: Decision['trigger']): Decision => {
    if (image !== kept.latestImage) kept.imageSeenMs = clock.monotonicMs()
    kept.latestImage = image
    overrides.expire(image)
    const caps = overrides.caps()
    const knownOf = (id: string): Known => ({
      trouble: isArmed() ? writers.trouble(id) : null,
      override: caps.get(id) ?? null,
      feeding: isArmed() ? (trials.why(id) ?? feeding.why(id)) : null,
      ownLimit: isArmed() ? ownLimits.capOf(id, byId.get(id)?.minimumA ?? 0) : null,
      heldA: isArmed() ? writers.held(id, own(image.chargers, id)?.samples['limit']?.value ?? null) : null,
    })
    const outcome = decider.decide(image, isArmed(), knownOf, overrides.circuitCaps())
    kept.seq += 1
    const next: Decision = {
      id: newId(),
      seq: kept.seq,
      atMs: clock.nowMs(),
      trigger,
      mode: isArmed() ? 'armed' : 'monitoring',
      imageAtMs: imageTime.utcOf(image.atMs),
      ...outcome,
      notes: outcome.notes.map(decisionNoteText),
    }
    kept.decision = next
    kept.decidedAtMs = clock.monotonicMs()
    if (isArmed() && !arming.isClosed()) {
      trials.step(image, decider.standings())
      feeding.step(image, decider.standings())
      ownLimits.step(decider.standings().map(({ view }) => view))
      write(next, image)
    }
    record.decision(next)
    telling.fallback(next, outcome.notes)
    telling.dimming(decider.outer.wants.dimming(), (action, detail) => auditLater('tripscope', action, site.id, detail))
    telling.unwired(decider.unwired())
    return next
  }

  const write = (next: Decision, image: Image): void => {
    for (const charger of chargers) {
      const limit = own(image.chargers, charger.id)?.samples['limit']
      if (limit?.value == null || limit.atMs === null || trials.isWithheld(charger.id)) continue
      writers.observe(charger.id, limit.value, limit.atMs)
      ownLimits.holds(charger.id, limit.value)
    }
    for (const [id, charger] of Object.entries(next.chargers)) {
      const reason = charger.state === 'override' || charger.state === 'fallback' ? charger.state : 'decision'
      const binding = charger.boundBy[0]?.kind
      const mayWait = binding === 'override' || binding === 'step'
      writers.offer(
        id,
        { limitA: charger.targetA, reason, decisionId: next.id, mayWait },
        feeding.isQuiet(id) || trials.isWithheld(id),
      )
    }
    overrides.decided(next, writers.of)
    for (const { id } of chargers) overrides.follow(writers.of(id))
  }

  /** A person's act is decided on at once when the last image is still fresh; else with the next cycle. */
  const stepNow = (trigger: Decision['trigger']): void => {
    const { latestImage, imageSeenMs } = kept
    if (latestImage !== null && clock.monotonicMs() - imageSeenMs <= newestImageMs) step(latestImage, trigger)
  }

  const demandState = (): DemandState => ({
    demand: decider.outer.demand(),
    dimming: decider.outer.wants.dimming(),
    targets: [...decider.outer.wants.targets()],
    plans: [...decider.outer.wants.plans()].map(([chargerId, slots]) => ({ chargerId, slots: [...slots] })),
  })

  const farewell = createFarewell({
    chargers,
    links: parts.links,
    writers,
    clock,
    isQuiet: feeding.isQuiet,
    leftAtA: decider.leftAtA,
    memory,
  })

  const sayFarewell = async ({ who, reason }: Person, how: Ending): Promise<void> => {
    // Before the last word: a charger whose watchdog is tried obeys, and is told its fallback like every other.
    trials.endAll()
    overrides.cancelAll(
      how === 'disarm' ? `control was disarmed by ${who}: ${reason}` : `control ended: ${reason}`,
      who,
    )
    const open = await farewell.say(how)
    // Only now: of a program that ends before this, the next start must take the chargers for still armed.
    const notAtFallback = open.length === 0 ? {} : { notAtFallback: open.map(({ id }) => id) }
    auditLater(who, how, site.id, { reason, ...notAtFallback })
    telling.ended(
      { who, reason },
      how,
      open,
      open.filter(({ id }) => farewell.isUnreached(id)),
    )
  }

  const arming = createArming({
    readOnly,
    memory,
    nowMs: clock.nowMs,
    auditArm: ({ who, reason }) => audit(who, 'arm', site.id, { reason }),
    takeOver: () => {
      if (kept.latestImage !== null) decider.takeOver(kept.latestImage)
    },
    armed: (person) => {
      writers.reopen()
      farewell.forget()
      feeding.reset()
      ownLimits.reset()
      telling.armed(person)
      stepNow('arm')
    },
    farewell: sayFarewell,
    calledOff: (person, how) => {
      // Behind the row of the arm: the next start must not take this for a program that ended while armed.
      auditLater(person.who, how, site.id, { reason: person.reason })
      telling.calledOff(person, how)
    },
  })

  const writeFallback = createWriteFallback({
    byId,
    links: parts.links,
    clock,
    whyNot: () =>
      arming.isClosed()
        ? refusal('control-closed', {})
        : readOnly === null
          ? null
          : refusal('read-only-write', readOnly),
    audit: ({ who }, chargerId, detail) => audit(who, 'write-fallback', chargerId, detail),
    tell: (id, isDone, news) =>
      telling.charger(id, isDone ? 'fallback-written' : 'fallback-not-written', isDone ? 'info' : 'warning', news),
  })

  return {
    step,
    state,
    facts,
    arm: async (intent) => {
      const ticket = arming.ticket()
      // A disarm of the same moment leaves nothing of it, not even a row.
      await Promise.resolve()
      await arming.arm({ who: intent.who, reason: intent.reason }, ticket)
      return state()
    },
    disarm: async ({ who, reason }) => {
      await arming.disarm({ who, reason })
      return state()
    },
    writeFallback: (input) => writeFallback({ who: input.who, reason: input.reason }, input.chargerId),
    ...overrideIntents({
      overrides,
      problem: decider.problem,
      image: () => kept.latestImage,
      whyNot: () =>
        arming.isClosed() ? refusalText('control-closed', {}) : isArmed() ? null : refusalText('not-armed', {}),
      decide: () => stepNow('override'),
    }),
    want: ({ want, who }) => {
      decider.outer.want(want, who)
      if (want.kind !== 'month-peak') stepNow('cycle')
      return demandState()
    },
    demand: demandState,
    trial: trialIntent(trials, {
      isClosed: arming.isClosed,
      isArmed,
      image: () => kept.latestImage,
      standings: decider.standings,
      audit: auditLater,
      decide: () => stepNow('override'),
    }),
    backing: (chargerId) => ({
      isArmed: isArmed(),
      isQuiet: feeding.isQuiet(chargerId) || trials.isSilent(chargerId),
      decidedAgoMs: clock.monotonicMs() - kept.decidedAtMs,
      isUnreached: farewell.isUnreached(chargerId),
    }),
    shutdown: arming.shutdown,
  }
}
