import { overrideIntents, type OverrideIntents } from './override-intents.ts'
import { refusal, refusalText } from '../../../shared/said/refusal.ts'
import type { ControlState, Decision, FallbackWritten, TrialState } from '../../../shared/model/decision.ts'
import type { Image } from '../../../shared/model/image.ts'
import type { Person } from './arming.ts'
import { createArmingOf } from './control-arming.ts'
import { createCycle, type Cycle } from './control-cycle.ts'
import { disobedience } from './feeding.ts'
import type { ControlFacts } from '../control-facts.ts'
import type { Backing } from '../may-ask.ts'
import { trialIntent, type Trial } from './trials.ts'
import { createWorks, type ControllerParts, type Works } from './works.ts'
import { createWriteFallback } from './write-fallback.ts'
import type { DemandState } from '../../../shared/planning/demand-state.ts'
import type { Want } from '../../../shared/planning/wants.ts'

export type { ControllerParts }

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

const factsOf = ({ trials, decider, writers, feeding, ownLimits }: Works, isArmed: boolean): ControlFacts => ({
  isArmed,
  dimmingFile: decider.outer.wants.dimmingFile(),
  steps: decider.steps(),
  chargers: new Map(
    decider.standings().map((standing) => {
      const { charger } = standing.view
      const isTried = trials.isWithheld(charger.id)
      const disobeys =
        isArmed && !isTried ? disobedience(standing, writers.conduct(charger.id), feeding.why(charger.id)) : null
      const isDangerous = disobeys !== null && feeding.isDangerous(charger.id)
      const isUnread = !standing.view.readable
      return [charger.id, { disobeys, isUnread, isDangerous, ownLimit: isArmed ? ownLimits.of(charger.id) : null }]
    }),
  ),
})

const demandOf = ({ decider: { outer } }: Works): DemandState => ({
  demand: outer.demand(),
  dimming: outer.wants.dimming(),
  targets: [...outer.wants.targets()],
  plans: [...outer.wants.plans()].map(([chargerId, slots]) => ({ chargerId, slots: [...slots] })),
})

type Arming = ReturnType<typeof createArmingOf>['arming']

const fallbackWriting = (
  { links, clock, readOnly }: ControllerParts,
  { byId, audit, telling }: Works,
  arming: Arming,
) =>
  createWriteFallback({
    ...{ byId, links, clock },
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

const stateOf = ({ readOnly }: ControllerParts, works: Works, arming: Arming, cycle: Cycle): ControlState => ({
  mode: arming.armed() === null ? 'monitoring' : 'armed',
  readOnly: readOnly === null ? null : { ...readOnly },
  armed: arming.armed(),
  decision: cycle.decision(),
  overrides: [...works.overrides.list()],
  writes: Object.fromEntries(Object.entries(works.writers.latest()).map(([id, write]) => [id, works.inUtc(write)])),
  ...(works.trials.isIdle() ? {} : { trials: works.trials.state() }),
})

/** Watches by default: decisions are made and explained, and nothing is written until a person arms it. */
export const createController = (parts: ControllerParts): Controller => {
  const works = createWorks(parts)
  const { trials, decider, overrides, feeding } = works
  const { arming, farewell } = createArmingOf(parts, works, () => cycle)
  const isArmed = (): boolean => arming.armed() !== null
  const cycle = createCycle(parts, works, { isArmed, isClosed: arming.isClosed })
  const state = (): ControlState => stateOf(parts, works, arming, cycle)
  const writeFallback = fallbackWriting(parts, works, arming)
  const decide = (): void => cycle.stepNow('override')
  return {
    step: cycle.step,
    state,
    facts: () => factsOf(works, isArmed()),
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
      image: cycle.image,
      whyNot: () =>
        arming.isClosed() ? refusalText('control-closed', {}) : isArmed() ? null : refusalText('not-armed', {}),
      decide,
    }),
    want: ({ want, who }) => {
      decider.outer.want(want, who)
      if (want.kind !== 'month-peak') cycle.stepNow('cycle')
      return demandOf(works)
    },
    demand: () => demandOf(works),
    trial: trialIntent(trials, {
      isClosed: arming.isClosed,
      isArmed,
      image: cycle.image,
      standings: decider.standings,
      audit: works.auditLater,
      decide,
    }),
    backing: (chargerId) => ({
      isArmed: isArmed(),
      isQuiet: feeding.isQuiet(chargerId) || trials.isSilent(chargerId),
      decidedAgoMs: cycle.decidedAgoMs(),
      isUnreached: farewell.isUnreached(chargerId),
    }),
    shutdown: arming.shutdown,
  }
}
