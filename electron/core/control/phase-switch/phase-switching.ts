import type { AllocationProblem, AllocationResult } from '../../../../shared/allocation/problem.ts'
import type { Image } from '../../../../shared/model/image.ts'
import type { PhaseCount, PhaseSwitchState } from '../../../../shared/model/phase-switch.ts'
import type { Phase } from '../../../../shared/model/phase.ts'
import { own } from '../../../../shared/own.ts'
import type { PhaseSwitching as Rules } from '../../../../shared/site/phase-switching-schema.ts'
import type { Site } from '../../../../shared/site/site.ts'
import type { Clock } from '../../ports.ts'
import { forgetful, type Memory } from '../../site/memory.ts'
import { drawnA, type ChargerView } from '../charger-watch.ts'
import type { ControlledCharger } from '../controlled-charger.ts'
import type { Standing } from '../problem.ts'
import { createSaidPhases, nothingA } from './said-phases.ts'
import { judge, phasesOn, shareOn } from './judge.ts'
import { stateFor } from './switch-state.ts'
import { failSwitch, noSwitch, stepSwitch, type SwitchMoment, type SwitchState, type Wish } from './switch-step.ts'

/** A charger that may be switched, with what that rests on. */
interface Switchable {
  readonly charger: ControlledCharger
  readonly rules: Rules
  readonly settleMs: number
  readonly spacingMs: number
}

/** `steady` again: it says so, or it failed. */
export type SwitchNews =
  | { readonly kind: 'switched'; readonly to: PhaseCount; readonly phases: readonly Phase[]; readonly tookMs: number }
  | { readonly kind: 'failed'; readonly to: PhaseCount; readonly why: string; readonly isLast: boolean }

export interface SwitchingParts {
  readonly site: Site
  readonly chargers: readonly ControlledCharger[]
  readonly clock: Clock
  readonly memory?: Memory
  readonly tell: (charger: ControlledCharger, news: SwitchNews) => void
}

const switchableOf = (site: Site, chargers: readonly ControlledCharger[]): readonly Switchable[] =>
  chargers.flatMap((charger) => {
    const rules = site.chargers.find(({ id }) => id === charger.id)?.phaseSwitching
    const steered = charger.abilities.phaseSwitch?.steered
    return rules?.phases === 'auto' && steered != null && charger.canPause && charger.phases.length === 3
      ? [{ charger, rules, ...steered }]
      : []
  })

const isStill = (view: ChargerView): boolean =>
  view.limit?.value === 0 &&
  (view.points.length > 0 || view.measuredOn.length === 0) &&
  view.charger.phases.every((phase) => drawnA(view, phase) < nothingA)

/** What is decided on. */
export interface Decided {
  readonly problem: AllocationProblem
  readonly now: AllocationResult
  readonly standings: readonly Standing[]
  readonly armed: boolean
}

/**
 * One phase or three, for chargers whose site file lets control choose. It narrows where they are counted only while they themselves say that
 * they are on one phase, and nothing of their own shows otherwise; all the time between an order and their word they count on all phases and
 * are paused. One charger at a time: the others are never moved by what is on its way.
 */
