import type { ShareClass } from './problem.ts'

/**
 * How the chargers of a group share what is left above everybody's minimum. Who gets a minimum at all is one order for all strategies
 * (fill.ts: priority, then who came first), and so nobody starves under any of them (core/control/waiting-line.ts).
 * - equal: the worst-off rises first.
 * - priority: a higher class takes all it can before the next rises.
 * - first-come: the same in the order of arrival.
 * - departure: who needs the highest mean current until it leaves rises first; without a target last.
 * - surplus: equal, of what own generation leaves over.
 */
export const strategies = ['equal', 'priority', 'first-come', 'departure', 'surplus'] as const
export type Strategy = (typeof strategies)[number]

export interface Sharer {
  readonly priority: number
  /** Higher came earlier. */
  readonly arrival: number
  /** Mean current it needs until it leaves, A; null: it has no target. */
  readonly neededA: number | null
  readonly hasTurn: boolean
}

const rankOf = (strategy: Strategy, { priority, arrival, neededA }: Sharer): number => {
  switch (strategy) {
    case 'priority':
      return priority
    case 'first-come':
      return arrival
    case 'departure':
      // Whole amperes, so that two that need nearly the same share alike.
      return neededA === null ? 0 : Math.ceil(neededA)
    case 'equal':
    case 'surplus':
      return 0
  }
}

export const shareOf = (strategy: Strategy, group: string, sharer: Sharer): ShareClass => ({
  group,
  rank: rankOf(strategy, sharer),
})
