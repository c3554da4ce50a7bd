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
import { createClientWaiting, type ClientWaiting } from './client-waiting.ts'
import { contractVersion, describeIssues, serverFrameSchema, type ClientFrame, type ServerFrame } from './frames.ts'
import type { Link } from './link.ts'
import { pulled, type Listening } from './pulled.ts'

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

const lost = 'The connection to the program was lost.'

/** Who greets: settled once, by the first greeting or by the end of the link. */
const createWelcome = () => {
  let greet: ((caller: Caller) => void) | null = null
  let refuse: ((error: Error) => void) | null = null
  const welcome = new Promise<Caller>((resolve, reject) => {
    greet = resolve
    refuse = reject
  })
  // Whoever does not wait for the greeting learns of a lost link through onEnd.
  welcome.catch(() => undefined)
  return {
    welcome,
    greet: (caller: Caller): void => greet?.(caller),
    refuse: (error: Error): void => refuse?.(error),
  }
}

interface FrameDeps {
  readonly waiting: ClientWaiting
  readonly report: (problem: string) => void
  readonly greet: (caller: Caller) => void
  readonly send: (frame: ClientFrame) => void
  readonly onGoodbye: (why: string) => void
}

/** What a frame of the other side does. */
const takeFrame = ({ waiting, report, greet, send, onGoodbye }: FrameDeps, frame: ServerFrame): void => {
  switch (frame.type) {
    case 'hello':
      return greet({ role: frame.role, name: frame.name })
    case 'result':
      return void waiting.settle(frame.id, (call) => call.resolve(frame.value))
    case 'refused': {
      const refusal = new Refusal(frame.message)
      if (!waiting.settle(frame.id, (call) => call.reject(refusal))) waiting.over(frame.id, refusal)
      return
    }
    case 'error': {
      const { id } = frame
      const error = new Error(frame.message)
      const isKnown = id !== null && (waiting.settle(id, (call) => call.reject(error)) || waiting.over(id, error))
      if (!isKnown) report(frame.message)
      return
    }
    case 'push':
      return waiting.listening(frame.id)?.listener(frame.value, () => {
        if (waiting.listening(frame.id) !== undefined) send({ type: 'got', id: frame.id, count: frame.count })
      })
    case 'ended':
      return void waiting.over(frame.id, new Error(frame.message))
    case 'done':
      return void waiting.over(frame.id, null)
    case 'goodbye':
      return onGoodbye(frame.message)
  }
}

/** Speaks a contract over a link. Frames that make no sense go to `report` and are otherwise ignored. */
export const createClient = <C extends Contract>(
  contract: C,
  link: Link,
  report: (problem: string) => void = () => undefined,
): ConnectedClient<C> => {
  let endedWhy: string | null = null
  let goodbyeWhy: string | null = null
  const waiting = createClientWaiting()
  const endListeners = new Set<(why: string) => void>()
  const { welcome, greet, refuse } = createWelcome()

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
    refuse(new Error(why))
    waiting.endAll(why)
    for (const listener of [...endListeners]) listener(why)
  }
  /** Begins a subscription or a flow and gives the function that ends it. */
  const listen = (frame: (id: number) => ClientFrame, listening: Listening): Stop => {
    if (endedWhy !== null) {
      listening.onOver(new Error(endedWhy))
      return () => undefined
    }
    const id = waiting.addListening(listening)
    send(frame(id))
    return () => {
      if (!waiting.leave(id) || endedWhy !== null) return
      send({ type: 'unsubscribe', id })
    }
  }
  const onGoodbye = (why: string): void => {
    goodbyeWhy = why
  }
  const receive = (raw: unknown) => {
    if (raw instanceof BrokenFrame) return report(`a frame was not understood: ${raw.why}`)
    const parsed = serverFrameSchema.safeParse(raw)
    if (!parsed.success) return report(`a frame was not understood: ${describeIssues(parsed.error)}`)
    takeFrame({ waiting, report, greet, send, onGoodbye }, parsed.data)
  }

  const unlisten = link.onFrame(receive)
  const unclose = link.onClose(() => end(goodbyeWhy ?? lost))
  send({ type: 'hello', contractVersion })

  return {
    call: <N extends CallKeys<C>>(name: N, input: InputOf<C[N]>) =>
      new Promise<OutputOf<C[N]>>((resolve, reject) => {
        if (endedWhy !== null) return reject(new Error(endedWhy))
        const id = waiting.addCall({ resolve: resolve as (value: unknown) => void, reject })
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
