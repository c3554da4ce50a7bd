/** Values under way to a client that it has not taken yet. With pieces of 256 KiB: what may wait before a link counts as congested. */
const window = 4

export interface RunningFlow {
  /** The client has taken this many values. */
  readonly taken: (count: number) => void
  /** There may be room now. */
  readonly flush: () => void
  /** The client left, or the link ended: the source is told to end. */
  readonly stop: () => void
}

/**
 * The backpressure of one flow: its source is asked for the next value only while the client takes what it gets and the link has room.
 * So a slow client slows the source, and one that leaves ends it.
 */
export const runFlow = (options: {
  readonly source: AsyncIterator<unknown>
  readonly send: (count: number, value: unknown) => void
  readonly congested: () => boolean
  readonly onDone: () => void
  readonly onFailed: (error: unknown) => void
}): RunningFlow => {
  const { source } = options
  let sent = 0
  let taken = 0
  let isPulling = false
  let isOver = false

  // With none on the way no acknowledgement would ever come to try again, so the first always goes.
  const mayPull = () => !isOver && sent - taken < window && (sent === taken || !options.congested())
  const over = (tell: () => void): void => {
    if (isOver) return
    isOver = true
    tell()
  }
  const pull = async (): Promise<void> => {
    while (mayPull()) {
      const next = await source.next()
      if (isOver) return
      if (next.done === true) return over(options.onDone)
      sent += 1
      options.send(sent, next.value)
    }
  }
  const flush = (): void => {
    if (isPulling || !mayPull()) return
    isPulling = true
    pull()
      .catch((error: unknown) => over(() => options.onFailed(error)))
      .finally(() => {
        isPulling = false
        // What was taken while the last value was made.
        flush()
      })
  }
  return {
    taken: (count) => {
      // A count we never sent says nothing about what was taken.
      if (count > taken && count <= sent) taken = count
    },
    flush,
    stop: () => {
      if (isOver) return
      isOver = true
      Promise.resolve(source.return?.()).catch(options.onFailed)
    },
  }
}
