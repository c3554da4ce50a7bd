/**
 * Frames of the M-Bus link layer (EN 13757-2, frame format FT 1.2 of IEC 60870-5-1): the bytes on the wire and back.
 *
 *   ack      E5
 *   short    10 C A CS 16
 *   control  68 03 03 68 C A CI CS 16
 *   long     68 L L 68 C A CI data... CS 16     L = 3 + data, at most 255
 *
 * CS is the sum of C up to the last data byte, modulo 256.
 */

export type LinkFrame =
  | { readonly kind: 'ack' }
  | { readonly kind: 'short'; readonly control: number; readonly address: number }
  | {
      readonly kind: 'control' | 'long'
      readonly control: number
      readonly address: number
      readonly ci: number
      readonly data: Uint8Array
    }

/**
 * Why bytes make no frame. checksum: whole, but its sum is wrong; length: the two lengths differ, are below 3, or the second start is
 * not 68; stop: no 16 where the frame should end; stray: bytes outside any frame.
 */
export type LinkFaultKind = 'checksum' | 'length' | 'stop' | 'stray'

export type LinkItem =
  | { readonly kind: 'frame'; readonly frame: LinkFrame; readonly bytes: Uint8Array }
  | { readonly kind: LinkFaultKind; readonly bytes: Uint8Array }

export const longestData = 252
const ack = 0xe5
const startShort = 0x10
const startLong = 0x68
const stop = 0x16

export const linkChecksum = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0)

/** Throws RangeError for more data than a frame holds; a control frame carries none. */
export const encodeLinkFrame = (frame: LinkFrame): Uint8Array => {
  if (frame.kind === 'ack') return Uint8Array.of(ack)
  if (frame.kind === 'short') {
    const body = Uint8Array.of(frame.control, frame.address)
    return Uint8Array.of(startShort, ...body, linkChecksum(body), stop)
  }
  const { data } = frame
  if (data.length > longestData)
    throw new RangeError(`an M-Bus frame holds ${longestData} bytes of data, not ${data.length}`)
  if (frame.kind === 'control' && data.length > 0) throw new RangeError('a control frame carries no data')
  const body = Uint8Array.of(frame.control, frame.address, frame.ci, ...data)
  return Uint8Array.of(startLong, body.length, body.length, startLong, ...body, linkChecksum(body), stop)
}

export interface LinkReceiver {
  /** Takes bytes as they come, in pieces of any size, and returns what they completed, in the order of the wire. */
  readonly push: (bytes: Uint8Array) => readonly LinkItem[]
  /** Bytes of a frame begun but not ended; at most 260. */
  readonly pending: () => Uint8Array
  /** Forgets the frame begun: to be called before each request, so that nothing of an earlier reply is taken for the next. */
  readonly reset: () => void
}

/**
 * Finds frames in a stream and finds its way back after any damage. A frame with the right ends and a wrong sum is dropped whole. Where
 * its extent is in doubt (length, stop), the search goes on inside it, but an E5 there is data far more likely than an
 * acknowledgement: until the next good frame or `reset` it counts as stray. Every byte pushed is in exactly one item, or pending.
 */
export const createLinkReceiver = (): LinkReceiver => {
  let held: Uint8Array = new Uint8Array(0)
  let inDoubt = false

  const push = (bytes: Uint8Array): readonly LinkItem[] => {
    const buffer = new Uint8Array(held.length + bytes.length)
    buffer.set(held)
    buffer.set(bytes, held.length)
    const items: LinkItem[] = []
    let strayFrom = -1
    let at = 0
    const endStray = () => {
      if (strayFrom >= 0) items.push({ kind: 'stray', bytes: buffer.slice(strayFrom, at) })
      strayFrom = -1
    }
    while (at < buffer.length) {
      const found = look(buffer, at, inDoubt)
      if (found === 'more') break
      if (found === 'stray') {
        if (strayFrom < 0) strayFrom = at
        at += 1
        continue
      }
      endStray()
      items.push(found.item)
      at += found.item.bytes.length
      if (found.item.kind === 'frame') inDoubt = false
      else if (found.item.kind !== 'checksum') inDoubt = true
    }
    endStray()
    held = buffer.slice(at)
    return items
  }

  return {
    push,
    pending: () => held.slice(),
    reset: () => {
      held = new Uint8Array(0)
      inDoubt = false
    },
  }
}

/** What begins at a place: an item, one byte that begins nothing, or a frame that needs more bytes to be judged. */
const look = (buffer: Uint8Array, at: number, inDoubt: boolean): { readonly item: LinkItem } | 'more' | 'stray' => {
  const take = (kind: LinkFaultKind, length: number) => ({ item: { kind, bytes: buffer.slice(at, at + length) } })
  const frame = (made: LinkFrame, length: number) => ({
    item: { kind: 'frame' as const, frame: made, bytes: buffer.slice(at, at + length) },
  })
  const have = buffer.length - at
  const byte = (offset: number): number => buffer[at + offset] as number
  switch (byte(0)) {
    case ack:
      return inDoubt ? 'stray' : frame({ kind: 'ack' }, 1)
    case startShort: {
      if (have < 5) return 'more'
      if (byte(4) !== stop) return take('stop', 1)
      if (byte(3) !== ((byte(1) + byte(2)) & 0xff)) return take('checksum', 5)
      return frame({ kind: 'short', control: byte(1), address: byte(2) }, 5)
    }
    case startLong: {
      if ((have >= 2 && byte(1) < 3) || (have >= 3 && byte(2) !== byte(1)) || (have >= 4 && byte(3) !== startLong))
        return take('length', 1)
      if (have < 4) return 'more'
      const length = byte(1)
      const whole = length + 6
      if (have < whole) return 'more'
      if (byte(whole - 1) !== stop) return take('stop', 1)
      const body = buffer.slice(at + 4, at + 4 + length)
      if (linkChecksum(body) !== byte(whole - 2)) return take('checksum', whole)
      return frame(
        {
          kind: length === 3 ? 'control' : 'long',
          control: byte(4),
          address: byte(5),
          ci: byte(6),
          data: body.slice(3),
        },
        whole,
      )
    }
    default:
      return 'stray'
  }
}
