import { createServer, type Server, type Socket } from 'node:net'
import { SerialPort } from 'serialport'
import { answerRtu, requestLength, sealed } from './raw-slave.ts'

/** Bytes to send back for one RTU request, each lump after its delay; `reset` and `end` break a connection instead. */
export type Act = readonly { readonly afterMs?: number; readonly bytes: Uint8Array }[] | 'reset' | 'end' | 'nothing'
export type Play = (request: Uint8Array, right: Uint8Array) => Act

export const answerRight: Play = (_, right) => [{ bytes: right }]

export interface FaultySlave {
  play: Play
  readonly requests: Uint8Array[]
  close(): Promise<void>
}

const perform = (act: Act, send: (bytes: Uint8Array) => void, drop: (how: 'reset' | 'end') => void): void => {
  if (act === 'nothing') return
  if (act === 'reset' || act === 'end') {
    drop(act)
    return
  }
  for (const { afterMs = 0, bytes } of act) {
    if (afterMs === 0) send(bytes)
    else
      setTimeout(() => {
        send(bytes)
      }, afterMs)
  }
}

/** Cuts RTU requests out of a stream; the product sends nothing but whole requests. */
const cutter = (slave: FaultySlave, onRequest: (request: Uint8Array, right: Uint8Array) => void) => {
  let buffer: Uint8Array = new Uint8Array()
  return (chunk: Uint8Array): void => {
    buffer = Uint8Array.from([...buffer, ...chunk])
    for (let length = requestLength(buffer); length !== null; length = requestLength(buffer)) {
      const request = buffer.slice(0, length)
      buffer = buffer.slice(length)
      slave.requests.push(request)
      onRequest(request, answerRtu(request) ?? new Uint8Array())
    }
  }
}

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      if (address !== null && typeof address !== 'string') resolve(address.port)
    })
  })

/** A slave on a socket: `rtu` frames, or `mbap` where the act's bytes are RTU frames put behind the request's own header. */
export const startTcpSlave = async (
  framing: 'rtu' | 'mbap',
  port = 0,
): Promise<
  FaultySlave & { port: number; sockets: Set<Socket>; rawAct: ((header: Uint8Array) => Uint8Array) | null }
> => {
  const sockets = new Set<Socket>()
  const slave = {
    play: answerRight,
    requests: [] as Uint8Array[],
    port: 0,
    sockets,
    /** mbap only: bytes sent instead of a right header and body. */
    rawAct: null as ((header: Uint8Array) => Uint8Array) | null,
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => {
          resolve()
        })
      }),
  }
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
    const drop = (how: 'reset' | 'end') => {
      if (how === 'reset') socket.resetAndDestroy()
      else socket.end()
    }
    if (framing === 'rtu') {
      socket.on(
        'data',
        cutter(slave, (request, right) => {
          perform(
            slave.play(request, right),
            (bytes) => {
              if (socket.writable) socket.write(bytes)
            },
            drop,
          )
        }),
      )
      return
    }
    socket.on('data', (chunk: Buffer) => {
      const header = chunk.subarray(0, 4)
      const request = sealed([...chunk.subarray(6)])
      slave.requests.push(request)
      perform(
        slave.play(request, answerRtu(request) ?? new Uint8Array()),
        (rtu) => {
          const body = rtu.subarray(0, -2)
          const right = Uint8Array.from([...header, body.length >> 8, body.length & 0xff, ...body])
          if (socket.writable) socket.write(slave.rawAct?.(right) ?? right)
        },
        drop,
      )
    })
  })
  slave.port = await listen(server, port)
  return slave
}

/** A slave on a serial port. */
export const startSerialSlave = (path: string): Promise<FaultySlave> =>
  new Promise((resolve, reject) => {
    const port = new SerialPort({ path, baudRate: 9600, autoOpen: false, lock: false })
    const slave: FaultySlave = {
      play: answerRight,
      requests: [],
      close: () =>
        new Promise<void>((done) => {
          if (port.isOpen)
            port.close(() => {
              done()
            })
          else done()
        }),
    }
    port.on('error', () => undefined)
    port.on(
      'data',
      cutter(slave, (request, right) => {
        perform(
          slave.play(request, right),
          (bytes) => {
            if (port.isOpen) port.write(Buffer.from(bytes))
          },
          () => undefined,
        )
      }),
    )
    port.open((error) => {
      if (error === null) resolve(slave)
      else reject(error)
    })
  })
