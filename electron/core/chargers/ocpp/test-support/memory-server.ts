import type { OcppServer, OcppServerEvent } from '../ocpp-ports.ts'

type Payload = Record<string, unknown>
/** What a charger answers; undefined: nothing. */
export type Reply = Payload | { readonly error: readonly [string, string] } | undefined

/** A server whose chargers live in the test: what is sent to them is kept, and answered at once by their `answers`. */
export const createMemoryServer = () => {
  const listeners = new Set<(event: OcppServerEvent) => void>()
  const tell = (event: OcppServerEvent): void => {
    for (const listener of listeners) listener(event)
  }
  const sends = new Map<number, (text: string) => void>()
  let lastId = 0
  const server: OcppServer = {
    start: () => tell({ kind: 'listening' }),
    stop: async () => undefined,
    listen: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    send: (connection, text) => {
      const send = sends.get(connection)
      send?.(text)
      return send !== undefined
    },
    disconnect: (connection, why) => {
      if (sends.delete(connection)) tell({ kind: 'closed', connection, why })
    },
    address: 'memory',
    counts: () => ({ bytesSent: 0, bytesReceived: 0 }),
  }
  const connect = (
    identity: string,
    version: '1.6' | '2.0.1' | null,
    answers: Readonly<Record<string, (payload: Payload) => Reply>>,
    remote = '192.0.2.7:4000',
  ) => {
    lastId += 1
    const connection = lastId
    const received: (readonly [string, Payload])[] = []
    const replies = new Map<string, unknown[]>()
    let lastCall = 0
    const say = (text: string): void => tell({ kind: 'text', connection, text })
    sends.set(connection, (text) => {
      const frame = JSON.parse(text) as [number, string, string, Payload]
      if (frame[0] !== 2) {
        replies.set(String(frame[1]), frame)
        return
      }
      const [, id, action, payload] = frame
      received.push([action, payload])
      const reply =
        answers[action] === undefined ? { error: ['NotImplemented', ''] as const } : answers[action](payload)
      if (reply === undefined) return
      const answer =
        'error' in reply && Array.isArray(reply['error'])
          ? [4, id, ...(reply['error'] as string[]), {}]
          : [3, id, reply]
      queueMicrotask(() => say(JSON.stringify(answer)))
    })
    tell({ kind: 'opened', connection, identity, version, remote, isEncrypted: false })
    return {
      received,
      say,
      isOpen: () => sends.has(connection),
      /** Sends a message and gives its answer: `[3, id, {}]` or `[4, ...]`; undefined where none came. */
      ask: (action: string, payload: Payload): readonly unknown[] | undefined => {
        lastCall += 1
        const id = `c${lastCall}`
        say(JSON.stringify([2, id, action, payload]))
        return replies.get(id)
      },
      replyTo: (id: string): readonly unknown[] | undefined => replies.get(id),
      close: (why: string): void => server.disconnect(connection, why),
    }
  }
  return { server, connect }
}
