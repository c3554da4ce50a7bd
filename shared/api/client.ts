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

export interface Welcome extends Caller {
  /** The site that answers; left out: none, or there is only one. It may be another than the wanted one, which was closed. */
  readonly site?: string
}

export interface ConnectedClient<C extends Contract> extends Client<C> {
  /** As in Client; `onEnd` hears why the other side ended or refused the subscription. */
  readonly subscribe: <N extends StreamKeys<C>>(
    name: N,
    input: InputOf<C[N]>,
    listener: (value: OutputOf<C[N]>) => void,
    onEnd?: (why: string) => void,
  ) => Stop
  /** Who we are to the other side, and which site answers; rejects when the link ends, or is turned to another site, first. */
  readonly welcome: Promise<Welcome>
  /** The link is gone, and why; calls are rejected from then on. Called at once when it already is. */
  readonly onEnd: (listener: (why: string) => void) => Stop
  /**
   * Turns the link to another site (null: the one the program shows by itself) and gives the client that speaks to it. This one is over:
   * what it waits for is rejected, and nothing can be asked through it any more, so no intent made for one site goes to another.
   */
  readonly turnTo: (site: string | null) => ConnectedClient<C>
  readonly close: () => void
}

const lost = 'The connection to the program was lost.'
const leftWhy = 'Another site is shown now; what became of this stands in the history of the site before.'

/** Who greets: settled once, by the first greeting or by the end of the link. */
const createWelcome = () => {
  let greet: ((caller: Welcome) => void) | null = null
  let refuse: ((error: Error) => void) | null = null
  const welcome = new Promise<Welcome>((resolve, reject) => {
    greet = resolve
    refuse = reject
  })
  // Whoever does not wait for the greeting learns of a lost link through onEnd.
  welcome.catch(() => undefined)
  return {
    welcome,
    greet: (caller: Welcome): void => greet?.(caller),
    refuse: (error: Error): void => refuse?.(error),
  }
}

interface FrameDeps {
  readonly waiting: ClientWaiting
  readonly report: (problem: string) => void
  readonly greet: (caller: Welcome) => void
  readonly send: (frame: ClientFrame) => void
  readonly onGoodbye: (why: string) => void
}

/** What a frame of the other side does. */
const takeFrame = ({ waiting, report, greet, send, onGoodbye }: FrameDeps, frame: ServerFrame): void => {
  switch (frame.type) {
    case 'hello':
      return greet({
        ...{ role: frame.role, name: frame.name },
        ...(frame.site === undefined || frame.site === null ? {} : { site: frame.site }),
      })
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

/** One link as all clients on it share it: what waits, its end, and the greetings under way. */
const createTalk = (link: Link, report: (problem: string) => void) => {
  const waiting = createClientWaiting()
  const endListeners = new Set<(why: string) => void>()
  let endedWhy: string | null = null
  let goodbyeWhy: string | null = null
  /** Greetings sent and not answered: a link that was turned twice at once hears of the first turn when it is over already. */
  let greetings = 0
  let greeting = createWelcome()

  const end = (why: string): void => {
    if (endedWhy !== null) return
    endedWhy = why
    unlisten()
    unclose()
    greeting.refuse(new Error(why))
    waiting.endAll(why)
    for (const listener of [...endListeners]) listener(why)
  }
  const send = (frame: ClientFrame): void => {
    try {
      link.send(frame)
    } catch (error) {
      report(`a ${frame.type} frame could not be sent: ${String(error)}`)
      end(lost)
    }
  }
  const deps: FrameDeps = {
    ...{ waiting, report, send },
    greet: (welcome) => {
      greetings -= 1
      if (greetings === 0) greeting.greet(welcome)
    },
    onGoodbye: (why) => {
      goodbyeWhy = why
    },
  }
  const unlisten = link.onFrame((raw) => {
    if (raw instanceof BrokenFrame) return report(`a frame was not understood: ${raw.why}`)
    const parsed = serverFrameSchema.safeParse(raw)
    if (!parsed.success) return report(`a frame was not understood: ${describeIssues(parsed.error)}`)
    takeFrame(deps, parsed.data)
  })
  const unclose = link.onClose(() => end(goodbyeWhy ?? lost))
  return {
    waiting,
    send,
    end,
    endedWhy: () => endedWhy,
    endListeners,
    /** Says which site is wanted; what waited for the one before is told. */
    greet: (site: string | null): Promise<Welcome> => {
      greeting.refuse(new Error(leftWhy))
      waiting.endAll(leftWhy)
      greeting = createWelcome()
      if (endedWhy !== null) greeting.refuse(new Error(endedWhy))
      greetings += 1
      send({ type: 'hello', contractVersion, site })
      return greeting.welcome
    },
  }
}

/** The client of one site on a link, until the link ends or is turned to another. */
const clientOf = <C extends Contract>(
  contract: C,
  talk: ReturnType<typeof createTalk>,
  link: Link,
  site: string | null,
): ConnectedClient<C> => {
  const { waiting, send, endListeners } = talk
  let isLeft = false
  const overWhy = (): string | null => talk.endedWhy() ?? (isLeft ? leftWhy : null)
  const own = new Set<(why: string) => void>()
  /** Begins a subscription or a flow and gives the function that ends it. */
  const listen = (frame: (id: number) => ClientFrame, listening: Listening): Stop => {
    const over = overWhy()
    if (over !== null) {
      listening.onOver(new Error(over))
      return () => undefined
    }
    const id = waiting.addListening(listening)
    send(frame(id))
    return () => {
      if (waiting.leave(id) && overWhy() === null) send({ type: 'unsubscribe', id })
    }
  }
  const welcome = talk.greet(site)

  return {
    call: <N extends CallKeys<C>>(name: N, input: InputOf<C[N]>) =>
      new Promise<OutputOf<C[N]>>((resolve, reject) => {
        const over = overWhy()
        if (over !== null) return reject(new Error(over))
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
      const ended = talk.endedWhy()
      if (ended !== null) {
        listener(ended)
        return () => undefined
      }
      own.add(listener)
      endListeners.add(listener)
      return () => {
        own.delete(listener)
        endListeners.delete(listener)
      }
    },
    turnTo: (next) => {
      isLeft = true
      for (const listener of own) endListeners.delete(listener)
      return clientOf(contract, talk, link, next)
    },
    close: () => {
      talk.end('The connection was closed.')
      link.close()
    },
  }
}

/** Speaks a contract over a link, for one site at a time. Frames that make no sense go to `report` and are otherwise ignored. */
export const createClient = <C extends Contract>(
  contract: C,
  link: Link,
  report: (problem: string) => void = () => undefined,
  site: string | null = null,
): ConnectedClient<C> => clientOf(contract, createTalk(link, report), link, site)
