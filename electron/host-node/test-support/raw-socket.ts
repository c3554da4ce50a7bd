import { connect } from 'node:net'

export interface RawReply {
  readonly text: string
  /** Whether the other side let go of the socket by itself, while ours stayed open. */
  readonly wasClosed: boolean
}

/** Sends bytes as they are and keeps our end open; resolves when the other side closed it, or after `withinMs`. */
export const sendRaw = (port: number, bytes: Uint8Array | string, withinMs: number): Promise<RawReply> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    const received: Buffer[] = []
    const settle = (wasClosed: boolean) => {
      clearTimeout(timer)
      if (probe !== null) clearInterval(probe)
      socket.destroy()
      resolve({ text: Buffer.concat(received).toString('latin1'), wasClosed })
    }
    const timer = setTimeout(() => settle(false), withinMs)
    socket.on('data', (chunk: Buffer) => received.push(chunk))
    // An end alone leaves the connection half open: only a socket that is gone answers what is written to it with a reset.
    let probe: ReturnType<typeof setInterval> | null = null
    socket.on('end', () => {
      probe = setInterval(() => socket.write('x'), 20)
    })
    socket.on('error', () => settle(true))
    socket.on('close', () => settle(true))
    socket.write(bytes)
  })
