import { BrokenFrame } from './bytes-frame.ts'
import {
  Refusal,
  type CallKeys,
  type Caller,
  type Client,
  type Contract,
  type FlowKeys,
  type InputOf,
  type OutputOf,
  type Stop,
  type StreamKeys,
} from './define.ts'
import { contractVersion, describeIssues, serverFrameSchema, type ClientFrame } from './frames.ts'
import type { Link } from './link.ts'
import { pulled, type Listening, type Over } from './pulled.ts'

export interface ConnectedClient<C extends Contract> extends Client<C> {
  /** As in Client; `onEnd` hears why the other side ended or refused the subscription. */
  readonly subscribe: <N extends StreamKeys<C>>(
    name: N,
    input: InputOf<C[N]>,
    listener: (value: OutputOf<C[N]>) => void,
    onEnd?: (why: string) => void,
  ) => Stop
  /** Who we are to the other side; rejects when the link ends first. */
  readonly welcome: Promise<Caller>
  /** The link is gone, and why; calls are rejected from then on. Called at once when it already is. */
  readonly onEnd: (listener: (why: string) => void) => Stop
  readonly close: () => void
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

const lost = 'The connection to the program was lost.'

/** Speaks a contract over a link. Frames that make no sense go to `report` and are otherwise ignored. */
export const createClient = <C extends Contract>(
  contract: C,
  link: Link,
  report: (problem: string) => void = () => undefined,
): ConnectedClient<C> => {
  let lastId = 0
  let endedWhy: string | null = null
  let goodbyeWhy: string | null = null
  const calls = new Map<number, Waiting>()
  const subscriptions = new Map<number, Listening>()
  const endListeners = new Set<(why: string) => void>()
  let greet: ((caller: Caller) => void) | null = null
  let refuseGreeting: ((error: Error) => void) | null = null
  const welcome = new Promise<Caller>((resolve, reject) => {
    greet = resolve
    refuseGreeting = reject
  })
  // Whoever does not wait for the greeting learns of a lost link through onEnd.
  welcome.catch(() => undefined)

  const send = (frame: ClientFrame) => {
    try {
      link.send(frame)
    } catch (error) {
      report(`a ${frame.type} frame could not be sent: ${String(error)}`)
      end(lost)
    }
  }

  const end = (why: string) => {
    if (endedWhy !== null) return
    endedWhy = why
    unlisten()
    unclose()
    refuseGreeting?.(new Error(why))
    const waiting = [...calls.values()]
    const listening = [...subscriptions.values()]
    calls.clear()
    subscriptions.clear()
    for (const call of waiting) call.reject(new Error(why))
    for (const subscription of listening) subscription.onOver(new Error(why))
    for (const listener of [...endListeners]) listener(why)
  }

  const settle = (id: number, act: (call: Waiting) => void): boolean => {
    const call = calls.get(id)
    if (!call) return false
    calls.delete(id)
    act(call)
    return true
  }
  const endSubscription = (id: number, over: Over): boolean => {
    const subscription = subscriptions.get(id)
    if (!subscription) return false
    subscriptions.delete(id)
    subscription.onOver(over)
    return true
  }
  /** Begins a subscription or a flow and gives the function that ends it. */
  const listen = (frame: (id: number) => ClientFrame, listening: Listening): Stop => {
    if (endedWhy !== null) {
      listening.onOver(new Error(endedWhy))
      return () => undefined
    }
    lastId += 1
    const id = lastId
    subscriptions.set(id, listening)
    send(frame(id))
    return () => {
      if (!subscriptions.delete(id) || endedWhy !== null) return
      send({ type: 'unsubscribe', id })
    }
  }

  const receive = (raw: unknown) => {
    if (raw instanceof BrokenFrame) return report(`a frame was not understood: ${raw.why}`)
    const parsed = serverFrameSchema.safeParse(raw)
    if (!parsed.success) return report(`a frame was not understood: ${describeIssues(parsed.error)}`)
    const frame = parsed.data
    switch (frame.type) {
      case 'hello':
        return greet?.({ role: frame.role, name: frame.name })
      case 'result':
        return void settle(frame.id, (call) => call.resolve(frame.value))
      case 'refused':
        if (!settle(frame.id, (call) => call.reject(new Refusal(frame.message))))
          endSubscription(frame.id, new Refusal(frame.message))
        return
      case 'error': {
        const { id } = frame
        if (
          id === null ||
          (!settle(id, (call) => call.reject(new Error(frame.message))) &&
            !endSubscription(id, new Error(frame.message)))
        )
          report(frame.message)
        return
      }
      case 'push': {
        const subscription = subscriptions.get(frame.id)
        return subscription?.listener(frame.value, () => {
          if (subscriptions.has(frame.id)) send({ type: 'got', id: frame.id, count: frame.count })
        })
      }
      case 'ended':
        return void endSubscription(frame.id, new Error(frame.message))
      case 'done':
        return void endSubscription(frame.id, null)
      case 'goodbye':
        goodbyeWhy = frame.message
    }
  }

  const unlisten = link.onFrame(receive)
  const unclose = link.onClose(() => end(goodbyeWhy ?? lost))
  send({ type: 'hello', contractVersion })

  return {
    call: <N extends CallKeys<C>>(name: N, input: InputOf<C[N]>) =>
      new Promise<OutputOf<C[N]>>((resolve, reject) => {
        if (endedWhy !== null) return reject(new Error(endedWhy))
        lastId += 1
        const id = lastId
        calls.set(id, { resolve: resolve as (value: unknown) => void, reject })
        send({ type: 'call', id, method: String(name), input })
      }),
    subscribe: (name, input, listener, onEnd) => {
      if (!Object.hasOwn(contract, name)) throw new TypeError(`${String(name)} is not in the contract`)
      return listen((id) => ({ type: 'subscribe', id, stream: String(name), input }), {
        // Acknowledged only after the listener ran: that is what keeps a slow page from being flooded.
        listener: (value, taken) => {
          try {
            listener(value as never)
          } finally {
            taken()
          }
        },
        onOver: (over) => {
          if (over !== null) onEnd?.(over.message)
        },
      })
    },
    pull: <N extends FlowKeys<C>>(name: N, input: InputOf<C[N]>) =>
      pulled<OutputOf<C[N]>>((listening) =>
        listen((id) => ({ type: 'pull', id, flow: String(name), input }), listening),
      ),
    welcome,
    onEnd: (listener) => {
      if (endedWhy !== null) {
        listener(endedWhy)
        return () => undefined
      }
      endListeners.add(listener)
      return () => endListeners.delete(listener)
    },
    close: () => {
      end('The connection was closed.')
      link.close()
    },
  }
}
