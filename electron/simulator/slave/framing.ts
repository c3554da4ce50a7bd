/** A request taken out of a byte stream. `transaction` belongs to Modbus TCP and is 0 elsewhere. */
export interface Request {
  readonly unit: number
  readonly pdu: Buffer
  readonly transaction: number
}

export interface Framing {
  readonly kind: 'mbap' | 'rtu'
  /** One per connection: takes bytes as they come, gives the requests that are whole. `nowMs` must never go back. */
  decoder(): (chunk: Buffer, nowMs: number) => Request[]
  encode(unit: number, pdu: Buffer, transaction: number): Buffer
}

/** Modbus TCP (Modbus Messaging on TCP/IP 1.0b, section 3.1): transaction, protocol 0, length, unit. */
export const mbapFraming: Framing = {
  kind: 'mbap',
  decoder: () => {
    let pending: Buffer = Buffer.alloc(0)
    return (chunk) => {
      pending = Buffer.concat([pending, chunk])
      const requests: Request[] = []
      while (pending.length >= 8) {
        const length = pending.readUInt16BE(4)
        // Not Modbus, or out of step: nothing later in this stream can be trusted.
        if (pending.readUInt16BE(2) !== 0 || length < 2 || length > 254) {
          pending = Buffer.alloc(0)
          break
        }
        if (pending.length < 6 + length) break
        requests.push({
          transaction: pending.readUInt16BE(0),
          unit: pending[6] ?? 0,
          pdu: Buffer.from(pending.subarray(7, 6 + length)),
        })
        pending = pending.subarray(6 + length)
      }
      return requests
    }
  },
  encode: (unit, pdu, transaction) => {
    const head = Buffer.alloc(7)
    head.writeUInt16BE(transaction, 0)
    head.writeUInt16BE(pdu.length + 1, 4)
    head[6] = unit
    return Buffer.concat([head, pdu])
  },
}

/** CRC-16/MODBUS, low byte first on the wire (Modbus over Serial Line 1.02, section 6.2.2). */
export const crc16 = (bytes: Uint8Array): number => {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1
  }
  return crc
}
export const withCrc = (bytes: Buffer): Buffer => {
  const crc = crc16(bytes)
  return Buffer.concat([bytes, Buffer.from([crc & 0xff, crc >>> 8])])
}

/** Bytes of a whole request with its checksum, null when more is needed to know. */
const requestLength = (bytes: Buffer): number | null => {
  if (bytes.length < 2) return null
  if (bytes[1] === 20) return bytes.length < 3 ? null : 5 + (bytes[2] ?? 0)
  if (bytes[1] !== 15 && bytes[1] !== 16) return 8
  return bytes.length < 7 ? null : 9 + (bytes[6] ?? 0)
}

/** Silence that ends a frame on a network or a pseudo terminal, where 3.5 characters can't be told, ms. */
const frameGapMs = 60

export const rtuFraming: Framing = {
  kind: 'rtu',
  decoder: () => {
    let pending: Buffer = Buffer.alloc(0)
    let lastMs = -Infinity
    return (chunk, nowMs) => {
      pending = nowMs - lastMs > frameGapMs ? chunk : Buffer.concat([pending, chunk])
      lastMs = nowMs
      const requests: Request[] = []
      while (pending.length > 0) {
        const length = requestLength(pending)
        if (length === null || pending.length < length) break
        const frame = pending.subarray(0, length)
        if (crc16(frame.subarray(0, -2)) === frame.readUInt16LE(length - 2)) {
          requests.push({ transaction: 0, unit: frame[0] ?? 0, pdu: Buffer.from(frame.subarray(1, -2)) })
          pending = pending.subarray(length)
        } else pending = pending.subarray(1)
      }
      return requests
    }
  },
  encode: (unit, pdu) => withCrc(Buffer.concat([Buffer.from([unit]), pdu])),
}
