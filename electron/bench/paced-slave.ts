import { closeSync, openSync, readSync, writeSync } from 'node:fs'

/**
 * A slave that takes the time a wire would: started as a process of its own with PATH BAUD TURNAROUND-MS. It reads and writes
 * without an event loop and waits by spinning, so that what is measured is the master.
 */
const [path = '', baudText = '9600', turnaroundText = '20'] = process.argv.slice(2)
const characterMs = 10_000 / Number(baudText)
const silenceMs = Number(baudText) > 19_200 ? 1.75 : 3.5 * characterMs
const turnaroundMs = Number(turnaroundText)

const spinUntil = (timeMs: number): void => {
  while (performance.now() < timeMs) {
    /* a timer would be a millisecond off */
  }
}

const crcOf = (bytes: Uint8Array): number => {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  }
  return crc
}

const port = openSync(path, 'r+')
process.on('exit', () => {
  closeSync(port)
})
process.stdout.write('ready\n')
const request = new Uint8Array(8)
/** Counted up in every register: a live meter's values are never twice the same. */
let reading = 0
for (;;) {
  let length = 0
  let startMs = 0
  while (length < 8) {
    length += readSync(port, request, length, 8 - length, null)
    startMs ||= performance.now()
  }
  const count = (request[4] ?? 0) * 256 + (request[5] ?? 0)
  const body = new Uint8Array(3 + 2 * count)
  body.set([request[0] ?? 0, request[1] ?? 0, 2 * count])
  reading += 1
  for (let index = 3; index < body.length; index += 2) body.set([(reading >> 8) & 0xff, reading & 0xff], index)
  const crc = crcOf(body)
  const reply = Uint8Array.from([...body, crc & 0xff, crc >> 8])
  // The request's bytes on the wire, the silence that ends it, the device's own time, then the reply byte by byte.
  const firstMs = startMs + 8 * characterMs + silenceMs + turnaroundMs
  for (let index = 0; index < reply.length; index += 1) {
    spinUntil(firstMs + (index + 1) * characterMs)
    writeSync(port, reply, index, 1)
  }
}
