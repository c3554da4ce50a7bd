import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { encodeDescription, encodeSamples } from '../../../../shared/wave/encode-wave.ts'
import type { WaveDescription } from '../../../../shared/wave/wave-block.ts'

/** A front end on a real port that sends what a test tells it to. */
export const openFrontEnd = async (port = 0) => {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    connected: () => sockets.size,
    send: (bytes: Uint8Array) => [...sockets].map((socket) => socket.write(bytes)).every(Boolean),
    /** Bytes that wait because the receiver does not read. */
    waiting: () => [...sockets].reduce((sum, { writableLength }) => sum + writableLength, 0),
    drop: () => sockets.forEach((socket) => socket.destroy()),
    close: async () => {
      sockets.forEach((socket) => socket.destroy())
      server.close()
      await once(server, 'close')
    },
  }
}

export const describedBy = (stream: number): WaveDescription => ({
  stream,
  rateHz: 10_000,
  format: 'float32',
  device: 'Test front end',
  channels: (['u1', 'u2', 'u3', 'i1'] as const).map((name) => ({
    name,
    unit: name === 'i1' ? 'A' : 'V',
    scale: 1,
    offset: 0,
  })),
})

/** 20 ms of three phases, 230 V and 50 Hz, as frame `sequence` of a run. */
export const frameOf = (stream: number, sequence: number): Uint8Array =>
  encodeSamples(describedBy(stream), {
    sequence,
    firstSample: sequence * 200,
    t0: 1_700_000_000_000 + sequence * 20,
    clock: 'ntp',
    isClipped: false,
    raw: [0, 1, 2, 0].map((phase) =>
      Float32Array.from({ length: 200 }, (_, index) =>
        Math.fround(230 * Math.SQRT2 * Math.sin(2 * Math.PI * ((sequence * 200 + index) / 200 - phase / 3))),
      ),
    ),
  })

export const descriptionOf = (stream: number): Uint8Array => encodeDescription(describedBy(stream))