export const createPhaseSwitching = ({ site, chargers, clock, tell, memory = forgetful }: SwitchingParts) => {
  const switchable = switchableOf(site, chargers)
  const slot = memory.within('phase-switch')
  const { on, onePhaseCars, take, learnCar } = createSaidPhases(clock, slot)
  const kept = slot.keep('states', {
    states: new Map<string, SwitchState>(),
    wishes: new Map<string, { readonly wish: Wish | null; readonly atMs: number }>(),
    /** Whose turn it is to be judged: one other allocation a decision is what this may cost. */
    next: 0,
  })
  const { states, wishes } = kept
  const of = (id: string): SwitchState => states.get(id) ?? noSwitch

  const onOne = (view: ChargerView): boolean =>
    on.get(view.charger.id) === 1 &&
    of(view.charger.id).stage === 'steady' &&
    view.charger.phases.slice(1).every((phase) => drawnA(view, phase) < nothingA)

  const wishOf = ({ charger }: Switchable, decided: Decided): Wish | null => {
    const is = on.get(charger.id)
    const share = own(decided.now.chargers, charger.id)
    if (is === undefined || share === undefined) return null
    const stage = of(charger.id).stage
    return judge({
      ...{ charger, on: is, shareA: share.targetA },
      countedOn: is === 1 && stage === 'steady' ? 1 : 3,
      isOnePhaseCar: onePhaseCars.has(charger.id),
      isOnItsWay: stage === 'pausing',
      otherwise: (count) => shareOn(decided.problem, charger, count),
    })
  }

  const mayChange = ({ fixed, blind, override, view }: Standing): boolean =>
    fixed === null && blind === null && override === null && view.wants

  /** Whoever is on its way is judged anew in every decision; of the others one, in turns, for the others their last judgement holds. */
  const judgeAll = (decided: Decided, byId: ReadonlyMap<string, Standing>, nowMs: number): void => {
    const may = switchable.filter(({ charger }) => {
      const standing = byId.get(charger.id)
      return standing !== undefined && mayChange(standing)
    })
    const busy = may.find(({ charger }) => of(charger.id).stage === 'pausing')
    const item = busy ?? may[kept.next % Math.max(1, may.length)]
    if (busy === undefined) kept.next = (kept.next + 1) % Math.max(1, may.length)
    if (item !== undefined) wishes.set(item.charger.id, { wish: wishOf(item, decided), atMs: nowMs })
    const validMs = 5000 + may.length * 2000
    for (const { charger } of switchable) {
      const known = wishes.get(charger.id)
      const isOpen = may.some((each) => each.charger.id === charger.id)
      if (known !== undefined && (!isOpen || nowMs - known.atMs > validMs)) wishes.delete(charger.id)
    }
  }

  const stepOne = (item: Switchable, standing: Standing, armed: boolean, isOtherBusy: boolean, nowMs: number): void => {
    const { charger } = item
    const before = of(charger.id)
    const moment: SwitchMoment = {
      nowMs,
      on: on.get(charger.id) ?? null,
      wish: wishes.get(charger.id)?.wish ?? null,
      mayBegin: armed && mayChange(standing) && !isOtherBusy,
      isStill: isStill(standing.view),
      rules: item.rules,
      settleMs: item.settleMs,
      spacingMs: item.spacingMs,
    }
    const after = armed ? stepSwitch(before, moment) : { ...before, stage: 'steady' as const, wish: null }
    states.set(charger.id, after)
    tellEnd(charger, before, after, nowMs)
  }

  const tellEnd = (charger: ControlledCharger, before: SwitchState, after: SwitchState, nowMs: number): void => {
    const to = before.wish?.to
    if (to === undefined) return
    if (after.failures > before.failures)
      tell(charger, { kind: 'failed', to, why: after.failed ?? '', isLast: after.failures >= 2 })
    else if (before.stage === 'switching' && after.stage === 'steady' && on.get(charger.id) === to)
      tell(charger, { kind: 'switched', to, phases: phasesOn(charger, to), tookMs: nowMs - before.sinceMs })
  }

  return {
    /** Once for each image, before anything is counted: the phases each of them is on. */
    look: (image: Image, views: readonly ChargerView[]): readonly ChargerView[] => {
      if (switchable.length === 0) return views
      const mine = new Map(switchable.map((item) => [item.charger.id, item]))
      return views.map((view) => {
        const item = mine.get(view.charger.id)
        if (item === undefined) return view
        take(image, item.charger.id)
        if (of(view.charger.id).stage === 'steady') learnCar(view)
        const [first] = view.charger.phases
        if (onOne(view)) return { ...view, activePhases: phasesOn(view.charger, 1) }
        return on.get(view.charger.id) === 3 || first === undefined ? view : { ...view, perhapsAloneOn: first }
      })
    },
    /** Once for each decision, when everything was shared out. */
    step: (decided: Decided): void => {
      if (switchable.length === 0) return
      const nowMs = clock.monotonicMs()
      const byId = new Map(decided.standings.map((standing) => [standing.view.charger.id, standing]))
      judgeAll(decided, byId, nowMs)
      for (const item of switchable) {
        const standing = byId.get(item.charger.id)
        const isOtherBusy = switchable.some(
          ({ charger }) => charger.id !== item.charger.id && of(charger.id).stage !== 'steady',
        )
        if (standing !== undefined) stepOne(item, standing, decided.armed, isOtherBusy, nowMs)
      }
    },
    /** It is kept at 0 A: it is being paused for a switch, or has not said yet that it is done. */
    isHeld: (id: string): boolean => of(id).stage !== 'steady',
    /** For the decision; null: it may not be switched. */
    stateOf: (id: string): PhaseSwitchState | null => {
      const item = switchable.find(({ charger }) => charger.id === id)
      return item === undefined ? null : stateFor(item, of(id), on.get(id) ?? null, clock.monotonicMs())
    },
    /** What is to be told now; each is answered to `answered`. */
    orders: (): readonly { readonly id: string; readonly to: PhaseCount }[] =>
      [...states].flatMap(([id, state]) => {
        if (state.stage !== 'switching' || state.told !== 'no' || state.wish === null) return []
        states.set(id, { ...state, told: 'sent' })
        return [{ id, to: state.wish.to }]
      }),
    answered: (id: string, whyNot: string | null): void => {
      const state = of(id)
      const charger = chargers.find((each) => each.id === id)
      if (state.stage !== 'switching' || charger === undefined) return
      const nowMs = clock.monotonicMs()
      const after = whyNot === null ? { ...state, told: 'done' as const } : failSwitch(state, whyNot, nowMs)
      states.set(id, after)
      tellEnd(charger, state, after, nowMs)
    },
    /** Control begins anew: every charger gets its chance. What an hour has had of switches stays. */
    reset: (): void => {
      for (const [id, state] of states) states.set(id, { ...noSwitch, switchedMs: state.switchedMs })
      wishes.clear()
    },
  }
}
export type PhaseSwitching = ReturnType<typeof createPhaseSwitching>
