import { createServer, type Server, type Socket } from 'node:net'
import type { Random } from '../random.ts'
import type { Device } from './device.ts'
import { exceptions } from './device.ts'
import type { Framing, Request } from './framing.ts'
import { misreply } from './misreply.ts'
import { answer } from './pdu.ts'

/** A line with its devices, served on a loopback port. */
export interface Bus {
  readonly id: string
  readonly framing: Framing['kind']
  readonly port: number
  readonly devices: readonly Device[]
  /** Resets every connection now and, while on, every new one. */
  setResetting(on: boolean): void
  /** What else is on the wire beside the devices; faults write here. Only a serial bus (RTU) has such a wire. */
  readonly wire: Wire
  /** Puts bytes on the wire that nobody asked for. */
  say(bytes: Buffer): void
  close(): Promise<void>
}

/** Trouble of the wire itself. */
export interface Wire {
  /** The adapter gives back what was sent. */
  echoes: boolean
  /** Bytes of noise before every reply. */
  noiseBytes: number
}

export interface BusOptions {
  readonly id: string
  readonly framing: Framing
  readonly devices: readonly Device[]
  /** Bits a second of the wire behind it: replies take as long as their bytes would. Null: as fast as the network. */
  readonly baud: number | null
  readonly random: Random
}

const bitsPerByte = 11
/** The longest request but for writes of many registers, which take the same order of time. */
const requestBytes = 8
/** More than this unanswered on one device means a master that does not wait: it drops the rest, as real ones do. */
const queueLimit = 4

/** Opens on a free port of 127.0.0.1. */
export const openBus = async ({ id, framing, devices, baud, random }: BusOptions): Promise<Bus> => {
  const sockets = new Set<Socket>()
  const timers = new Set<NodeJS.Timeout>()
  const busy = new Map<Device, { until: number; waiting: number }>()
  let resetting = false
  const wire: Wire = { echoes: false, noiseBytes: 0 }

  const wireMs = (bytes: number) => (baud === null ? 0 : (bytes * bitsPerByte * 1000) / baud)
  const send = (socket: Socket, bytes: Buffer) => {
    if (!socket.destroyed && socket.writable) socket.write(bytes)
  }
  const later = (delayMs: number, task: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      task()
    }, delayMs)
    timers.add(timer)
  }

  const respond = (socket: Socket, request: Request) => {
    const device = devices.find(({ unit }) => unit === request.unit)
    if (!device) {
      // A gateway says so; on a bare bus nobody answers to a foreign address.
      if (framing.kind === 'mbap')
        send(
          socket,
          framing.encode(
            request.unit,
            Buffer.from([(request.pdu[0] ?? 0) | 0x80, exceptions.gatewayTarget]),
            request.transaction,
          ),
        )
      return
    }
    if (!device.isPowered() || device.manners.silent) return
    device.requestSeen()
    const now = performance.now()
    const state = busy.get(device) ?? { until: 0, waiting: 0 }
    busy.set(device, state)
    // A slave on a bus that still works on a request does not hear the next one.
    if (state.waiting > 0 && (framing.kind === 'rtu' || state.waiting >= queueLimit)) return
    const wrong = device.manners.wrong
    const work =
      device.turnaroundMs + device.manners.delayMs + (wrong?.kind === 'late' ? wrong.ms : 0) + wireMs(requestBytes)
    const dueMs = Math.max(now, state.until) + work
    state.until = dueMs
    state.waiting += 1
    later(dueMs - now, () => {
      const pdu = answer(device, request.pdu)
      const bytes =
        device.manners.wrong === null
          ? framing.encode(request.unit, pdu, request.transaction)
          : misreply(device.manners.wrong, framing, request, pdu, random)
      later(wireMs(bytes.length), () => {
        state.waiting -= 1
        // The supply may have gone while it was at it.
        if (!device.isPowered() || device.manners.silent) return
        // No start of a frame: 0xFF is what a floating pair reads as.
        const noise = Buffer.alloc(framing.kind === 'rtu' ? wire.noiseBytes : 0, 0xff)
        send(socket, Buffer.concat([noise, bytes]))
      })
    })
  }

  const server: Server = createServer({ noDelay: true }, (socket) => {
    // A peer that resets is an everyday thing on a line, and `close` follows.
    socket.on('error', () => undefined)
    if (resetting) {
      socket.resetAndDestroy()
      return
    }
    sockets.add(socket)
    const decode = framing.decoder()
    socket.on('data', (chunk) => {
      if (wire.echoes && framing.kind === 'rtu') send(socket, chunk)
      for (const request of decode(chunk, performance.now())) respond(socket, request)
    })
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a listening server has a port')
  return {
    id,
    framing: framing.kind,
    port: address.port,
    devices,
    wire,
    say: (bytes) => {
      for (const socket of sockets) send(socket, bytes)
    },
    setResetting: (on) => {
      resetting = on
      if (on) for (const socket of sockets) socket.resetAndDestroy()
    },
    close: () =>
      new Promise((resolve) => {
        for (const timer of timers) clearTimeout(timer)
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}
