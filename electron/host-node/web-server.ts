import { createServer as createPlainServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { Caller } from '../../shared/api/define.ts'
import type { Link } from '../../shared/api/link.ts'
import type { Clock, Log } from '../core/ports.ts'
import { createAccess, type Access, type Role } from './access.ts'
import { exchangeCode } from './exchange-code.ts'
import { inUrl, namesOf, plainAddress, reachableAddresses, type ListenAddress } from './listen-address.ts'
import { plainReply, type PageReply, type ServePage } from './page-files.ts'
import type { TlsFiles } from './tls-files.ts'
import { judgeUpgrade, subprotocol } from './upgrade-request.ts'
import { createWebLink } from './web-link.ts'

const largestFrameBytes = 1 << 20
const maximumScreens = 32
/** Sockets of all kinds; a browser opens six at once for a page (RFC 9112 section 9.4 leaves the number to the client). */
const maximumSockets = 256
/** A request is a few hundred bytes: who needs longer to send one only holds a socket. */
const requestWithinMs = 10_000
/** Looked at so often: by itself Node does every half a minute, and a socket that says nothing would hold its place for so long. */
const slowLooks = { connectionsCheckingInterval: 2000 }
/** After a refusal the socket is ended, and destroyed when the other side does not take that up. */
const refusedGoneWithinMs = 2000

export interface WebServer {
  readonly port: number
  readonly access: Access
  /** An address with a one-time code in its fragment, which no browser sends anywhere. `lifeMs` null: until it is used. */
  readonly address: (role: Role, lifeMs: number | null) => string
  /** Other addresses of this computer at which the screen answers too, without a code. */
  readonly alsoAt: () => readonly string[]
  readonly close: () => Promise<void>
}

export type WebServerOutcome =
  { readonly ok: true; readonly server: WebServer } | { readonly ok: false; readonly message: string }

export interface WebServerOptions {
  readonly servePage: ServePage
  /** 0 takes any free port. */
  readonly port: number
  readonly listen: ListenAddress
  readonly tls: TlsFiles | null
  readonly clock: Clock
  readonly log: Log
  readonly onLink: (link: Link, caller: Caller) => void
  /** A printed address was used, so it works no more. */
  readonly onAddressUsed?: (role: Role) => void
}

const listenProblem = (error: NodeJS.ErrnoException, { port, listen: { address } }: WebServerOptions): string => {
  if (error.code === 'EADDRINUSE')
    return `port ${port} on ${address} is already in use; choose another with --port, or leave --port out to take any free one`
  if (error.code === 'EACCES')
    return `port ${port} needs more rights than this user has; choose one above 1023 with --port`
  if (error.code === 'EADDRNOTAVAIL')
    return `${address} is not an address of this computer; leave --listen out for this computer only`
  return `can't listen on ${address}:${port}: ${error.message}`
}

const reply = (response: ServerResponse, { status, headers, body }: PageReply, withBody = true) => {
  response.writeHead(status, { ...headers, 'content-length': body.byteLength })
  response.end(withBody ? body : undefined)
}

/** Says no and lets go: a socket that was refused is never kept, whatever the other side does. */
const refuse = (socket: Duplex, status: string, message: string, clock: Clock) => {
  const cancel = clock.after(refusedGoneWithinMs, () => socket.destroy())
  socket.once('close', cancel)
  socket.once('finish', () => socket.destroy())
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(message)}\r\n\r\n${message}`,
  )
}

/** The names this program has, once its port is known: whether a request is for one of them, and addresses made of them. */
const createNames = ({ listen, tls }: Pick<WebServerOptions, 'listen' | 'tls'>) => {
  const scheme = tls === null ? 'http' : 'https'
  const names = namesOf(listen, tls?.names ?? [])
  let port = 0
  const hostOf = (request: IncomingMessage) => (request.headers.host ?? '').toLowerCase()
  /** The default port is left out of Host and Origin (RFC 9110 section 4.2.3). */
  const withPort = (name: string) => (port === (tls === null ? 80 : 443) ? name : `${name}:${port}`)
  const base = (name: string) => `${scheme}://${withPort(name)}/`
  const others = () => (listen.isEvery ? reachableAddresses().map((address) => base(inUrl(address))) : [])
  return {
    setPort: (of: number): void => {
      port = of
    },
    isOurs: (request: IncomingMessage): boolean => {
      const own = inUrl(plainAddress(request.socket.localAddress ?? ''))
      return [...names, own].some((name) => hostOf(request) === withPort(name))
    },
    originOf: (request: IncomingMessage): string => `${scheme}://${hostOf(request)}`,
    socketOf: (request: IncomingMessage): string => `${tls === null ? 'ws' : 'wss'}://${hostOf(request)}`,
    first: (): string => (listen.isEvery ? (others()[0] ?? base('localhost')) : base(names[0] ?? 'localhost')),
    alsoAt: (): readonly string[] => others().slice(1),
  }
}
type Names = ReturnType<typeof createNames>

