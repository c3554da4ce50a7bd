import { Socket } from 'node:net'
import type { LinePeer, LineProblem } from '../../../shared/said/line-problem.ts'
import type { ByteChannel, ChannelListeners } from './byte-channel.ts'

export interface TcpHabits {
  readonly connectTimeoutMs: number
  /** Idle connections are probed by the kernel this often, so that a peer that vanished is noticed even on a slow line; 0: never. */
  readonly keepAliveMs: number
}
const localHabits: TcpHabits = { connectTimeoutMs: 3000, keepAliveMs: 10_000 }
/** A radio that slept needs seconds for its first packet; carriers forget idle connections after minutes, not seconds. */
const cellularHabits: TcpHabits = { connectTimeoutMs: 15_000, keepAliveMs: 60_000 }

export const tcpHabits = (isCellular: boolean, keepAliveS?: number): TcpHabits => {
  const habits = isCellular ? cellularHabits : localHabits
  return keepAliveS === undefined ? habits : { ...habits, keepAliveMs: keepAliveS * 1000 }
}

/** What the operating system's code means for the line. */
export const tcpProblem = (
  error: NodeJS.ErrnoException,
  host: string,
  port: number,
  peer: LinePeer = 'modbus',
): LineProblem => {
  const where = `${host}:${String(port)}`
  switch (error.code) {
    case 'ECONNREFUSED':
      return { kind: 'refused', where, peer }
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'EHOSTDOWN':
    case 'ENETUNREACH':
      return { kind: 'unreachable', where, code: error.code }
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return { kind: 'unknown-name', host }
    case 'ECONNRESET':
    case 'EPIPE':
      return { kind: 'reset', where }
    default:
      return { kind: 'failed', where, isSerial: false, message: error.message }
  }
}

/** A channel whose peer can be made to wait: what is not read fills its window. Both do nothing when it is not open. */
export interface TcpChannel extends ByteChannel {
  pause(): void
  resume(): void
}

/** A name is looked up anew with every opening, so a device that moved to another address is found again. */
export const createTcpChannel = (
  host: string,
  port: number,
  { connectTimeoutMs, keepAliveMs }: TcpHabits = localHabits,
  peer: LinePeer = 'modbus',
): TcpChannel => {
  const where = `${host}:${String(port)}`
  let socket: Socket | null = null

  const open = (listeners: ChannelListeners): Promise<LineProblem | null> =>
    new Promise((resolve) => {
      const mine = new Socket()
      socket = mine
      let isOpen = false
      const end = (problem: LineProblem) => {
        if (socket !== mine) return
        socket = null
        mine.destroy()
        if (isOpen) listeners.closed(problem)
        else resolve(problem)
      }
      mine.setNoDelay(true)
      if (keepAliveMs > 0) mine.setKeepAlive(true, keepAliveMs)
      mine.setTimeout(connectTimeoutMs, () => {
        if (!isOpen) end({ kind: 'no-answer', where, withinMs: connectTimeoutMs })
      })
      mine.once('connect', () => {
        if (socket !== mine) return
        isOpen = true
        mine.setTimeout(0)
        resolve(null)
      })
      mine.on('data', (bytes: Buffer) => {
        if (socket === mine) listeners.data(bytes)
      })
      mine.on('end', () => {
        end({ kind: 'closed', where })
      })
      mine.on('error', (error: NodeJS.ErrnoException) => {
        end(tcpProblem(error, host, port, peer))
      })
      mine.on('close', () => {
        end({ kind: 'ended', where })
        // A close asked for while still connecting: whoever waits for `open` must hear of it.
        resolve({ kind: 'given-up', where })
      })
      mine.connect(port, host)
    })

  return {
    where,
    open,
    pause() {
      socket?.pause()
    },
    resume() {
      socket?.resume()
    },
    write(bytes) {
      socket?.write(bytes)
    },
    close: () =>
      new Promise((resolve) => {
        const mine = socket
        socket = null
        if (mine === null || mine.destroyed) {
          resolve()
          return
        }
        mine.once('close', () => {
          resolve()
        })
        mine.destroy()
      }),
  }
}
