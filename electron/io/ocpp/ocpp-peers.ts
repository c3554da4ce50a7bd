import type { IncomingMessage } from 'node:http'
import type { WebSocket } from 'ws'
import type { ConnectionId, OcppServerEvent } from '../../core/chargers/ocpp/ocpp-ports.ts'
import type { Clock, Log, Stop } from '../../core/ports.ts'
import type { Verdict } from './handshake.ts'
import { createPace, messagesAllowed } from './pace.ts'

/** What may wait to be sent to a charger that does not read; beyond it the connection is given up. Editable, as all below. */
const longestBacklog = 256 * 1024
/** Handshakes and chargers beyond this are not served: a site has hundreds at most. */
export const mostConnections = 1000
/** Longest message: a report of hundreds of configuration keys takes some ten kilobytes. */
export const longestMessage = 256 * 1024
const tooLong = (error: Error): boolean => 'code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'
const pingMs = 10_000
/** So long without any sign of life a connection is dead. */
const deadMs = 35_000
/** How long a connection may take to close before it is cut off. */
export const closeMs = 500

interface Peer {
  readonly socket: WebSocket
  readonly id: ConnectionId
  heardMs: number
  why: string | null
}

export interface PeersDeps {
  readonly clock: Clock
  readonly log: Log
  readonly isEncrypted: boolean
  readonly tell: (event: OcppServerEvent) => void
}

export const remoteOf = ({ socket }: IncomingMessage): string =>
  `${socket.remoteAddress ?? 'unknown'}:${socket.remotePort ?? 0}`

/** The chargers that are connected: what they say is told, what is sent to them goes out while they read, and dead ones are cut off. */
export const createPeers = ({ clock, log, isEncrypted, tell }: PeersDeps) => {
  const peers = new Map<ConnectionId, Peer>()
  const sent = { bytesSent: 0, bytesReceived: 0 }
  let lastId = 0
  let stopPing: Stop = () => undefined

  /** Reads what a charger says; one that says too much is read more slowly. */
  const hear = (peer: Peer, identity: string): Stop => {
    const { socket } = peer
    const pace = createPace(clock, messagesAllowed)
    let stopWaiting: Stop = () => undefined
    socket.on('message', (data, isBinary) => {
      peer.heardMs = clock.monotonicMs()
      const text = (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer)).toString('utf8')
      sent.bytesReceived += text.length
      // OCPP-J is text; one that sends it as bytes means the same.
      if (isBinary) log.debug('an OCPP message came as bytes', { identity })
      const waitMs = pace.take()
      if (waitMs > 0) {
        socket.pause()
        // What was in the socket's buffer comes all the same; the last of it says how long to wait.
        stopWaiting()
        stopWaiting = clock.after(waitMs, () => socket.resume())
      }
      tell({ kind: 'text', connection: peer.id, text })
    })
    socket.on('ping', () => {
      peer.heardMs = clock.monotonicMs()
    })
    socket.on('pong', () => {
      peer.heardMs = clock.monotonicMs()
      tell({ kind: 'alive', connection: peer.id })
    })
    return () => stopWaiting()
  }

  const close = (peer: Peer, why: string): void => {
    peer.why ??= why
    peer.socket.close(1000, why.slice(0, 100))
    clock.after(closeMs, () => peer.socket.terminate())
  }
  const ping = (): void => {
    const nowMs = clock.monotonicMs()
    for (const peer of peers.values()) {
      if (nowMs - peer.heardMs > deadMs) {
        peer.why ??= `no sign of life for ${Math.round((nowMs - peer.heardMs) / 1000)} s`
        peer.socket.terminate()
      } else if (peer.socket.readyState === peer.socket.OPEN) peer.socket.ping()
    }
    stopPing = clock.after(pingMs, ping)
  }

  return {
    counts: () => ({ ...sent }),
    isFull: () => peers.size >= mostConnections,
    admit: (socket: WebSocket, request: IncomingMessage, verdict: Extract<Verdict, { ok: true }>): void => {
      lastId += 1
      const { identity } = verdict.station
      const peer: Peer = { socket, id: lastId, heardMs: clock.monotonicMs(), why: null }
      peers.set(peer.id, peer)
      const stopHearing = hear(peer, identity)
      socket.on('error', (error) => {
        peer.why ??= tooLong(error) ? `it sent a message longer than ${longestMessage / 1024} KB` : error.message
      })
      socket.on('close', (code, reason) => {
        stopHearing()
        peers.delete(peer.id)
        const said = reason.toString('utf8').slice(0, 120)
        const byCharger = said === '' ? `closed by the charger (code ${code})` : `closed by the charger: ${said}`
        tell({ kind: 'closed', connection: peer.id, why: peer.why ?? byCharger })
      })
      const { version } = verdict
      tell({ kind: 'opened', connection: peer.id, identity, version, remote: remoteOf(request), isEncrypted })
    },
    send: (connection: ConnectionId, text: string): boolean => {
      const peer = peers.get(connection)
      if (peer === undefined || peer.socket.readyState !== peer.socket.OPEN) return false
      if (peer.socket.bufferedAmount > longestBacklog) {
        peer.why ??= 'it does not read what it is sent'
        peer.socket.terminate()
        return false
      }
      sent.bytesSent += text.length
      peer.socket.send(text)
      return true
    },
    disconnect: (connection: ConnectionId, why: string): void => {
      const peer = peers.get(connection)
      if (peer !== undefined) close(peer, why)
    },
    start: (): void => {
      stopPing = clock.after(pingMs, ping)
    },
    stop: (why: string): void => {
      stopPing()
      for (const peer of peers.values()) close(peer, why)
    },
  }
}
export type Peers = ReturnType<typeof createPeers>
