/**
 * Rows that wait for a store that can't take them: in order, a bounded number; past it the oldest are given up and counted. Every
 * row has a promise for whoever gave it: settled by the first try, whatever becomes of the row later.
 */
export interface WaitingRows<T> {
  /** Takes rows and tries to store all that wait, oldest first. Rejects when this try fails; the rows are tried again all the same. */
  add(rows: readonly T[]): Promise<void>
  /** Tries again; resolves when the try is over, whatever came of it. */
  retry(): Promise<void>
  /** Rows that could not be stored at once; those on their way for the first time wait for nothing. */
  count(): number
}

export interface WaitingOptions<T> {
  readonly send: (rows: readonly T[]) => Promise<void>
  /** Rows in one try. */
  readonly batch: number
  readonly mostWaiting: number
  /** Whether another try could store these rows: false for a row that can't be stored at all. */
  readonly mayRetry: (error: unknown) => boolean
  readonly onFailed: (error: unknown, rows: number) => void
  /** Rows that were stored; `late` of them had waited. */
  readonly onStored: (rows: number, late: number) => void
  readonly onGivenUp: (rows: number) => void
}

interface Entry<T> {
  readonly row: T
  settle: { readonly resolve: () => void; readonly reject: (error: unknown) => void } | null
  isLate: boolean
}

export const createWaitingRows = <T>(options: WaitingOptions<T>): WaitingRows<T> => {
  let entries: Entry<T>[] = []
  let running: Promise<void> | null = null

  const refuse = (refused: readonly Entry<T>[], error: unknown) => {
    for (const entry of refused) {
      entry.settle?.reject(error)
      entry.settle = null
      entry.isLate = true
    }
  }
  const leave = (done: readonly Entry<T>[]) => {
    entries = entries.filter((entry) => !done.includes(entry))
  }
  /** One try with the oldest rows; false when it failed and the rest must wait as well. */
  const attempt = async (): Promise<boolean> => {
    const batch = entries.slice(0, options.batch)
    try {
      await options.send(batch.map(({ row }) => row))
    } catch (error) {
      // One row that can't be stored at all must not keep the others waiting: they go one by one.
      if (!options.mayRetry(error)) return giveUpOne(batch, error)
      const isNew = entries.filter(({ settle }) => settle !== null).length
      refuse(entries, error)
      options.onFailed(error, isNew)
      return false
    }
    leave(batch)
    options.onStored(batch.length, batch.filter(({ isLate }) => isLate).length)
    for (const { settle } of batch) settle?.resolve()
    return true
  }
  const giveUpOne = async (batch: readonly Entry<T>[], error: unknown): Promise<boolean> => {
    const [first] = batch
    if (first === undefined) return true
    if (batch.length > 1) {
      try {
        await options.send([first.row])
        leave([first])
        options.onStored(1, first.isLate ? 1 : 0)
        first.settle?.resolve()
        return true
      } catch (own) {
        if (options.mayRetry(own)) {
          refuse(entries, own)
          options.onFailed(own, 1)
          return false
        }
      }
    }
    leave([first])
    first.settle?.reject(error)
    options.onGivenUp(1)
    return true
  }
  const drain = async () => {
    while (entries.length > 0) if (!(await attempt())) break
    running = null
  }
  const run = (): Promise<void> => {
    running ??= drain()
    return running
  }

  return {
    add: (rows) => {
      const stored = rows.map(
        (row) =>
          new Promise<void>((resolve, reject) => {
            entries.push({ row, settle: { resolve, reject }, isLate: false })
          }),
      )
      const surplus = entries.length - options.mostWaiting
      if (surplus > 0) {
        refuse(entries.slice(0, surplus), new Error('given up: too many rows wait to be stored'))
        entries = entries.slice(surplus)
        options.onGivenUp(surplus)
      }
      void run()
      return Promise.all(stored).then(() => undefined)
    },
    retry: () => (entries.length === 0 ? Promise.resolve() : run()),
    count: () => entries.filter(({ isLate }) => isLate).length,
  }
}
