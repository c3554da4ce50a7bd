import { STATUS_CODES, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { OcppServerEvent } from '../../core/chargers/ocpp/ocpp-ports.ts'
import { judgeHandshake, type DoorParts, type Verdict } from './handshake.ts'
import { longestMessage, mostConnections, remoteOf, type Peers } from './ocpp-peers.ts'

const refuseUpgrade = (socket: Duplex, status: number, why: string): void => {
  const more =
    status === 401 ? 'WWW-Authenticate: Basic realm="OCPP"\r\n' : status === 426 ? 'Upgrade: websocket\r\n' : ''
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(why)}\r\n${more}\r\n${why}`,
  )
}

/** What a request asks of the door. */
export const verdictOf = ({ method = '', url = '', headers }: IncomingMessage, door: DoorParts): Verdict =>
  judgeHandshake({ method, url, headers }, door)

/** Makes WebSockets of the handshakes that may come in; the others are refused and told. */
export const createUpgrade = (peers: Peers, door: () => DoorParts, tell: (event: OcppServerEvent) => void) => {
  // WebSockets of RFC 6455 without compression: chargers rarely have it, and it is memory an attacker may fill.
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: longestMessage,
    perMessageDeflate: false,
    // One that sends the name of its maker in Latin-1 is read all the same; the text says where a letter was none.
    skipUTF8Validation: true,
    handleProtocols: () => false,
  })
  const full = (): Verdict => ({
    ok: false,
    identity: null,
    status: 503,
    why: `${mostConnections} connections are open already`,
  })
  return (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy())
    const verdict = peers.isFull() ? full() : verdictOf(request, door())
    const remote = remoteOf(request)
    if (!verdict.ok) {
      refuseUpgrade(socket, verdict.status, verdict.why)
      tell({ kind: 'refused', identity: verdict.identity, remote, why: verdict.why })
      return
    }
    const { subprotocol, station } = verdict
    const offered = String(request.headers['sec-websocket-protocol']).slice(0, 80)
    // ws answers with what handleProtocols chooses; it is chosen here, before, with the site file in hand. It gives up at a list with
    // a name twice or an empty one, which some chargers send, so it sees the chosen one alone.
    if (subprotocol === null) delete request.headers['sec-websocket-protocol']
    else request.headers['sec-websocket-protocol'] = subprotocol
    sockets.options.handleProtocols = () => subprotocol ?? false
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      if (!verdict.isVersionUnknown) return peers.admit(webSocket, request, verdict)
      // OCPP-J 1.6, 3.1.2: the handshake is completed without a subprotocol, then the connection is closed.
      const why = `it offers only ${offered}, here OCPP ${station.version ?? '1.6 and 2.0.1'} is spoken`
      webSocket.on('error', () => webSocket.terminate())
      webSocket.close(1002, why.slice(0, 100))
      tell({ kind: 'refused', identity: station.identity, remote, why })
    })
  }
}
