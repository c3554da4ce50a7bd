import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** Bytes to a port and bytes back, with no opinion about what they mean. */
export interface RawMaster {
  readonly socket: Socket
  send(hex: string): void
  /** Resolves with the next `count` bytes as hex; rejects where the connection ends before. */
  take(count: number): Promise<string>
  closed: Promise<void>
}

export const openRawMaster = async (port: number): Promise<RawMaster> => {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => {
    socket.destroy()
  })
  let pending = Buffer.alloc(0)
  let ended = false
  let waiting: (() => void) | null = null
  socket.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk])
    waiting?.()
  })
  // A reset is what some tests are about; `closed` tells of it.
  socket.on('error', () => undefined)
  const closed = new Promise<void>((resolve) =>
    socket.on('close', () => {
      ended = true
      waiting?.()
      resolve()
    }),
  )
  // A line that resets may do so before the connection is told of.
  await Promise.race([closed, new Promise<void>((resolve) => socket.once('connect', resolve))])
  return {
    socket,
    closed,
    send: (hex) => {
      socket.write(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
    },
    take: (count) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (pending.length >= count) {
            const taken = pending.subarray(0, count).toString('hex')
            pending = pending.subarray(count)
            waiting = null
            resolve(taken)
          } else if (ended) reject(new Error(`the connection ended after ${pending.length} of ${count} bytes`))
        }
        waiting = look
        look()
      }),
  }
}
