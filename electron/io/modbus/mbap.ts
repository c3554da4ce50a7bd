/** Modbus Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3: transaction, protocol 0, length, unit, then the PDU. */
const headerLength = 7
/** Unit and a PDU of at least function and one byte; at most 253 bytes of PDU. */
const shortest = 3
const longest = 254

export interface MbapFrame {
  readonly transaction: number
  /** Unit and PDU. */
  readonly body: Uint8Array
  readonly bytes: Uint8Array
}

export type MbapFound =
  { readonly kind: 'frame'; readonly frame: MbapFrame } | { readonly kind: 'desync'; readonly why: string }

/** Puts the header in front of unit and PDU. */
export const encodeMbap = (transaction: number, body: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(6 + body.length)
  bytes[0] = transaction >>> 8
  bytes[1] = transaction & 0xff
  bytes[4] = body.length >>> 8
  bytes[5] = body.length & 0xff
  bytes.set(body, 6)
  return bytes
}

const word = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)

/**
 * Whether a reply begins inside the frame: then the frame was cut, and what fills it up is the next one. `isReply` says whether a reply of
 * this transaction may come, with this unit and length: seven bytes must fit by chance for a wrong alarm.
 */
export const holdsHeader = (
  bytes: Uint8Array,
  isReply: (transaction: number, unit: number, length: number) => boolean,
): boolean => {
  for (let at = 1; at + headerLength <= bytes.length; at += 1) {
    if (bytes[at + 2] !== 0 || bytes[at + 3] !== 0 || bytes[at + 4] !== 0) continue
    if (isReply(word(bytes, at), bytes[at + 6] ?? 0, bytes[at + 5] ?? 0)) return true
  }
  return false
}

/** Cuts the stream by its length field. A header that cannot be one means the place in the stream is lost: reopen. */
export const createMbapReceiver = () => {
  let buffer: Uint8Array = new Uint8Array()
  return {
    push(bytes: Uint8Array): MbapFound[] {
      if (buffer.length === 0) buffer = bytes.slice()
      else {
        const both = new Uint8Array(buffer.length + bytes.length)
        both.set(buffer)
        both.set(bytes, buffer.length)
        buffer = both
      }
      const found: MbapFound[] = []
      while (buffer.length >= headerLength - 1) {
        const protocol = word(buffer, 2)
        const length = word(buffer, 4)
        if (protocol !== 0 || length < shortest || length > longest) {
          found.push({ kind: 'desync', why: `a header with protocol ${String(protocol)} and length ${String(length)}` })
          buffer = new Uint8Array()
          break
        }
        if (buffer.length < 6 + length) break
        const frame = buffer.subarray(0, 6 + length)
        buffer = buffer.subarray(6 + length)
        found.push({ kind: 'frame', frame: { transaction: word(frame, 0), body: frame.subarray(6), bytes: frame } })
      }
      return found
    },
    pending: (): number => buffer.length,
    /** The transaction of the frame that has begun to come; null before its first two bytes. */
    pendingTransaction: (): number | null => (buffer.length < 2 ? null : word(buffer, 0)),
    /** Whether the bytes that lie there may be the beginning of a frame, as far as they go. */
    mayBegin: (): boolean => buffer.subarray(2, 5).every((byte) => byte === 0),
    reset(): void {
      buffer = new Uint8Array()
    },
  }
}
