import type { Stop } from './define.ts'

/** How a subscription or a flow ended: null where it is whole. */
export type Over = Error | null

export interface Listening {
  /** `taken` tells the other side that it may go on. */
  readonly listener: (value: unknown, taken: () => void) => void
  readonly onOver: (over: Over) => void
}

/** The values of a flow as a loop reads them: each is taken when the loop asks for the next one. */
export async function* pulled<T>(begin: (listening: Listening) => Stop): AsyncGenerator<T, void> {
  const arrived: { readonly value: unknown; readonly taken: () => void }[] = []
  let over: { readonly how: Over } | null = null
  let wake: () => void = () => undefined
  const stop = begin({
    listener: (value, taken) => {
      arrived.push({ value, taken })
      wake()
    },
    onOver: (how) => {
      over = { how }
      wake()
    },
  })
  const ending = (): { readonly how: Over } | null => over
  try {
    for (;;) {
      const next = arrived.shift()
      if (next !== undefined) {
        // The flow has one type of values, its contract's.
        yield next.value as T
        next.taken()
        continue
      }
      const ended = ending()
      if (ended?.how != null) throw ended.how
      if (ended !== null) return
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  } finally {
    stop()
  }
}
