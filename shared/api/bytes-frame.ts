import { z } from 'zod'

/**
 * Frames with bytes in them. A link that carries structured clones (Electron IPC) takes a frame as it is. A link that carries texts
 * and bytes (WebSocket) sends a frame without bytes as JSON text, and one with bytes as one binary message:
 *
 *   byte 0       0x54, "T"
 *   byte 1       version of this framing, 1
 *   bytes 2-5    length of the header in bytes, unsigned, most significant byte first
 *   header       JSON in ASCII (other characters escaped): { "frame": ..., "bytes": [{ "at": [...], "length": n }, ...] }
 *   the rest     the bytes of every entry of "bytes", one after another, to the end of the message
 *
 * In `frame` null stands where bytes belong; `at` is the way to it from the frame: keys and places in lists.
 */

/** The frame is level 0: a block in a list of an answer, as in frame.value.blocks[3].samples, is the deepest. */
export const deepestBytes = 4
const mostPieces = 4096
/** Of the whole frame beside its bytes; such frames say little else. Editable assumption. */
const largestHeader = 1 << 20
const magic = 0x54
const version = 1
const preambleBytes = 6

interface Piece {
  readonly at: readonly (string | number)[]
  readonly bytes: Uint8Array
}

/** A frame that could not be read, and why: what a link hands on in its place. */
export class BrokenFrame {
  readonly why: string
  constructor(why: string) {
    this.why = why
  }
}

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null

/** The value with null where bytes were, which go to `pieces`; the value itself where there are none. */
const without = (value: unknown, at: readonly (string | number)[], pieces: Piece[]): unknown => {
  if (value instanceof Uint8Array) {
    pieces.push({ at, bytes: value })
    return null
  }
  if (!isContainer(value) || at.length >= deepestBytes) return value
  const before = pieces.length
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => {
    // Most values are neither: looked at here, so that nothing is built for them.
    if (!isContainer(inner)) return [key, inner]
    return [key, without(inner, [...at, Array.isArray(value) ? Number(key) : key], pieces)]
  })
  if (pieces.length === before) return value
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries)
}

const hasBytes = (value: unknown, level: number): boolean => {
  if (value instanceof Uint8Array) return true
  if (!isContainer(value) || level >= deepestBytes) return false
  if (Array.isArray(value)) return value.some((inner) => isContainer(inner) && hasBytes(inner, level + 1))
  for (const inner of Object.values(value)) if (isContainer(inner) && hasBytes(inner, level + 1)) return true
  return false
}

const asciiBytes = (text: string): Uint8Array => {
  const escaped = text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return Uint8Array.from({ length: escaped.length }, (_, index) => escaped.charCodeAt(index))
}

/** A frame as text, or as the parts of one binary message in order (not joined, so that nobody copies megabytes for it). */
export const encodeFrame = (frame: unknown): string | readonly Uint8Array[] => {
  if (!hasBytes(frame, 0)) return JSON.stringify(frame) ?? 'null'
  const pieces: Piece[] = []
  const rest = without(frame, [], pieces)
  const bytes = pieces.map((piece) => ({ at: piece.at, length: piece.bytes.length }))
  const header = asciiBytes(JSON.stringify({ frame: rest, bytes }))
  const preamble = new Uint8Array(preambleBytes)
  preamble.set([magic, version])
  new DataView(preamble.buffer).setUint32(2, header.length)
  return [preamble, header, ...pieces.map((piece) => piece.bytes)]
}

export const joinBytes = (parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

const headerSchema = z.strictObject({
  frame: z.unknown(),
  bytes: z
    .array(
      z.strictObject({
        at: z
          .array(z.union([z.string().max(200), z.number().int().min(0)]))
          .min(1)
          .max(deepestBytes),
        length: z.number().int().min(0),
      }),
    )
    .min(1)
    .max(mostPieces),
})

/** Few characters at once: every one is an argument. */
const textPiece = 8192
const asciiText = (bytes: Uint8Array): string | null => {
  if (bytes.some((byte) => byte > 0x7f)) return null
  const pieces: string[] = []
  for (let at = 0; at < bytes.length; at += textPiece)
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + textPiece)))
  return pieces.join('')
}

const parsed = (text: string): { readonly value: unknown } | null => {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return null
  }
}

/** Puts bytes in the place of the null that stands for them; false where none does. */
const put = (frame: unknown, at: readonly (string | number)[], bytes: Uint8Array): boolean => {
  const key = at.at(-1)
  let holder: unknown = frame
  for (const step of at.slice(0, -1)) {
    if (!isContainer(holder) || !Object.hasOwn(holder, step)) return false
    holder = (holder as Record<string | number, unknown>)[step]
  }
  if (key === undefined || key === '__proto__' || !isContainer(holder) || !Object.hasOwn(holder, key)) return false
  const place = holder as Record<string | number, unknown>
  if (place[key] !== null) return false
  place[key] = bytes
  return true
}

/** The frame of a binary message; its bytes are views of `message`. What is no such message comes as a BrokenFrame, never as an exception. */
export const decodeBytesFrame = (message: Uint8Array): unknown => {
  const broken = (why: string) => new BrokenFrame(`binary message of ${message.length} bytes: ${why}`)
  if (message.length < preambleBytes) return broken('shorter than its preamble')
  if (message[0] !== magic) return broken('it does not begin with "T"')
  if (message[1] !== version) return broken(`framing version ${String(message[1])}, expected ${version}`)
  const headerLength = new DataView(message.buffer, message.byteOffset, message.byteLength).getUint32(2)
  const begin = preambleBytes + headerLength
  if (headerLength > largestHeader || begin > message.length) return broken(`a header of ${headerLength} bytes`)
  const text = asciiText(message.subarray(preambleBytes, begin))
  const json = text === null ? null : parsed(text)
  if (json === null) return broken('the header is not JSON in ASCII')
  const header = headerSchema.safeParse(json.value)
  if (!header.success) return broken('the header does not say frame and bytes')
  const { frame, bytes } = header.data
  const rest = message.length - begin
  const said = bytes.reduce((sum, { length }) => sum + length, 0)
  if (said !== rest) return broken(`the header speaks of ${said} bytes, ${rest} follow it`)
  let from = begin
  for (const { at, length } of bytes) {
    // A plain view, also where the message is a Buffer, which is something else to whoever compares kinds.
    const piece = new Uint8Array(message.buffer, message.byteOffset + from, length)
    if (!put(frame, at, piece)) return broken(`no place for bytes at ${at.join('.')}`)
    from += length
  }
  return frame
}
