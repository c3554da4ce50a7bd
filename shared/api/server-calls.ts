import { createCallQueue } from './call-queue.ts'
import type { Caller, Contract } from './define.ts'
import type { ClientFrame } from './frames.ts'
import type { IntentKey } from './intent-memory.ts'
import type { Entrance } from './server-entrance.ts'
import type { Voice } from './server-voice.ts'

/** Calls not yet answered; a page asks for a dozen at once. */
const maximumCalls = 64
/** Queries run at once for one page: the store behind most of them does one thing at a time anyway. */
const maximumRunning = 8

type AnyHandler = (input: unknown, caller: Caller) => unknown

/** The id and the person of an intent; null for a command that has none. */
const intentOf = (method: string, input: unknown): IntentKey | null => {
  if (typeof input !== 'object' || input === null) return null
  const { intentId, who } = input as { readonly intentId?: unknown; readonly who?: unknown }
  return typeof intentId === 'string' ? { method, who: typeof who === 'string' ? who : '', intentId } : null
}

/** Queries and commands of one link: queries wait for room, commands never do, a repeated intent is answered once. */
export const createServerCalls = <C extends Contract>(entrance: Entrance<C>, voice: Voice, caller: Caller) => {
  let commands = 0
  const queries = createCallQueue({
    maximumRunning,
    maximumWaiting: maximumCalls,
    hasRoom: () => !voice.isEnded() && !voice.isCongested(),
  })
  return {
    call: ({ id, method, input: asked }: Extract<ClientFrame, { type: 'call' }>): void => {
      const ready = entrance.prepare(id, method, asked, ['query', 'command'])
      if (!ready) return
      // Bound to whom it was asked of, even where it waits: a client that turns to another site moves no call with it.
      const { entry, input, intents, answers } = ready
      const handler = ready.handler as AnyHandler
      const intent = intentOf(method, input)
      const carryOut = (): unknown =>
        entry.kind === 'command' && intent !== null
          ? intents.once(intent, entry.repeated, () => handler(input, caller))
          : handler(input, caller)
      const run = () =>
        Promise.resolve()
          .then(carryOut)
          .then((value) => answers.sendResult(id, method, entrance.checked(method, entry, value)))
          .catch((error: unknown) => answers.explain(id, method, error))
      const tooMany = () =>
        voice.fail(id, 'too-many', `${maximumCalls} requests are already running; try again when they are answered`)
      if (entry.kind === 'query') return queries.add({ run }) ? undefined : tooMany()
      // What a person wants done never waits behind what a page wants to show.
      if (commands >= maximumCalls) return tooMany()
      commands += 1
      void run().finally(() => {
        commands -= 1
      })
    },
    flush: queries.flush,
    clear: queries.clear,
  }
}
