import { crc32 } from './crc32.ts'
import { checkBytes, frameKinds, headerBytes, magic, mostBodyBytes } from './frame-layout.ts'

/** A piece of the stream: a frame whose checks are right, or how many bytes were none and why. */
export type CutPiece =
  | { readonly kind: 'frame'; readonly type: number; readonly body: Uint8Array }
  | { readonly kind: 'bad'; readonly why: 'garbage' | 'header' | 'body'; readonly bytes: number }

const empty = new Uint8Array(0)

const joined = (one: Uint8Array, other: Uint8Array): Uint8Array => {
  if (one.length === 0) return other
  const both = new Uint8Array(one.length + other.length)
  both.set(one)
  both.set(other, one.length)
  return both
}

/** Where the next frame could begin from `from`: the whole magic, or as much of it as the end of the bytes shows. */
const nextMagic = (bytes: Uint8Array, from: number): number => {
  for (let at = bytes.indexOf(magic[0], from); at >= 0; at = bytes.indexOf(magic[0], at + 1)) {
    if (magic.every((byte, index) => at + index >= bytes.length || bytes[at + index] === byte)) return at
  }
  return bytes.length
}

type Look =
  | { readonly is: 'unfinished' }
  | { readonly is: 'bad'; readonly why: 'header' | 'body' }
  | { readonly is: 'frame'; readonly type: number; readonly end: number }

/** What stands at a magic: a length is only believed when the header's own check is right, so a damaged one makes nobody wait. */
const lookAt = (bytes: Uint8Array, at: number): Look => {
  if (bytes.length - at < headerBytes) return { is: 'unfinished' }
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, bytes.length - at)
  const [type, bodyBytes] = [view.getUint8(4), view.getUint32(8, true)]
  if (view.getUint32(12, true) !== crc32(bytes, at, at + 12) || bodyBytes > mostBodyBytes)
    return { is: 'bad', why: 'header' }
  const end = at + headerBytes + bodyBytes + checkBytes
  if (bytes.length < end) return { is: 'unfinished' }
  const isRight = view.getUint32(headerBytes + bodyBytes, true) === crc32(bytes, at, end - checkBytes)
  return isRight ? { is: 'frame', type, end } : { is: 'bad', why: 'body' }
}

/**
 * Cuts a byte stream into frames, whatever the pieces it comes in. After damage it looks for the next frame from just behind the
 * damaged one's header, so that no whole frame behind it is lost. It holds less than one frame, at most about 64 KiB.
 */
export const createFrameCutter = () => {
  let held: Uint8Array = empty
  return {
    push(chunk: Uint8Array): readonly CutPiece[] {
      const bytes = joined(held, chunk)
      const pieces: CutPiece[] = []
      let at = 0
      let badFrom: number | null = null
      let why: 'garbage' | 'header' | 'body' = 'garbage'
      const endBad = (end: number) => {
        if (badFrom !== null && end > badFrom) pieces.push({ kind: 'bad', why, bytes: end - badFrom })
        badFrom = null
        why = 'garbage'
      }
      for (;;) {
        const found = nextMagic(bytes, at)
        if (found > at) badFrom ??= at
        at = found
        if (at >= bytes.length) break
        const look = lookAt(bytes, at)
        if (look.is === 'unfinished') break
        if (look.is === 'bad') {
          // Two damaged frames in a row are told as two.
          if (why !== 'garbage') endBad(at)
          badFrom ??= at
          why = look.why
          at += look.why === 'body' ? headerBytes : magic.length
          continue
        }
        endBad(at)
        pieces.push({ kind: 'frame', type: look.type, body: bytes.slice(at + headerBytes, look.end - checkBytes) })
        at = look.end
      }
      endBad(at)
      held = bytes.slice(at)
      return pieces
    },
    heldBytes: (): number => held.length,
  }
}

export const isKnownKind = (type: number): boolean => type === frameKinds.description || type === frameKinds.samples
