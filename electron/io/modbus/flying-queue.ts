import { createRequestQueue, type MayFly, type Queued } from './request-queue.ts'
import type { ExchangeOutcome } from '../../core/lines/modbus-line.ts'

/**
 * Beside others only what does no harm: nothing passes or joins a write of its own unit, so that a read back never overtakes it; and
 * a device that wants silence between requests gets the line to itself.
 */
export const mayFlyBeside = (underWay: Iterable<Queued>, { request, options: wish }: Queued): MayFly => {
  for (const { request: other, options: othersWish } of underWay) {
    if ((wish.quietMs ?? 0) > 0 || (othersWish.quietMs ?? 0) > 0) return 'when-empty'
    if (other.unit === request.unit && 'words' in other) return 'later'
  }
  return 'now'
}

/** Requests of a line in their order, at most `window` under way at once, none while it may not be spoken on. */
export const createFlyingQueue = (
  window: number,
  isConnected: () => boolean,
  run: (item: Queued) => Promise<ExchangeOutcome>,
) => {
  const queue = createRequestQueue()
  const underWay = new Set<Queued>()
  const mayFly = (item: Queued): MayFly => mayFlyBeside(underWay, item)

  const pump = (): void => {
    while (underWay.size < window && isConnected()) {
      const item = window === 1 ? queue.take() : queue.take(mayFly)
      if (item === undefined) return
      underWay.add(item)
      void run(item)
        .then((outcome) => {
          underWay.delete(item)
          item.settle(outcome)
          // Whoever asked gets a turn first: what follows a write is asked for before the next read goes out.
        })
        .then(pump)
    }
  }
  return {
    push: queue.push,
    pump,
    /** Settles all that waits; what is under way is the wire's to end. */
    giveUp: (outcome: () => ExchangeOutcome): void => {
      for (const item of queue.takeAll()) item.settle(outcome())
    },
  }
}
