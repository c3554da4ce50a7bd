import type { Stop } from './define.ts'

export interface Subscription {
  /** What the handler calls with each value. */
  readonly push: (value: unknown) => void
  /** Gives the handler's stop function, which may come after its first pushes. */
  readonly attach: (stop: Stop) => void
  /** The client has taken this many pushes. */
  readonly taken: (count: number) => void
  /** Sends a value that was kept waiting, if there is room now. */
  readonly flush: () => void
  readonly stop: () => void
}

/** A page that takes longer than the period still sees the newest value, never a queue of old ones. */
const latestInFlight = 2

/**
 * Backpressure of one subscription. `latest`: at most two pushes are on their way, the newest waits and replaces an older
 * waiting one. `every`: sent at once, all of them; a client too far behind is given up rather than served with holes.
 */
export const createSubscription = (options: {
  readonly delivery: 'latest' | 'every'
  readonly send: (count: number, value: unknown) => void
  readonly congested: () => boolean
  readonly hopeless: () => boolean
  readonly maximumWaiting: number
  readonly onHopeless: () => void
}): Subscription => {
  let sent = 0
  let taken = 0
  let waiting: { value: unknown } | null = null
  let stopHandler: Stop | null = null
  let stopped = false

  const emit = (value: unknown) => {
    sent += 1
    options.send(sent, value)
  }
  const flush = () => {
    if (stopped || !waiting || sent - taken >= latestInFlight) return
    // With none on the way no acknowledgement would ever come to try again, so the first always goes.
    if (options.congested() && sent > taken) return
    const { value } = waiting
    waiting = null
    emit(value)
  }
  return {
    push: (value) => {
      if (stopped) return
      if (options.delivery === 'latest') {
        waiting = { value }
        return flush()
      }
      if (options.hopeless() || sent - taken >= options.maximumWaiting) return options.onHopeless()
      emit(value)
    },
    attach: (stop) => {
      if (stopped) stop()
      else stopHandler = stop
    },
    taken: (count) => {
      // A count we never sent says nothing about what was taken.
      if (count > taken && count <= sent) taken = count
    },
    flush,
    stop: () => {
      if (stopped) return
      stopped = true
      waiting = null
      stopHandler?.()
      stopHandler = null
    },
  }
}