/** Answers requests for pages and for a session. */
const createPages = ({ log, servePage, onAddressUsed }: WebServerOptions, names: Names, access: Access) => {
  const answer = async (request: IncomingMessage): Promise<PageReply> => {
    if (!names.isOurs(request)) return plainReply(421, 'This program answers only at the address it printed.')
    const path = (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/'
    if (request.method === 'POST' && path === '/session')
      return exchangeCode(request, names.originOf(request), (code) => {
        const redeemed = access.redeem(code)
        if (redeemed.ok && redeemed.wasPrinted) onAddressUsed?.(redeemed.role)
        if (!redeemed.ok) log.warn('an address was refused', { why: redeemed.why })
        return redeemed
      })
    if (request.method !== 'GET' && request.method !== 'HEAD') return plainReply(405, 'Only GET is answered here.')
    return servePage(path, `${names.socketOf(request)} ${names.originOf(request)}`)
  }
  return (request: IncomingMessage, response: ServerResponse): void => {
    // A socket that breaks while its request is read is told by the request.
    request.on('error', (error) => log.debug('a request broke', { error: String(error) }))
    answer(request)
      .then((page) => {
        // A body nobody read would be taken for the next request of the socket.
        if (!request.complete) response.setHeader('connection', 'close')
        reply(response, page, request.method !== 'HEAD')
      })
      .catch((error: unknown) => {
        log.error('a request failed', { error: String(error) })
        response.destroy()
      })
  }
}

/** Takes connections that want to become a link of a screen. */
const createScreens = ({ log, clock, onLink }: WebServerOptions, names: Names, { callerOf }: Access) => {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: largestFrameBytes,
    perMessageDeflate: false,
    handleProtocols: () => subprotocol,
  })
  // A handshake that ws itself finds wrong (its key, its version) is answered by ws, which ends the socket only.
  sockets.on('wsClientError', (error, socket) => {
    log.warn('a connection was refused', { why: error.message })
    refuse(socket, '400 Bad Request', error.message, clock)
  })
  const judged = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const verdict = judgeUpgrade(request, {
      isOurs: names.isOurs(request),
      origin: names.originOf(request),
      callerOf,
    })
    if (!verdict.ok) {
      log.warn('a connection was refused', { why: verdict.message })
      return refuse(socket, verdict.status, verdict.message, clock)
    }
    if (sockets.clients.size >= maximumScreens)
      return refuse(socket, '503 Service Unavailable', `${maximumScreens} screens are already open`, clock)
    return sockets.handleUpgrade(request, socket, head, (opened) => {
      opened.on('error', (error) =>
        log.warn('a screen sent what could not be read and was disconnected', { error: String(error) }),
      )
      onLink(createWebLink(opened, clock, log), verdict.caller)
    })
  }
  return {
    upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
      socket.on('error', (error) => log.debug('a connection broke', { error: String(error) }))
      try {
        judged(request, socket, head)
      } catch (error) {
        log.error('a connection could not be judged and was closed', { error: String(error) })
        socket.destroy()
      }
    },
    close: (): void => {
      for (const client of sockets.clients) client.close(1001, 'Tripscope was stopped')
    },
    terminate: (): void => {
      for (const client of sockets.clients) client.terminate()
    },
  }
}

const createHttpServer = (
  tls: TlsFiles | null,
  onRequest: (request: IncomingMessage, response: ServerResponse) => void,
): Server => {
  const server: Server =
    tls === null
      ? createPlainServer(slowLooks, onRequest)
      : createTlsServer({ ...slowLooks, cert: tls.cert, key: tls.key, handshakeTimeout: requestWithinMs }, onRequest)
  server.maxConnections = maximumSockets
  server.requestTimeout = requestWithinMs
  server.headersTimeout = requestWithinMs
  server.on('clientError', (_error, socket) => socket.destroy())
  return server
}

/**
 * Serves the screen and its link to browsers. Host and Origin are checked against the names it has, against DNS rebinding: a page
 * of another site reaches us only under its own name. Nothing that a socket sends throws out of its handler.
 */
export const startWebServer = (options: WebServerOptions): Promise<WebServerOutcome> => {
  const { log, clock } = options
  const access = createAccess(clock.monotonicMs)
  const names = createNames(options)
  const screens = createScreens(options, names, access)
  const server = createHttpServer(options.tls, createPages(options, names, access))
  server.on('upgrade', screens.upgrade)
  const close = (): Promise<void> =>
    new Promise((closed) => {
      screens.close()
      server.close(() => closed())
      server.closeAllConnections()
      screens.terminate()
    })

  return new Promise((resolve) => {
    server.once('error', (error) => resolve({ ok: false, message: listenProblem(error, options) }))
    server.listen(options.port, options.listen.address, () => {
      server.on('error', (error) => log.error('the server of the screen has a problem', { error: String(error) }))
      const { port } = server.address() as AddressInfo
      names.setPort(port)
      const address: WebServer['address'] = (role, lifeMs) => `${names.first()}#code=${access.issue(role, lifeMs)}`
      resolve({ ok: true, server: { port, access, address, alsoAt: names.alsoAt, close } })
    })
  })
}
