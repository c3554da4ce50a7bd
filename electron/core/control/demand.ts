import type { Clock } from '../ports.ts'
import { drawnA, type ChargerView } from './charger-watch.ts'
import { ceilToStep } from './controlled-charger.ts'
import { nothingLearnt, settleMs, stepSettle, unusedAfterMs, type SettleState } from './settle-time.ts'
import { noDemandMs, obeyMs } from './timing.ts'
import { forgetful, type Memory } from '../site/memory.ts'

export interface Demand {
  /** The vehicle takes no more than this, A; null while it uses what it is given, or nothing is known. */
  readonly capA: number | null
  /** Why, where its own settle time has been learnt. */
  readonly text: string | null
  /** It could charge and has not for two minutes (full, or waiting for its own timer): it lets those go first that would. */
  readonly rests: boolean
}

/** Within this of its limit a car uses all of it and would take more; cars regulate this close. Editable assumptions. */
const usesA = 1
/** Left above what it draws, so that a car that wants more is seen to reach for it. */
const headA = 2
const drawsNothingA = 1

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`
const learntText = (settle: SettleState): string | null => {
  const learnt = settleMs(settle)
  return learnt === null
    ? null
    : `it was seen to follow a raise within ${seconds(learnt)}, and what it leaves for ${seconds(unusedAfterMs(settle))} goes to others`
}

interface Drawn {
  readonly atMs: number
  readonly amperes: number
}

/** Keeps the highest of a window in front: what is too old leaves, and so does all that the newest reaches. */
const note = (drawn: Drawn[], newest: Drawn, windowMs: number): void => {
  while (drawn.length > 0 && newest.atMs - (drawn[0]?.atMs ?? 0) > windowMs) drawn.shift()
  while (drawn.length > 0 && (drawn.at(-1)?.amperes ?? 0) <= newest.amperes) drawn.pop()
  drawn.push(newest)
}

interface Known {
  /** What it drew since it last used its limit, newest last; without what something later reached or passed. */
  drawn: Drawn[]
  unusedSinceMs: number | null
  restsSinceMs: number | null
  rests: boolean
  settle: SettleState
}

/**
 * What a car leaves unused for its settle time (settle-time.ts; half a minute until that is learnt) is given to others: its limit comes down to what it draws and a little above. When it
 * reaches for that, its share is its own again at once: the others come down first, and it rises into their room as always.
 */
export const createDemand = (clock: Clock, siteMemory: Memory = forgetful) => {
  const memories = siteMemory.keep('demand', new Map<string, Known>())
  const most = (view: ChargerView): number => {
    let amperes = 0
    for (const phase of view.mayUse) amperes = Math.max(amperes, drawnA(view, phase))
    return amperes
  }

  const rest = (memory: Known, view: ChargerView, drawn: number, givenA: number): void => {
    const nowMs = clock.monotonicMs()
    if (!view.wants || drawn >= drawsNothingA) {
      memory.rests = false
      memory.restsSinceMs = null
      return
    }
    // Paused it shows nothing of what it would do: what it was known for stands until its turn comes.
    if (givenA < view.charger.minimumA) {
      memory.restsSinceMs = null
      return
    }
    memory.restsSinceMs ??= nowMs
    memory.rests = nowMs - memory.restsSinceMs >= noDemandMs
  }

  const cap = (memory: Known, view: ChargerView, drawn: number, givenA: number): number | null => {
    const nowMs = clock.monotonicMs()
    if (givenA < view.charger.minimumA || drawn > givenA - usesA) {
      memory.unusedSinceMs = null
      memory.drawn = []
      return null
    }
    memory.unusedSinceMs ??= nowMs
    const unusedMs = unusedAfterMs(memory.settle)
    note(memory.drawn, { atMs: nowMs, amperes: drawn }, unusedMs)
    const highest = memory.drawn.reduce((most, { amperes }) => Math.max(most, amperes), 0)
    // One that draws nothing yet may be about to begin.
    const unusedForMs = nowMs - memory.unusedSinceMs
    // It has had its time to follow and leaves some of it: more would be of no use to it.
    if (highest >= drawsNothingA && unusedForMs >= obeyMs && unusedForMs < unusedMs) return givenA
    if (unusedForMs < (highest < drawsNothingA ? noDemandMs : unusedMs)) return null
    return Math.max(view.charger.minimumA, ceilToStep(view.charger, highest + headA))
  }

  return (view: ChargerView, givenA: number | null): Demand => {
    const { id } = view.charger
    const memory = memories.get(id) ?? {
      drawn: [],
      unusedSinceMs: null,
      restsSinceMs: null,
      rests: false,
      settle: nothingLearnt,
    }
    memories.set(id, memory)
    // Nothing measured is no evidence of nothing drawn.
    if (view.wants && view.points.length === 0) return { capA: null, text: null, rests: false }
    const drawn = most(view)
    rest(memory, view, drawn, givenA ?? 0)
    if (view.wants) memory.settle = stepSettle(memory.settle, clock.monotonicMs(), givenA ?? 0, drawn)
    const capA = view.wants ? cap(memory, view, drawn, givenA ?? 0) : null
    return { capA, text: capA === null ? null : learntText(memory.settle), rests: memory.rests }
  }
}
