/** Work that waits for room: `run` begins it, its promise says when it is over. */
export interface QueuedCall {
  readonly run: () => Promise<void>
}

export interface CallQueue {
  /** False where too many wait already. */
  readonly add: (call: QueuedCall) => boolean
  /** Begins what may begin now: call it when room may have been made. */
  readonly flush: () => void
  /** Forgets what has not begun. */
  readonly clear: () => void
}

/**
 * Queries of one page, in order: few run at once, and none begins while answers already made wait for the page to read them. So
 * what one page can hold in memory is bounded, however many it sends and however little it reads.
 */
export const createCallQueue = (options: {
  readonly maximumRunning: number
  readonly maximumWaiting: number
  readonly hasRoom: () => boolean
}): CallQueue => {
  const waiting: QueuedCall[] = []
  let running = 0

  const flush = () => {
    while (running < options.maximumRunning && options.hasRoom()) {
      const next = waiting.shift()
      if (next === undefined) return
      running += 1
      void next.run().finally(() => {
        running -= 1
        flush()
      })
    }
  }
  return {
    add: (call) => {
      if (waiting.length >= options.maximumWaiting) return false
      waiting.push(call)
      flush()
      return true
    },
    flush,
    clear: () => {
      waiting.length = 0
    },
  }
}
