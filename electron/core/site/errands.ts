import type { ChargerLink } from '../chargers/charger-link.ts'
import { forgetful, type Memory } from './memory.ts'
import type { Errand, ErrandAnswer, ErrandAnswers } from './site-input.ts'

/** Errands that are out. Their numbers count from 1, so that the same inputs give the same numbers. */
export interface Errands {
  readonly ask: <E extends Errand>(errand: E) => Promise<ErrandAnswers[E['kind']]>
  /** False for an errand nobody waits for. */
  readonly answer: (errandId: number, answer: ErrandAnswer) => boolean
  /** How many were ever asked. */
  readonly count: () => number
  /** How many are out. */
  readonly open: () => number
}

export const createErrands = (
  send: (errandId: number, errand: Errand) => void,
  memory: Memory = forgetful,
): Errands => {
  // Not kept: nothing is saved while an errand is out.
  const waiting = new Map<number, (answer: ErrandAnswer) => void>()
  const state = memory.keep('errands', { count: 0 })
  return {
    ask: <E extends Errand>(errand: E) =>
      new Promise<ErrandAnswers[E['kind']]>((resolve) => {
        state.count += 1
        // Who asks knows which answer its kind has: the pair stands in ErrandAnswers.
        waiting.set(state.count, resolve as (answer: ErrandAnswer) => void)
        send(state.count, errand)
      }),
    answer: (errandId, answer) => {
      const resolve = waiting.get(errandId)
      if (resolve === undefined) return false
      waiting.delete(errandId)
      resolve(answer)
      return true
    },
    count: () => state.count,
    open: () => waiting.size,
  }
}

/** A charger as control inside the site sees it: what the real link can do, and every act an errand. */
export const errandLink = (link: ChargerLink, { ask }: Errands): ChargerLink => {
  const { chargerId } = link
  return {
    ...link,
    writeLimit: (limitA) => ask({ kind: 'write-limit', chargerId, limitA }),
    readBackLimit: () => ask({ kind: 'read-limit', chargerId }),
    feedWatchdog: () => ask({ kind: 'feed-watchdog', chargerId }),
    ...(link.switchPhases === undefined
      ? {}
      : { switchPhases: (phases) => ask({ kind: 'switch-phases', chargerId, phases }) }),
    ...(link.setOwnFallback === undefined
      ? {}
      : { setOwnFallback: (wanted) => ask({ kind: 'write-fallback', chargerId, ...wanted }) }),
    ...(link.readOwnFallback === undefined ? {} : { readOwnFallback: () => ask({ kind: 'read-fallback', chargerId }) }),
  }
}
