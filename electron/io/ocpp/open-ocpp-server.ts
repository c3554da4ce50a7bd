import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { resolve } from 'node:path'
import type { OcppServer, OcppServerEvent, OpenOcpp } from '../../core/chargers/ocpp/ocpp-ports.ts'
import type { Clock, Log, Stop } from '../../core/ports.ts'
import type { OcppServerSettings } from '../../../shared/site/ocpp-connection.ts'
import { readSecret, type Secret } from './access.ts'
import type { DoorParts } from './handshake.ts'
import { closeMs, createPeers, mostConnections, remoteOf } from './ocpp-peers.ts'
import { createUpgrade, verdictOf } from './ocpp-upgrade.ts'
import { createPace, passwordsAllowed } from './pace.ts'

export interface OcppWorld {
  readonly clock: Clock
  readonly log: Log
  /** Files of the site file are relative to its folder. */
  readonly folder: string
}

/** A handshake takes no longer; editable, as the wait after which a port that could not be opened is tried again. */
const handshakeMs = 10_000
const againMs = 3000

const makeHttp = ({ tls }: OcppServerSettings, folder: string): Server => {
  const options = { requestTimeout: handshakeMs, headersTimeout: handshakeMs, maxHeaderSize: 16 * 1024 }
  if (tls === undefined) return createServer(options)
  // OCPP 2.0.1 part 2, A00: TLS 1.2 or newer.
  const cert = readFileSync(resolve(folder, tls.certificateFile))
  const key = readFileSync(resolve(folder, tls.keyFile))
  return createTlsServer({ ...options, cert, key, minVersion: 'TLSv1.2', handshakeTimeout: handshakeMs })
}

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

interface ListenDeps {
  readonly world: OcppWorld
  readonly settings: OcppServerSettings
  readonly door: () => DoorParts
  readonly upgrade: ReturnType<typeof createUpgrade>
  readonly tell: (event: OcppServerEvent) => void
}

/** The port: opened, tried again where it could not be, closed. */
const createListening = ({ world, settings, door, upgrade, tell }: ListenDeps) => {
  const { clock, log, folder } = world
  let http: Server | null = null
  let isStopped = true
  let stopTimer: Stop = () => undefined

  /** What is no handshake comes here, e.g. one whose "Connection: Upgrade" is missing. */
  const answer = (incoming: IncomingMessage, response: ServerResponse): void => {
    const verdict = verdictOf(incoming, door())
    const [status, why] = verdict.ok ? [426, 'this port speaks OCPP over WebSocket'] : [verdict.status, verdict.why]
    response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' }).end(why)
    tell({ kind: 'refused', identity: verdict.ok ? null : verdict.identity, remote: remoteOf(incoming), why })
  }
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
    server.on('request', answer)
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (server.listening) log.warn('the OCPP server has an error', { error: error.message })
      else retry(portProblem(settings, error))
    })
    server.listen(settings.port, settings.host, () => tell({ kind: 'listening' }))
  }
  return {
    start: (): void => {
      isStopped = false
      open()
    },
    /** Nothing is opened again; `closed` waits for the connections. */
    end: (): void => {
      isStopped = true
      stopTimer()
    },
    closed: async (): Promise<void> => {
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

/**
 * A WebSocket server for chargers. Framing and schemas are not ocpp-rpc's: it drops messages that real chargers send (ids that are
 * numbers, broken JSON) or refuses them by its schemas, where a load control must answer and go on (shared/ocpp/quirk-messages.test.ts).
 */
export const createOpenOcpp =
  (world: OcppWorld): OpenOcpp =>
  (settings, expected): OcppServer => {
    const { clock, log, folder } = world
    const listeners = new Set<(event: OcppServerEvent) => void>()
    const tell = (event: OcppServerEvent): void => {
      for (const listener of listeners) listener(event)
    }
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
    const peers = createPeers({ clock, log, isEncrypted: settings.tls !== undefined, tell })
    const listening = createListening({ world, settings, door, upgrade: createUpgrade(peers, door, tell), tell })
    return {
      address: `${settings.tls === undefined ? 'ws' : 'wss'}://${settings.host}:${settings.port}${settings.path}`,
      counts: peers.counts,
      listen: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      start: () => {
        listening.start()
        peers.start()
      },
      send: peers.send,
      disconnect: peers.disconnect,
      stop: async () => {
        listening.end()
        peers.stop('this program ends')
        await listening.closed()
      },
    }
  }
