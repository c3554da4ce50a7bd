import { Socket } from 'node:net'
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

/** What a person is to look for at the other end. */
const refusedCure = {
  modbus: 'that Modbus is enabled in it',
  mbus: 'that the converter passes bytes through (TCP server or raw mode)',
  wave: 'that it sends its samples',
} as const
export type TcpPeer = keyof typeof refusedCure

export const tcpProblem = (
  error: NodeJS.ErrnoException,
  host: string,
  port: number,
  peer: TcpPeer = 'modbus',
): string => {
  const where = `${host}:${String(port)}`
  switch (error.code) {
    case 'ECONNREFUSED':
      return `${where} refuses the connection: check that the device is on, ${refusedCure[peer]}, and the port`
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'EHOSTDOWN':
    case 'ENETUNREACH':
      return `${where} cannot be reached (${error.code}): check its power, cable and address`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name ${host} is not known to this network: check the spelling, or use the IP address`
    case 'ECONNRESET':
    case 'EPIPE':
      return `${where} reset the connection: many devices allow only one or two clients; close other programs that read it`
    default:
      return `connection to ${where} failed: ${error.message}`
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
  peer: TcpPeer = 'modbus',
): TcpChannel => {
  let socket: Socket | null = null

  const open = (listeners: ChannelListeners): Promise<string | null> =>
    new Promise((resolve) => {
      const mine = new Socket()
      socket = mine
      let isOpen = false
      const end = (problem: string) => {
        if (socket !== mine) return
        socket = null
        mine.destroy()
        if (isOpen) listeners.closed(problem)
        else resolve(problem)
      }
      mine.setNoDelay(true)
      if (keepAliveMs > 0) mine.setKeepAlive(true, keepAliveMs)
      mine.setTimeout(connectTimeoutMs, () => {
        if (!isOpen)
          end(
            `${host}:${String(port)} did not answer within ${String(connectTimeoutMs / 1000)} s: check its power, cable and address`,
          )
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
        end(`${host}:${String(port)} closed the connection`)
      })
      mine.on('error', (error: NodeJS.ErrnoException) => {
        end(tcpProblem(error, host, port, peer))
      })
      mine.on('close', () => {
        end(`the connection to ${host}:${String(port)} ended`)
        // A close asked for while still connecting: whoever waits for `open` must hear of it.
        resolve(`the connection to ${host}:${String(port)} was given up`)
      })
      mine.connect(port, host)
    })

  return {
    where: `${host}:${String(port)}`,
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
