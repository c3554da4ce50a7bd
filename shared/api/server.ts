import { Refusal, type Caller, type Contract, type Entry, type Handlers, type Stop } from './define.ts'
import {
  clientFrameSchema,
  clip,
  contractVersion,
  describeIssues,
  type ClientFrame,
  type ServerFrame,
} from './frames.ts'
import { BrokenFrame } from './bytes-frame.ts'
import { createCallQueue } from './call-queue.ts'
import { runFlow, type RunningFlow } from './flow.ts'
import { createIntentMemory, type IntentKey, type IntentMemory } from './intent-memory.ts'
import { AnswerTooLarge, type Link } from './link.ts'
import { own } from '../own.ts'
import { createSubscription, type Subscription } from './subscription.ts'

/** What went wrong with a frame; `failed` is a bug in a handler, everything else is the other side's doing. */
export type FrameTrouble =
  | 'malformed'
  | 'out-of-order'
  | 'unknown-name'
  | 'bad-input'
  | 'forbidden'
  | 'too-many'
  | 'too-large'
  | 'bad-output'
  | 'failed'
  | 'slow'

export interface ServeOptions {
  /** Told of every frame that could not be served, for counting and logging; never throws back into the link. */
  readonly report?: (trouble: FrameTrouble, message: string) => void
  /** Parses what handlers give before it leaves (end-to-end tests): a core that breaks its contract is found there. */
  readonly checkOutputs?: boolean
  /** Above this many bytes waiting, `latest` streams and queries wait; editable assumption: four live frames of a large site. */
  readonly pauseAboveBytes?: number
  /**
   * Above this many bytes waiting (answers and pushes), or pushes not yet taken, a client is disconnected: it will not catch up. Editable
   * assumption: one answer of the largest size and what may wait beside it.
   */
  readonly dropAboveBytes?: number
  readonly dropAbovePushes?: number
  /** What was carried out already: one for all links of a program. Left out, this link has its own. */
  readonly intents?: IntentMemory
}

/** The id and the person of an intent; null for a command that has none. */
const intentOf = (method: string, input: unknown): IntentKey | null => {
  if (typeof input !== 'object' || input === null) return null
  const { intentId, who } = input as { readonly intentId?: unknown; readonly who?: unknown }
  return typeof intentId === 'string' ? { method, who: typeof who === 'string' ? who : '', intentId } : null
}

const maximumSubscriptions = 64
/** Calls not yet answered; a page asks for a dozen at once. */
const maximumCalls = 64
/** Queries run at once for one page: the store behind most of them does one thing at a time anyway. */
const maximumRunning = 8

type AnyHandler = (input: unknown, caller: Caller) => unknown
type AnyFlow = (input: unknown, caller: Caller) => AsyncIterable<unknown>
type AnyStream = (input: unknown, push: (value: unknown) => void, caller: Caller) => Stop

/**
 * Answers a link with the handlers of a contract until it closes or the returned function is called. Every frame is checked,
 * every input parsed; a bad one is answered with a message and reported, and never stops the others.
 */
