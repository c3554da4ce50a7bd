/** A turn of the event loop: timers and sockets have it before what waits on this. */
const turnOfOthers = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })

/**
 * Lets reads through to the store one at a time, so that an append never waits for more than one of them, however many a screen
 * asks for at once; past a bound a read is refused rather than remembered. Between two reads everybody else has a turn: while an answer is made
 * ready here, the next one would be made in the thread, and follow it without a pause.
 */
export const createReadGate = (mostWaiting: number) => {
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()
  return async <T>(read: () => Promise<T>): Promise<T> => {
    if (waiting >= mostWaiting)
      throw new Error(`${mostWaiting} reads of the history wait already; try again in a moment`)
    waiting += 1
    const turn = last
    const mine = turn.then(read)
    // Whoever comes next waits for the end of this one, also of a failed one.
    last = mine.catch(() => undefined).then(turnOfOthers)
    try {
      return await mine
    } finally {
      waiting -= 1
    }
  }
}
