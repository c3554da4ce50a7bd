import { readFileSync } from 'node:fs'
import { createServer, STATUS_CODES, type IncomingMessage, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { resolve } from 'node:path'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import type { ConnectionId, OcppServer, OcppServerEvent, OpenOcpp } from '../../core/chargers/ocpp/ocpp-ports.ts'
import type { Clock, Log, Stop } from '../../core/ports.ts'
import type { OcppServerSettings } from '../../../shared/site/ocpp-connection.ts'
import { readSecret, type Secret } from './access.ts'
import { judgeHandshake, subprotocolOf, type DoorParts, type Verdict } from './handshake.ts'
import { createPace, messagesAllowed, passwordsAllowed } from './pace.ts'

export interface OcppWorld {
  readonly clock: Clock
  readonly log: Log
  /** Files of the site file are relative to its folder. */
  readonly folder: string
}

/** Longest message: a report of hundreds of configuration keys takes some ten kilobytes. Editable, as all below. */
const longestMessage = 256 * 1024
/** What may wait to be sent to a charger that does not read; beyond it the connection is given up. */
const longestBacklog = 256 * 1024
/** Handshakes and chargers beyond this are not served: a site has hundreds at most. */
const mostConnections = 1000
const pingMs = 10_000
/** So long without any sign of life a connection is dead. */
const deadMs = 35_000
const handshakeMs = 10_000
const againMs = 3000
const closeMs = 500

interface Peer {
  readonly socket: WebSocket
  readonly id: ConnectionId
  heardMs: number
  why: string | null
}

const refuseUpgrade = (socket: Duplex, status: number, why: string): void => {
  const more =
    status === 401 ? 'WWW-Authenticate: Basic realm="OCPP"\r\n' : status === 426 ? 'Upgrade: websocket\r\n' : ''
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(why)}\r\n${more}\r\n${why}`,
  )
}

const makeHttp = ({ tls }: OcppServerSettings, folder: string): Server => {
  const options = { requestTimeout: handshakeMs, headersTimeout: handshakeMs, maxHeaderSize: 16 * 1024 }
  if (tls === undefined) return createServer(options)
  // OCPP 2.0.1 part 2, A00: TLS 1.2 or newer.
  const cert = readFileSync(resolve(folder, tls.certificateFile))
  const key = readFileSync(resolve(folder, tls.keyFile))
  return createTlsServer({ ...options, cert, key, minVersion: 'TLSv1.2', handshakeTimeout: handshakeMs })
}

const remoteOf = ({ socket }: IncomingMessage): string =>
  `${socket.remoteAddress ?? 'unknown'}:${socket.remotePort ?? 0}`

const portProblem = ({ host, port }: OcppServerSettings, error: NodeJS.ErrnoException): string => {
  const where = `${host}:${port}`
  switch (error.code) {
    case 'EADDRINUSE':
      return `the port for chargers over OCPP (${where}) is in use by another program; close it or give 'ocpp' another port`
    case 'EACCES':
      return `this program may not open ${where} for chargers over OCPP; choose a port above 1023`
    case 'EADDRNOTAVAIL':
      return `this computer does not have the address ${host} that 'ocpp' is to listen on; correct 'host'`
    default:
      return `the port for chargers over OCPP (${where}) cannot be opened: ${error.message}`
  }
}

/**
 * A WebSocket server for chargers. Framing and schemas are not ocpp-rpc's: it drops messages that real chargers send (ids that are
 * numbers, broken JSON) or refuses them by its schemas, where a load control must answer and go on (shared/ocpp/quirk-messages.test.ts).
 */
export const createOpenOcpp =
  ({ clock, log, folder }: OcppWorld): OpenOcpp =>
  (settings, expected): OcppServer => {
    const listeners = new Set<(event: OcppServerEvent) => void>()
    const tell = (event: OcppServerEvent): void => {
      for (const listener of listeners) listener(event)
    }
    const peers = new Map<ConnectionId, Peer>()
    const sent = { bytesSent: 0, bytesReceived: 0 }
    let http: Server | null = null
    let isStopped = true
    let lastId = 0
    let stopTimer: Stop = () => undefined
    let stopPing: Stop = () => undefined
    // WebSockets of RFC 6455 without compression: chargers rarely have it, and it is memory an attacker may fill.
    const sockets = new WebSocketServer({
      noServer: true,
      maxPayload: longestMessage,
      perMessageDeflate: false,
      skipUTF8Validation: false,
      handleProtocols: () => false,
    })
    const attempts = createPace(clock, passwordsAllowed)
    const door = (): DoorParts => ({
      path: settings.path,
      mayCheck: () => attempts.take() === 0,
      stations: new Map(expected.map((station) => [station.identity, station])),
      secrets: new Map(
        expected.flatMap(({ identity, access }): (readonly [string, Secret])[] =>
          access === null ? [] : [[identity, readSecret(access, folder)]],
        ),
      ),
    })

    const close = (peer: Peer, why: string): void => {
      peer.why ??= why
      peer.socket.close(1000, why.slice(0, 100))
      clock.after(closeMs, () => peer.socket.terminate())
    }
    const admit = (socket: WebSocket, request: IncomingMessage, verdict: Extract<Verdict, { ok: true }>): void => {
      lastId += 1
      const peer: Peer = { socket, id: lastId, heardMs: clock.monotonicMs(), why: null }
      const pace = createPace(clock, messagesAllowed)
      let stopWaiting: Stop = () => undefined
      peers.set(peer.id, peer)
      socket.on('message', (data, isBinary) => {
        peer.heardMs = clock.monotonicMs()
        const text = (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer)).toString('utf8')
        sent.bytesReceived += text.length
        // OCPP-J is text; one that sends it as bytes means the same.
        if (isBinary) log.debug('an OCPP message came as bytes', { identity: verdict.station.identity })
        const waitMs = pace.take()
        if (waitMs > 0) {
          socket.pause()
          // What was in the socket's buffer comes all the same; the last of it says how long to wait.
          stopWaiting()
          stopWaiting = clock.after(waitMs, () => socket.resume())
        }
        tell({ kind: 'text', connection: peer.id, text })
      })
      socket.on('pong', () => {
        peer.heardMs = clock.monotonicMs()
        tell({ kind: 'alive', connection: peer.id })
      })
      socket.on('error', (error) => {
        peer.why ??= error.message
      })
      socket.on('close', (code, reason) => {
        stopWaiting()
        peers.delete(peer.id)
        const said = reason.toString('utf8').slice(0, 120)
        tell({
          kind: 'closed',
          connection: peer.id,
          why: peer.why ?? (said === '' ? `closed by the charger (code ${code})` : `closed by the charger: ${said}`),
        })
      })
      tell({
        kind: 'opened',
        connection: peer.id,
        identity: verdict.station.identity,
        version: verdict.version,
        remote: remoteOf(request),
        isEncrypted: settings.tls !== undefined,
      })
    }
    const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
      socket.on('error', () => socket.destroy())
      const asked = { method: request.method ?? '', url: request.url ?? '', headers: request.headers }
      const verdict =
        peers.size >= mostConnections
          ? ({
              ok: false,
              identity: null,
              status: 503,
              why: `${mostConnections} connections are open already`,
            } as const)
          : judgeHandshake(asked, door())
      if (!verdict.ok) {
        refuseUpgrade(socket, verdict.status, verdict.why)
        tell({ kind: 'refused', identity: verdict.identity, remote: remoteOf(request), why: verdict.why })
        return
      }
      const { version } = verdict
      // ws answers with what handleProtocols chooses; it is chosen here, before, with the site file in hand.
      sockets.options.handleProtocols = () => (version === null ? false : subprotocolOf(version))
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        if (!verdict.isVersionUnknown) return admit(webSocket, request, verdict)
        // OCPP-J 1.6, 3.1.2: the handshake is completed without a subprotocol, then the connection is closed.
        const why = `it offers only ${String(request.headers['sec-websocket-protocol']).slice(0, 80)}, here OCPP ${verdict.station.version ?? '1.6 and 2.0.1'} is spoken`
        webSocket.on('error', () => webSocket.terminate())
        webSocket.close(1002, why.slice(0, 100))
        tell({ kind: 'refused', identity: verdict.station.identity, remote: remoteOf(request), why })
      })
    }
    const request = (incoming: IncomingMessage): Verdict =>
      judgeHandshake({ method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers }, door())

    const retry = (why: string): void => {
      tell({ kind: 'not-listening', why })
      if (!isStopped) stopTimer = clock.after(againMs, open)
    }
    const open = (): void => {
      let server: Server
      try {
        server = makeHttp(settings, folder)
      } catch (error) {
        retry(
          `the certificate for chargers over OCPP cannot be used (${error instanceof Error ? error.message : String(error)}); see 'tls' in the site file`,
        )
        return
      }
      http = server
      server.maxConnections = mostConnections
      server.on('upgrade', upgrade)
      // What is no handshake comes here, e.g. one whose "Connection: Upgrade" is missing.
      server.on('request', (incoming, response) => {
        const verdict = request(incoming)
        const [status, why] = verdict.ok ? [426, 'this port speaks OCPP over WebSocket'] : [verdict.status, verdict.why]
        response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' }).end(why)
        tell({ kind: 'refused', identity: verdict.ok ? null : verdict.identity, remote: remoteOf(incoming), why })
      })
      server.on('error', (error: NodeJS.ErrnoException) => {
        if (server.listening) log.warn('the OCPP server has an error', { error: error.message })
        else retry(portProblem(settings, error))
      })
      server.listen(settings.port, settings.host, () => tell({ kind: 'listening' }))
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
      address: `${settings.tls === undefined ? 'ws' : 'wss'}://${settings.host}:${settings.port}${settings.path}`,
      counts: () => ({ ...sent }),
      listen: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      start: () => {
        isStopped = false
        open()
        stopPing = clock.after(pingMs, ping)
      },
      send: (connection, text) => {
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
      disconnect: (connection, why) => {
        const peer = peers.get(connection)
        if (peer !== undefined) close(peer, why)
      },
      stop: async () => {
        isStopped = true
        stopTimer()
        stopPing()
        for (const peer of peers.values()) close(peer, 'this program ends')
        const server = http
        if (server?.listening !== true) return
        await new Promise<void>((done) => {
          const end = clock.after(2 * closeMs, () => server.closeAllConnections())
          server.close(() => {
            end()
            done()
          })
        })
      },
    }
  }
