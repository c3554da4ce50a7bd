import { WebSocket } from 'ws'

export interface OcppClientParts {
  readonly url: string
  readonly protocol: string
  readonly has: (oddness: 'numeric-id' | 'cut-answers' | 'no-answers' | 'no-subprotocol') => boolean
  readonly onOpen: () => void
  /** Answers a request: a payload, or the code of an error. */
  readonly onCall: (action: string, payload: Record<string, unknown>) => Record<string, unknown> | string
}

const againMs = 1000
/** An answer that does not come within this is given up, and the next message sent. */
const answerMs = 10_000

/** A charger's side of OCPP-J: keeps connecting, sends one message at a time and in order, answers what it is asked. */
export const createOcppClient = ({ url, protocol, has, onOpen, onCall }: OcppClientParts) => {
  let socket: WebSocket | null = null
  let isClosed = false
  let triedMs = -Infinity
  let lastId = 0
  let waiting: {
    readonly text: (id: string | number) => string
    readonly answered: (payload: Record<string, unknown>) => void
  }[] = []
  let pending: {
    readonly id: string
    readonly answered: (payload: Record<string, unknown>) => void
    readonly timer: NodeJS.Timeout
  } | null = null

  const sendNext = (): void => {
    const next = waiting[0]
    if (pending !== null || next === undefined || socket?.readyState !== WebSocket.OPEN) return
    waiting = waiting.slice(1)
    lastId += 1
    const id = has('numeric-id') ? lastId : `c-${lastId}`
    pending = { id: String(id), answered: next.answered, timer: setTimeout(() => settle(null), answerMs) }
    socket.send(next.text(id))
  }
  const settle = (payload: Record<string, unknown> | null): void => {
    const done = pending
    if (done === null) return
    clearTimeout(done.timer)
    pending = null
    if (payload !== null) done.answered(payload)
    sendNext()
  }
  const take = (made: WebSocket, text: string): void => {
    if (made !== socket) return
    const [type, id, third, fourth] = JSON.parse(text) as [number, string | number, unknown, unknown]
    if (type !== 2) {
      if (String(id) === pending?.id) settle(type === 3 ? (third as Record<string, unknown>) : null)
      return
    }
    const answer = onCall(String(third), (fourth ?? {}) as Record<string, unknown>)
    if (has('no-answers')) return
    const frame = JSON.stringify(typeof answer === 'string' ? [4, id, answer, '', {}] : [3, id, answer])
    made.send(has('cut-answers') ? frame.slice(0, -2) : frame)
  }
  const connect = (): void => {
    const made = has('no-subprotocol') ? new WebSocket(url) : new WebSocket(url, [protocol])
    socket = made
    made.on('open', () => {
      onOpen()
      sendNext()
    })
    made.on('message', (data) => take(made, (data as Buffer).toString('utf8')))
    // What goes wrong is told by the close that follows.
    made.on('error', () => undefined)
    made.on('close', () => {
      if (socket !== made) return
      socket = null
      settle(null)
    })
  }
  const drop = (): void => {
    const old = socket
    socket = null
    settle(null)
    waiting = []
    old?.terminate()
  }
  return {
    /** Called again and again; it tries once a second. */
    connect: (): void => {
      if (isClosed || socket !== null || performance.now() - triedMs < againMs) return
      triedMs = performance.now()
      connect()
    },
    /** Without its supply, or pulled out. */
    drop,
    isOpen: () => socket?.readyState === WebSocket.OPEN,
    /** Sent when it is its turn; kept while there is no connection, as a charger keeps its transactions. */
    send: (
      action: string,
      payload: Record<string, unknown>,
      answered: (payload: Record<string, unknown>) => void = () => undefined,
    ): void => {
      waiting = [...waiting.slice(-100), { text: (id) => JSON.stringify([2, id, action, payload]), answered }]
      sendNext()
    },
    /** As it is, whatever that is. */
    sendRaw: (text: string): void => {
      if (socket?.readyState === WebSocket.OPEN) socket.send(text)
    },
    close: (): void => {
      isClosed = true
      drop()
    },
  }
}
export type OcppClient = ReturnType<typeof createOcppClient>
