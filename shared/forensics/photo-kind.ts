import type { IncidentPhoto } from './incident.ts'

export type PhotoKind =
  { readonly ok: true; readonly mediaType: IncidentPhoto['mediaType'] } | { readonly ok: false; readonly why: string }

const startsWith = (bytes: Uint8Array, at: number, expected: readonly number[]): boolean =>
  expected.every((byte, index) => bytes[at + index] === byte)
const ascii = (text: string): readonly number[] => [...text].map((letter) => letter.charCodeAt(0))
const word = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)

/** Width and height of a JPEG, from its first frame header (ISO/IEC 10918-1 B.2.2); null: there is none. */
const jpegSize = (bytes: Uint8Array): readonly [number, number] | null => {
  for (let at = 2; at + 9 < bytes.length;) {
    if (bytes[at] !== 0xff) return null
    const marker = bytes[at + 1] ?? 0
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
    if (isFrame) return [word(bytes, at + 7), word(bytes, at + 5)]
    if (marker === 0xff) at += 1
    else at += 2 + Math.max(2, word(bytes, at + 2))
  }
  return null
}

/** Whether bytes are a photo as cameras make them, by what is in them and not by their name: JPEG, PNG or WebP with a size. */
export const photoKind = (bytes: Uint8Array): PhotoKind => {
  const no = (why: string): PhotoKind => ({ ok: false, why })
  if (startsWith(bytes, 0, [0xff, 0xd8, 0xff])) {
    const size = jpegSize(bytes)
    return size !== null && size[0] > 0 && size[1] > 0
      ? { ok: true, mediaType: 'image/jpeg' }
      : no('it begins like a JPEG picture and has no picture in it: it was cut or is something else')
  }
  if (startsWith(bytes, 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) {
    const hasHead =
      startsWith(bytes, 12, ascii('IHDR')) &&
      (word(bytes, 18) > 0 || word(bytes, 16) > 0) &&
      (word(bytes, 22) > 0 || word(bytes, 20) > 0)
    return hasHead ? { ok: true, mediaType: 'image/png' } : no('it begins like a PNG picture and has no picture in it')
  }
  if (startsWith(bytes, 0, ascii('RIFF')) && startsWith(bytes, 8, ascii('WEBPVP8')))
    return { ok: true, mediaType: 'image/webp' }
  return no('it is no photo: JPEG, PNG and WebP pictures are taken')
}