export const serve = <C extends Contract>(
  contract: C,
  handlers: Handlers<C>,
  link: Link,
  caller: Caller,
  options: ServeOptions = {},
): Stop => {
  const { pauseAboveBytes = 1 << 20, dropAboveBytes = 96 << 20, dropAbovePushes = 20_000 } = options
  const intents = options.intents ?? createIntentMemory()
  const subscriptions = new Map<number, Subscription>()
  const flows = new Map<number, RunningFlow>()
  let greeted = false
  let commands = 0
  let ended = false

  const report = (trouble: FrameTrouble, message: string) => options.report?.(trouble, message)
  const send = (frame: ServerFrame) => {
    if (ended) return
    try {
      link.send(frame)
    } catch (error) {
      report('failed', `a ${frame.type} frame could not be sent: ${String(error)}`)
      // Left open it would look alive and answer nothing: a page whose link is closed connects anew.
      stop()
      link.close()
    }
  }
  /** An answer that can't be sent is answered with why; the link and everything else on it go on. */
  const sendResult = (id: number, method: string, value: unknown) => {
    if (ended) return
    if (backlog() > dropAboveBytes) return giveUp(method)
    try {
      link.send({ type: 'result', id, value } satisfies ServerFrame)
    } catch (error) {
      // What JSON can't hold (a RangeError: longer than any string may be) is too large as well.
      const why =
        error instanceof AnswerTooLarge
          ? error.message
          : `the answer could not be sent (${String(error)}); ask for less`
      fail(id, 'too-large', `${method}: ${why}`)
    }
  }
  const giveUp = (what: string) => {
    report('slow', `${caller.name} fell too far behind on ${what}`)
    goodbye('This screen fell too far behind the live data and was disconnected; reload it.')
  }
  const fail = (id: number | null, trouble: FrameTrouble, message: string) => {
    report(trouble, message)
    send({ type: 'error', id, message: clip(message) })
  }
  const backlog = () => link.backlog?.() ?? 0

  const queries = createCallQueue({
    maximumRunning,
    maximumWaiting: maximumCalls,
    hasRoom: () => !ended && backlog() <= pauseAboveBytes,
  })

  const dropSubscriptions = () => {
    const running = [...subscriptions.values()]
    subscriptions.clear()
    for (const subscription of running) subscription.stop()
    const flowing = [...flows.values()]
    flows.clear()
    for (const flow of flowing) flow.stop()
  }
  const goodbye = (message: string) => {
    send({ type: 'goodbye', message })
    stop()
    link.close()
  }

  /** The entry of that name and kind with its parsed input, or null after the caller has been told what is wrong. */
  const prepare = (
    id: number,
    name: string,
    input: unknown,
    kinds: readonly Entry['kind'][],
  ): { entry: Entry; input: unknown } | null => {
    const entry = Object.hasOwn(contract, name) ? own(contract, name) : undefined
    if (!entry || !kinds.includes(entry.kind)) {
      fail(id, 'unknown-name', `"${clip(name, 60)}" is not a ${kinds.join(' or ')} of this program; reload the page`)
      return null
    }
    if (entry.kind === 'command' && caller.role !== 'operator') {
      report('forbidden', `${name} refused: ${caller.name} is a viewer`)
      send({ type: 'refused', id, message: 'You are viewing only: open the operator address to control the site.' })
      return null
    }
    const parsed = entry.input.safeParse(input)
    if (!parsed.success) {
      fail(id, 'bad-input', `${name}: ${describeIssues(parsed.error)}`)
      return null
    }
    return { entry, input: parsed.data as unknown }
  }

  const checked = (name: string, entry: Entry, value: unknown): unknown => {
    if (!options.checkOutputs) return value
    const parsed = entry.output.safeParse(value)
    if (!parsed.success) report('bad-output', `${name}: ${describeIssues(parsed.error)}`)
    return value
  }

  const explain = (id: number, name: string, error: unknown) => {
    if (error instanceof Refusal) send({ type: 'refused', id, message: clip(error.message) })
    else fail(id, 'failed', `${name} failed: ${error instanceof Error ? error.message : String(error)}`)
  }

  const call = (frame: Extract<ClientFrame, { type: 'call' }>) => {
    const ready = prepare(frame.id, frame.method, frame.input, ['query', 'command'])
    if (!ready) return
    const handler = handlers[frame.method as keyof Handlers<C>] as unknown as AnyHandler
    const { entry, input } = ready
    const intent = intentOf(frame.method, input)
    const carryOut = (): unknown =>
      entry.kind === 'command' && intent !== null
        ? intents.once(intent, entry.repeated, () => handler(input, caller))
        : handler(input, caller)
    const run = () =>
      Promise.resolve()
        .then(carryOut)
        .then((value) => sendResult(frame.id, frame.method, checked(frame.method, entry, value)))
        .catch((error: unknown) => explain(frame.id, frame.method, error))
    const tooMany = () =>
      fail(frame.id, 'too-many', `${maximumCalls} requests are already running; try again when they are answered`)
    if (entry.kind === 'query') return queries.add({ run }) ? undefined : tooMany()
    // What a person wants done never waits behind what a page wants to show.
    if (commands >= maximumCalls) return tooMany()
    commands += 1
    void run().finally(() => {
      commands -= 1
    })
  }

  const isTaken = (id: number) => subscriptions.has(id) || flows.has(id)

  const subscribe = (frame: Extract<ClientFrame, { type: 'subscribe' }>) => {
    const { id } = frame
    if (isTaken(id)) return fail(id, 'out-of-order', `subscription ${id} is already running`)
    const ready = prepare(id, frame.stream, frame.input, ['stream'])
    if (ready?.entry.kind !== 'stream') return
    if (subscriptions.size + flows.size >= maximumSubscriptions)
      return fail(id, 'too-many', `${maximumSubscriptions} subscriptions are already running`)
    const subscription = createSubscription({
      delivery: ready.entry.delivery,
      send: (count, value) => send({ type: 'push', id, count, value: checked(frame.stream, ready.entry, value) }),
      congested: () => backlog() > pauseAboveBytes,
      hopeless: () => backlog() > dropAboveBytes,
      maximumWaiting: dropAbovePushes,
      onHopeless: () => giveUp(frame.stream),
    })
    subscriptions.set(id, subscription)
    const start = handlers[frame.stream as keyof Handlers<C>] as unknown as AnyStream
    try {
      subscription.attach(start(ready.input, subscription.push, caller))
    } catch (error) {
      subscriptions.delete(id)
      subscription.stop()
      if (!(error instanceof Refusal)) report('failed', `${frame.stream} failed: ${String(error)}`)
      send({ type: 'ended', id, message: clip(error instanceof Error ? error.message : String(error)) })
    }
  }

  const pull = (frame: Extract<ClientFrame, { type: 'pull' }>) => {
    const { id } = frame
    if (isTaken(id)) return fail(id, 'out-of-order', `subscription ${id} is already running`)
    const ready = prepare(id, frame.flow, frame.input, ['flow'])
    if (ready === null) return
    if (subscriptions.size + flows.size >= maximumSubscriptions)
      return fail(id, 'too-many', `${maximumSubscriptions} subscriptions are already running`)
    const begin = handlers[frame.flow as keyof Handlers<C>] as unknown as AnyFlow
    const onFailed = (error: unknown) => {
      flows.delete(id)
      explain(id, frame.flow, error)
    }
    try {
      const flow = runFlow({
        source: begin(ready.input, caller)[Symbol.asyncIterator](),
        send: (count, value) => send({ type: 'push', id, count, value: checked(frame.flow, ready.entry, value) }),
        congested: () => backlog() > pauseAboveBytes,
        onDone: () => {
          flows.delete(id)
          send({ type: 'done', id })
        },
        onFailed,
      })
      flows.set(id, flow)
      flow.flush()
    } catch (error) {
      onFailed(error)
    }
  }

  const flush = () => {
    if (ended) return
    for (const subscription of subscriptions.values()) subscription.flush()
    for (const flow of flows.values()) flow.flush()
    queries.flush()
  }

  const hello = (version: number) => {
    dropSubscriptions()
    queries.clear()
    if (version !== contractVersion) {
      return goodbye(`This screen speaks version ${version}, the program version ${contractVersion}: reload the page.`)
    }
    greeted = true
    send({ type: 'hello', contractVersion, role: caller.role, name: caller.name })
  }

  const receive = (raw: unknown) => {
    if (ended) return
    if (raw instanceof BrokenFrame) return fail(null, 'malformed', `not a frame of this program: ${raw.why}`)
    const parsed = clientFrameSchema.safeParse(raw)
    if (!parsed.success) return fail(null, 'malformed', `not a frame of this program: ${describeIssues(parsed.error)}`)
    const frame = parsed.data
    if (frame.type === 'hello') return hello(frame.contractVersion)
    if (!greeted) return fail('id' in frame ? frame.id : null, 'out-of-order', 'the first frame must be hello')
    switch (frame.type) {
      case 'call':
        return call(frame)
      case 'subscribe':
        return subscribe(frame)
      case 'pull':
        return pull(frame)
      case 'unsubscribe': {
        const running = subscriptions.get(frame.id) ?? flows.get(frame.id)
        subscriptions.delete(frame.id)
        flows.delete(frame.id)
        return running?.stop()
      }
      case 'got': {
        subscriptions.get(frame.id)?.taken(frame.count)
        flows.get(frame.id)?.taken(frame.count)
        // Room on the link is room for everything that waits, not only for the stream that was acknowledged.
        flush()
      }
    }
  }

  const unlisten = link.onFrame(receive)
  const unclose = link.onClose(() => stop())
  const undrain = link.onDrain?.(flush) ?? (() => undefined)
  const stop = () => {
    if (ended) return
    ended = true
    unlisten()
    unclose()
    undrain()
    queries.clear()
    dropSubscriptions()
  }
  return stop
}
