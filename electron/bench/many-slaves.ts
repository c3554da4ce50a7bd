import { createServer, type Socket } from 'node:net'

/** COUNT Modbus TCP meters in a process of their own, so that their work is not counted as ours; prints their ports as JSON. */
const count = Number(process.argv[2] ?? 1)

/** An SDM630's 230 V, 10 A and 50 Hz; everything else is 0. */
const wordAt = (register: number): number =>
  register % 2 === 1 ? 0 : register < 6 ? 0x4366 : register < 12 ? 0x4120 : register === 70 ? 0x4248 : 0

const serve = (socket: Socket): void => {
  let buffer = Buffer.alloc(0)
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    buffer = Buffer.concat([buffer, chunk])
    while (buffer.length >= 12) {
      const request = buffer.subarray(0, 12)
      buffer = buffer.subarray(12)
      const words = request.readUInt16BE(10)
      const reply = Buffer.alloc(9 + 2 * words)
      request.copy(reply, 0, 0, 8)
      reply.writeUInt16BE(3 + 2 * words, 4)
      reply[8] = 2 * words
      const from = request.readUInt16BE(8)
      for (let index = 0; index < words; index += 1) reply.writeUInt16BE(wordAt(from + index), 9 + 2 * index)
      socket.write(reply)
    }
  })
}

const ports = await Promise.all(
  Array.from(
    { length: count },
    () =>
      new Promise<number>((resolve, reject) => {
        const server = createServer(serve)
        server.once('error', reject)
        server.listen(0, '127.0.0.1', () => {
          const address = server.address()
          if (address !== null && typeof address !== 'string') resolve(address.port)
        })
      }),
  ),
)
process.stdout.write(`${JSON.stringify(ports)}\n`)
