import type { FeedHealth, FeedState, FeedWorld } from '../../core/feeds/feed-ports.ts'
import type { Clock } from '../../core/ports.ts'

/** How a feed stands and what it served: what all kinds of feeds count alike. */
export const createFeedCount = (clock: Clock, { onState }: Pick<FeedWorld, 'onState'>) => {
  let state: FeedState = { kind: 'opening' }
  let served = 0
  let servedAtMs: number | null = null
  let letGo = 0
  return {
    health: (): FeedHealth => ({ state, served, servedAtMs, letGo }),
    letGo: (): void => {
      letGo += 1
    },
    serve: (): void => {
      served += 1
      servedAtMs = clock.nowMs()
    },
    turn: (to: FeedState): void => {
      state = to
      onState(to)
    },
  }
}
