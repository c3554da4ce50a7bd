import { describe, expect, it } from 'vitest'
import { photoKind } from './photo-kind.ts'

const jpeg = new Uint8Array([
  0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 17, 8, 0, 16, 0, 32, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1,
])
const png = new Uint8Array([
  0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 8, 0, 0, 0, 8, 8, 2,
])

describe('photos', () => {
  it('takes what cameras make', () => {
    expect(photoKind(jpeg)).toEqual({ ok: true, mediaType: 'image/jpeg' })
    expect(photoKind(png)).toEqual({ ok: true, mediaType: 'image/png' })
  })
  it.each([
    ['nothing', new Uint8Array(0)],
    ['text', new TextEncoder().encode('<html><script>')],
    ['a script that begins like a picture', new Uint8Array([0xff, 0xd8, 0xff, 0x41, 0x41, 0x41, 0x41, 0x41])],
    ['a picture that was cut', jpeg.slice(0, 9)],
    ['a picture without a size', png.slice(0, 16)],
  ])('refuses %s', (_name, bytes) => {
    expect(photoKind(bytes).ok).toBe(false)
  })
})
