import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { Caller } from '../../shared/api/define.ts'
import type { Link } from '../../shared/api/link.ts'
import type { Log } from '../core/ports.ts'
import { plainReply, type PageReply, type ServePage } from './page-files.ts'
import { createWebLink } from './web-link.ts'

export const subprotocol = 'tripscope.v1'
/** The token travels as a second offered subprotocol: browsers can set no header on a WebSocket, and addresses are logged. */
const tokenPrefix = 'token.'
const largestFrameBytes = 1 << 20
const maximumScreens = 32

export interface WebServer {
  /** The address with the operator's token in its fragment, which no browser sends anywhere. */
  readonly url: string
  readonly viewerUrl: string
  readonly port: number
  /** Disconnects every screen; each comes back by itself, with the same address. */
  readonly dropScreens: (why: string) => void
  readonly close: () => Promise<void>
}

export type WebServerOutcome =
  { readonly ok: true; readonly server: WebServer } | { readonly ok: false; readonly message: string }

export interface WebServerOptions {
  readonly servePage: ServePage
  /** 0 takes any free port. */
  readonly port: number
  /** 127.0.0.1 unless a person chose otherwise. */
  readonly address: string
  readonly log: Log
  readonly onLink: (link: Link, caller: Caller) => void
}

const newToken = () => randomBytes(24).toString('base64url')
const same = (left: string, right: string) =>
  left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right))

const listenProblem = (error: NodeJS.ErrnoException, { port, address }: WebServerOptions): string => {
  if (error.code === 'EADDRINUSE')
    return `port ${port} on ${address} is already in use; choose another with --port, or leave --port out to take any free one`
  if (error.code === 'EACCES')
    return `port ${port} needs more rights than this user has; choose one above 1023 with --port`
  if (error.code === 'EADDRNOTAVAIL')
    return `${address} is not an address of this computer; leave --listen out for this computer only`
  return `can't listen on ${address}:${port}: ${error.message}`
}

/** Serves the screen and its link to browsers. Host and Origin are checked against the one address it has, against DNS rebinding. */
export const startWebServer = (options: WebServerOptions): Promise<WebServerOutcome> => {
  const { log, servePage } = options
  const tokens = { operator: newToken(), viewer: newToken() }
  let hosts: readonly string[] = []

  const reply = (response: ServerResponse, { status, headers, body }: PageReply, withBody = true) => {
    response.writeHead(status, { ...headers, 'content-length': body.byteLength })
    response.end(withBody ? body : undefined)
  }
  const hostOf = (request: IncomingMessage) => (request.headers.host ?? '').toLowerCase()
  const isOurs = (request: IncomingMessage) => hosts.includes(hostOf(request))

  const server = createServer((request, response) => {
    if (!isOurs(request))
      return reply(response, plainReply(421, 'This program answers only at the address it printed.'))
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return reply(response, plainReply(405, 'Only GET is answered here.'))
    const path = (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/'
    reply(response, servePage(path, `ws://${hostOf(request)}`), request.method === 'GET')
  })
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: largestFrameBytes,
    perMessageDeflate: false,
    handleProtocols: () => subprotocol,
  })

  const refuse = (socket: Duplex, status: string, message: string) => {
    log.warn('a connection was refused', { why: message })
    socket.end(
      `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(message)}\r\n\r\n${message}`,
    )
  }
  const roleOf = (token: string): Caller | null => {
    if (same(token, tokens.operator)) return { role: 'operator', name: 'Operator (browser)' }
    return same(token, tokens.viewer) ? { role: 'viewer', name: 'Viewer (browser)' } : null
  }

  server.on('upgrade', (request, socket, head) => {
    socket.on('error', (error) => log.debug('a connection broke', { error: String(error) }))
    if (!isOurs(request)) return refuse(socket, '421 Misdirected Request', 'wrong Host')
    const origin = request.headers.origin ?? ''
    if (!hosts.some((host) => origin === `http://${host}`))
      return refuse(socket, '403 Forbidden', `wrong Origin: ${origin.slice(0, 100) || 'none'}`)
    if ((request.url ?? '').split('?', 1)[0] !== '/link') return refuse(socket, '404 Not Found', 'the link is at /link')
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((word) => word.trim())
    if (!offered.includes(subprotocol)) return refuse(socket, '400 Bad Request', `the subprotocol is ${subprotocol}`)
    const caller = roleOf(offered.find((word) => word.startsWith(tokenPrefix))?.slice(tokenPrefix.length) ?? '')
    if (!caller) return refuse(socket, '401 Unauthorized', 'wrong token: open the address printed at this start')
    if (sockets.clients.size >= maximumScreens)
      return refuse(socket, '503 Service Unavailable', `${maximumScreens} screens are already open`)
    sockets.handleUpgrade(request, socket, head, (opened) => {
      opened.on('error', (error) =>
        log.warn('a screen sent what could not be read and was disconnected', { error: String(error) }),
      )
      options.onLink(createWebLink(opened), caller)
    })
  })
  server.on('clientError', (_error, socket) => socket.destroy())

  return new Promise((resolve) => {
    server.once('error', (error) => resolve({ ok: false, message: listenProblem(error, options) }))
    server.listen(options.port, options.address, () => {
      const { port } = server.address() as AddressInfo
      const bound = options.address.includes(':') ? `[${options.address}]` : options.address
      const names = bound === '127.0.0.1' || bound === '[::1]' ? [bound, 'localhost'] : [bound]
      hosts = names.map((name) => `${name}:${port}`)
      const url = (token: string) => `http://${hosts[0]}/#token=${token}`
      resolve({
        ok: true,
        server: {
          url: url(tokens.operator),
          viewerUrl: url(tokens.viewer),
          port,
          // 1012: service restart (IANA WebSocket close codes).
          dropScreens: (why) => {
            for (const client of sockets.clients) client.close(1012, why)
          },
          close: () =>
            new Promise((closed) => {
              for (const client of sockets.clients) client.close(1001, 'Tripscope was stopped')
              server.close(() => closed())
              server.closeAllConnections()
              for (const client of sockets.clients) client.terminate()
            }),
        },
      })
    })
  })
}
