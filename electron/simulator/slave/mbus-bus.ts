import { createServer, type Socket } from 'node:net'
import {
  encodeRecord,
  encodeTelegram,
  type HeaderToEncode,
  type RecordToEncode,
} from '../../../shared/mbus/encode-telegram.ts'
import { createLinkReceiver, encodeLinkFrame, type LinkFrame } from '../../../shared/mbus/link-frame.ts'
import type { Device } from './device.ts'

/** What an M-Bus meter is beside its manners: its addresses and what it says now, a list of records for each telegram of a reply. */
export interface MbusMeterDevice {
  readonly device: Device
  readonly primary: number
  readonly identity: Omit<HeaderToEncode, 'accessNumber'>
  readonly telegrams: () => readonly (readonly RecordToEncode[])[]
}

export interface MbusBus {
  readonly id: string
  readonly port: number
  setResetting(on: boolean): void
  close(): Promise<void>
}

const bitsPerByte = 11
const selected = 253

/** The link state a meter keeps, once for its primary address and once for 253. */
interface LinkState {
  fcb: boolean | null
  at: number
  last: Uint8Array | null
}

/** A value beyond its data field is sent as a real meter sends it: as one during an error, without a number that could be taken for it. */
export const sent = (record: RecordToEncode): RecordToEncode => {
  if (typeof record.data !== 'object' || record.data.coding === 'none' || record.data.coding === 'text') return record
  try {
    encodeRecord(record)
    return record
  } catch (error) {
    if (error instanceof RangeError) return { ...record, function: 'error', data: { ...record.data, value: 0 } }
    throw error
  }
}

const createMeter = ({ device, primary, identity, telegrams }: MbusMeterDevice) => {
  const links = new Map<number, LinkState>()
  let isSelected = false
  let accessNumber = 0
  const link = (address: number): LinkState => {
    const state = links.get(address) ?? { fcb: null, at: 0, last: null }
    links.set(address, state)
    return state
  }
  const encoded = encodeTelegram({ ...identity, accessNumber: 0 }, [])
  /** Nibble by nibble against the first eight bytes of the header, F being any; FF for whole bytes of the rest. */
  const fits = (wanted: Uint8Array): boolean =>
    wanted.length >= 8 &&
    [...wanted.subarray(0, 8)].every((byte, index) => {
      const mine = encoded[index] ?? 0
      if (index >= 4) return byte === 0xff || byte === mine
      return [0, 4].every((shift) => ((byte >> shift) & 15) === 15 || ((byte >> shift) & 15) === ((mine >> shift) & 15))
    })

  const data = (address: number, fcb: boolean): Uint8Array => {
    const state = link(address)
    // The same frame count bit asks for the same once more (EN 13757-2).
    if (state.fcb === fcb && state.last !== null) return state.last
    const parts = telegrams()
    state.at = state.fcb === null ? 0 : (state.at + 1) % parts.length
    state.fcb = fcb
    accessNumber = (accessNumber + 1) & 0xff
    const moreFollows = state.at < parts.length - 1
    state.last = encodeLinkFrame({
      kind: 'long',
      control: 0x08,
      address: primary,
      ci: 0x72,
      data: encodeTelegram(
        { ...identity, accessNumber },
        (parts[state.at] ?? []).map(sent),
        moreFollows ? { moreFollows } : {},
      ),
    })
    return state.last
  }

  return {
    device,
    /** Its answer to one frame; null where it says nothing. */
    answer(frame: LinkFrame): Uint8Array | null {
      if (frame.kind === 'ack') return null
      const ack = encodeLinkFrame({ kind: 'ack' })
      if (frame.kind !== 'short') {
        if (frame.address !== selected || frame.ci !== 0x52) return null
        isSelected = fits(frame.data)
        links.delete(selected)
        return isSelected ? ack : null
      }
      const isMine = frame.address === primary || frame.address === 254 || (frame.address === selected && isSelected)
      if (!isMine) return null
      switch (frame.control & ~0x20) {
        case 0x40:
          links.delete(frame.address)
          if (frame.address === selected) isSelected = false
          return ack
        case 0x5b:
          return data(frame.address, (frame.control & 0x20) !== 0)
        case 0x5a:
          return ack
        default:
          return null
      }
    },
  }
}

/** Meters that answer at once pull the same wire: a bit is 0 where any of them sends 0. */
const overlaid = (answers: readonly Uint8Array[]): Uint8Array => {
  const longest = answers.reduce((left, right) => (right.length > left.length ? right : left))
  return longest.map((_, index) => answers.reduce((byte, answer) => byte & (answer[index] ?? 0xff), 0xff))
}

/** An M-Bus with its meters behind a converter that passes bytes through, on a free port of 127.0.0.1. */
export const openMbusBus = async (id: string, baud: number, meters: readonly MbusMeterDevice[]): Promise<MbusBus> => {
  const slaves = meters.map(createMeter)
  const sockets = new Set<Socket>()
  const timers = new Set<NodeJS.Timeout>()
  let resetting = false
  const wireMs = (bytes: number): number => (bytes * bitsPerByte * 1000) / baud

  const respond = (socket: Socket, frame: LinkFrame, length: number): void => {
    const speaking = slaves.filter(({ device }) => device.isPowered() && !device.manners.silent)
    const answers = speaking.flatMap((slave) => {
      const answer = slave.answer(frame)
      return answer === null ? [] : [{ answer, workMs: slave.device.turnaroundMs + slave.device.manners.delayMs }]
    })
    if (answers.length === 0) return
    const bytes = overlaid(answers.map(({ answer }) => answer))
    const timer = setTimeout(
      () => {
        timers.delete(timer)
        if (!socket.destroyed && socket.writable) socket.write(bytes)
      },
      wireMs(length) + Math.max(...answers.map(({ workMs }) => workMs)) + wireMs(bytes.length),
    )
    timers.add(timer)
  }

  const server = createServer({ noDelay: true }, (socket) => {
    // A peer that resets is an everyday thing on a line, and `close` follows.
    socket.on('error', () => undefined)
    if (resetting) {
      socket.resetAndDestroy()
      return
    }
    sockets.add(socket)
    const receiver = createLinkReceiver()
    socket.on('data', (chunk) => {
      for (const item of receiver.push(chunk)) if (item.kind === 'frame') respond(socket, item.frame, item.bytes.length)
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
    port: address.port,
    setResetting: (on) => {
      resetting = on
      if (on) for (const socket of sockets) socket.resetAndDestroy()
    },
    close: () =>
      new Promise((resolve) => {
        for (const timer of timers) clearTimeout(timer)
        for (const socket of sockets) socket.destroy()
        server.close(() => {
          resolve()
        })
      }),
  }
}
