import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Facts } from './facts.ts'

/**
 * Packs JSON texts that resemble each other (raw deflate, RFC 1951) with one of them as the dictionary: a decision of 8 kB, with the same
 * names and sentences every time, takes about 400 bytes. The dictionaries stand in the file, each twice: rows of a day rest on one.
 */
export interface Packer {
  /** Inside a transaction; after one that failed `forget` must be called. */
  pack(text: string): Uint8Array
  /** Throws on bytes that were not packed here, and where their dictionary is gone. */
  unpack(bytes: Uint8Array): string
  forget(): void
}

/** Begins a row with a dictionary; no deflated text begins so (it would be a stored block). Then the dictionary's number, u16. */
const marker = 0xd1
/** The first row of a session may be unlike the rest: a second dictionary after some rows, and one now and then. */
const renewAt = 100
const renewEvery = 5000
/** Deflate looks back no further. */
const mostBytes = 32_000

const nameOf = (number: number, copy: 'a' | 'b') => `dictionary ${copy} ${number}`

export const createPacker = (facts: Facts): Packer => {
  const known = new Map<number, Buffer>()
  let current: number | null = null
  let packed = 0

  const read = (number: number): Buffer => {
    const held = known.get(number)
    if (held !== undefined) return held
    const text = facts.getWhole(nameOf(number, 'a')) ?? facts.getWhole(nameOf(number, 'b'))
    if (text === null) throw new Error(`dictionary ${number} is gone or was changed`)
    const dictionary = Buffer.from(text)
    known.set(number, dictionary)
    return dictionary
  }
  const renew = (text: string): number => {
    const last = Number(facts.get('dictionaries') ?? 0)
    const number = (Number.isInteger(last) ? last : 0) + 1
    const body = text.slice(0, mostBytes)
    facts.setWhole(nameOf(number, 'a'), body)
    facts.setWhole(nameOf(number, 'b'), body)
    facts.set('dictionaries', String(number))
    return number
  }
  return {
    pack: (text) => {
      if (current === null || packed === renewAt || packed % renewEvery === 0) current = renew(text)
      packed += 1
      const body = deflateRawSync(text, { dictionary: read(current), level: 9 })
      const bytes = new Uint8Array(3 + body.length)
      bytes[0] = marker
      bytes[1] = current & 0xff
      bytes[2] = current >> 8
      bytes.set(body, 3)
      return bytes
    },
    unpack: (bytes) => {
      if (bytes[0] !== marker) return inflateRawSync(bytes).toString('utf8')
      const dictionary = read((bytes[1] ?? 0) | ((bytes[2] ?? 0) << 8))
      return inflateRawSync(bytes.subarray(3), { dictionary }).toString('utf8')
    },
    forget: () => {
      current = null
      known.clear()
    },
  }
}
