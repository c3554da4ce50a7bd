import { EventEmitter } from 'node:events'
import ModbusClient from 'modbus-serial'
import { withCrc } from '../../../shared/modbus/crc16.ts'
import type { ModbusRequest } from '../../core/lines/modbus-line.ts'
import { replyWords, requestBody } from './pdu.ts'

/**
 * The port that modbus-serial believes to be its serial port. The library builds requests and takes replies apart; when a frame
 * is sent, which frame is its reply and when to give up are decided by the line, because the library matches replies by order of
 * arrival, never times out by itself and does not see a reset (measured on 8.0.25).
 */
class ClientPort extends EventEmitter {
  isOpen = true
  readonly send: (frame: Uint8Array) => void
  constructor(send: (frame: Uint8Array) => void) {
    super()
    this.send = send
  }
  open(done: (error?: Error) => void): void {
    done()
  }
  close(done?: () => void): void {
    done?.()
  }
  write(frame: Buffer): void {
    this.send(frame)
  }
}

export type ClientResult =
  | { readonly kind: 'words'; readonly words: readonly number[] }
  | { readonly kind: 'exception'; readonly code: number }
  | { readonly kind: 'error'; readonly message: string }

interface LibraryError extends Error {
  modbusCode?: number
}

/** `send` is called with an RTU frame during `request`; `deliver` hands the library the reply's RTU frame. */
export const createModbusClient = (send: (rtuFrame: Uint8Array) => void) => {
  const port = new ClientPort(send)
  const client = new ModbusClient(port)
  client.open(() => undefined)
  /** The library asks for files in records of 100 registers only, so these frames are ours. */
  let ofFile: ((result: ClientResult) => void) | null = null
  return {
    request(request: ModbusRequest, done: (result: ClientResult) => void): void {
      ofFile = request.functionCode === 20 ? done : null
      if (request.functionCode === 20) {
        send(withCrc(requestBody(request)))
        return
      }
      const next = (error: LibraryError | null, reply: { data?: number[] } | undefined) => {
        if (error === null) done({ kind: 'words', words: 'count' in request ? (reply?.data ?? []) : [] })
        else if (error.modbusCode !== undefined) done({ kind: 'exception', code: error.modbusCode })
        else done({ kind: 'error', message: error.message })
      }
      const { unit, address } = request
      switch (request.functionCode) {
        case 3:
          client.writeFC3(unit, address, request.count, next as never)
          break
        case 4:
          client.writeFC4(unit, address, request.count, next as never)
          break
        case 6:
          client.writeFC6(unit, address, request.words[0] ?? 0, next as never)
          break
        case 16:
          client.writeFC16(unit, address, [...request.words], next as never)
          break
      }
    },
    deliver(rtuFrame: Uint8Array): void {
      if (ofFile !== null) {
        const body = rtuFrame.subarray(0, rtuFrame.length - 2)
        const isException = ((body[1] ?? 0) & 0x80) !== 0
        ofFile(isException ? { kind: 'exception', code: body[2] ?? 0 } : { kind: 'words', words: replyWords(body) })
        ofFile = null
        return
      }
      port.emit('data', Buffer.from(rtuFrame))
    },
  }
}
export type ModbusClientPort = ReturnType<typeof createModbusClient>
