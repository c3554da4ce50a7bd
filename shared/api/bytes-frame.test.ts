import { describe, expect, it } from 'vitest'
import { fuzzRuns, fuzzTimeoutMs, mutate } from '../test-support/fuzz.ts'
import { seededRandom } from '../test-support/seeded-random.ts'
import { bytesKind, bytesSchema } from './bytes.ts'
import { BrokenFrame, decodeBytesFrame, deepestBytes, encodeFrame, joinBytes } from './bytes-frame.ts'
import { contract } from './contract.ts'
import { clientFrameSchema, serverFrameSchema } from './frames.ts'

const message = (frame: unknown): Uint8Array => {
  const encoded = encodeFrame(frame)
  if (typeof encoded === 'string') throw new Error('it has no bytes')
  return joinBytes(encoded)
}
const whyOf = (bytes: Uint8Array): string => {
  const frame = decodeBytesFrame(bytes)
  if (!(frame instanceof BrokenFrame)) throw new Error('it was understood')
  return frame.why
}

describe('a frame with bytes', () => {
  it('is as its framing says, byte for byte', () => {
    const bytes = message({ type: 'push', id: 1, count: 2, value: Uint8Array.of(0xde, 0xad) })
    const header = '{"frame":{"type":"push","id":1,"count":2,"value":null},"bytes":[{"at":["value"],"length":2}]}'
    expect(Buffer.from(bytes).toString('latin1')).toBe(
      `T\u0001\u0000\u0000\u0000${String.fromCharCode(header.length)}${header}\u00de\u00ad`,
    )
  })

  it('comes back as it was, with text of any kind, lists, nulls and bytes of any length', () => {
    const random = seededRandom(8)
    const below = (limit: number) => Math.floor(random() * limit)
    const leaf = (): unknown =>
      [null, 7, 'Zähler Süd 😀 \ud800', true, '', Uint8Array.from({ length: below(40) }, () => below(256))][below(6)]
    const made = (level: number): unknown => {
      if (level === 0) return leaf()
      if (random() < 0.4) return Array.from({ length: below(4) }, () => made(level - 1))
      return Object.fromEntries(
        ['a', 'constructor', '0', 'ü'].slice(0, below(5)).map((key) => [key, made(level - 1)] as const),
      )
    }
    let binary = 0
    for (let run = 0; run < 2000; run += 1) {
      const frame = { value: made(deepestBytes - 1) }
      const encoded = encodeFrame(frame)
      if (typeof encoded === 'string') expect(JSON.parse(encoded)).toEqual(frame)
      else {
        binary += 1
        expect(decodeBytesFrame(joinBytes(encoded))).toEqual(frame)
      }
    }
    expect(binary).toBeGreaterThan(500)
  })

  it('without bytes is a text, and the same as ever', () => {
    expect(encodeFrame({ type: 'got', id: 3, count: 1 })).toBe('{"type":"got","id":3,"count":1}')
    expect(encodeFrame(undefined)).toBe('null')
  })

  it('does not change the frame that is sent', () => {
    const bytes = Uint8Array.of(1)
    const frame = { value: { blocks: [bytes, { bytes }] } }
    encodeFrame(frame)
    expect(frame).toEqual({ value: { blocks: [Uint8Array.of(1), { bytes: Uint8Array.of(1) }] } })
  })
})

describe('what is no such frame', () => {
  const good = { type: 'call', id: 1, method: 'reverse', input: { bytes: Uint8Array.of(1, 2, 3, 4) } }
  const withHeader = (header: string, rest: readonly number[] = []) => {
    const text = Buffer.from(header, 'utf8')
    const preamble = Buffer.from([0x54, 1, 0, 0, 0, 0])
    preamble.writeUInt32BE(text.length, 2)
    return new Uint8Array(Buffer.concat([preamble, text, Buffer.from(rest)]))
  }
  const header = (at: unknown, length: unknown, frame: unknown = { a: null }) =>
    JSON.stringify({ frame, bytes: [{ at, length }] })

  it.each([
    ['nothing', new Uint8Array(0), 'shorter than its preamble'],
    ['another kind', message(good).with(0, 0x7b), 'does not begin with "T"'],
    ['another version', message(good).with(1, 2), 'framing version 2, expected 1'],
    ['a header longer than the message', message(good).with(2, 0x7f), 'a header of'],
    ['a cut end', message(good).slice(0, -1), '3 follow it'],
    ['more than it says', joinBytes([message(good), Uint8Array.of(9)]), 'speaks of 4 bytes, 5 follow it'],
    ['a header that is no JSON', withHeader('{"frame":'), 'not JSON in ASCII'],
    ['a header with other letters', withHeader(header(['a'], 1, { a: null, ä: 1 }), [1]), 'not JSON in ASCII'],
    [
      'a header with something else in it',
      withHeader('{"frame":{},"bytes":[],"more":1}'),
      'does not say frame and bytes',
    ],
    ['a length below zero', withHeader(header(['a'], -1)), 'does not say frame and bytes'],
    ['bytes that belong nowhere', withHeader(header(['b'], 1), [1]), 'no place for bytes at b'],
    ['bytes in the place of a value', withHeader(header(['a'], 1, { a: 7 }), [1]), 'no place for bytes at a'],
    ['bytes below a text', withHeader(header(['a', 0], 1, { a: 'text' }), [1]), 'no place for bytes at a.0'],
    ['a way through what every object has', withHeader(header(['constructor', 'prototype'], 1), [1]), 'no place for'],
    [
      'a prototype',
      withHeader('{"frame":{"__proto__":null},"bytes":[{"at":["__proto__"],"length":1}]}', [1]),
      'no place',
    ],
  ])('%s: is told in words', (_, bytes, words) => {
    expect(whyOf(bytes)).toContain(words)
  })

  it(
    `${fuzzRuns} mutations are a frame or a BrokenFrame, never an exception`,
    () => {
      const random = seededRandom(81)
      const seeds = [
        message(good),
        message({ type: 'push', id: 5, count: 9, value: { at: 3, bytes: new Uint8Array(64) } }),
        message({ type: 'result', id: 1, value: { blocks: [Uint8Array.of(1), Uint8Array.of(), Uint8Array.of(2)] } }),
      ]
      let [whole, broken, odd] = [0, 0, 0]
      for (let run = 0; run < fuzzRuns; run += 1) {
        const frame = decodeBytesFrame(mutate(seeds[run % seeds.length] ?? new Uint8Array(), random))
        if (frame instanceof BrokenFrame) broken += 1
        else if (clientFrameSchema.safeParse(frame).success || serverFrameSchema.safeParse(frame).success) whole += 1
        else odd += 1
      }
      expect(broken).toBeGreaterThan(fuzzRuns / 4)
      expect(whole).toBeGreaterThan(100)
      expect(whole + broken + odd).toBe(fuzzRuns)
      expect(Object.prototype).not.toHaveProperty('frame')
    },
    fuzzTimeoutMs,
  )
})

describe('the contract', () => {
  /** How deep below a schema the deepest bytes stand; -1: there are none. Knows zod's own kinds of nesting. */
  const depthOf = (schema: unknown): number => {
    const { def, meta } = schema as { def?: Record<string, unknown>; meta?: () => { kind?: unknown } | undefined }
    if (meta?.call(schema)?.kind === bytesKind) return 0
    if (def === undefined) return -1
    const nested = (inner: unknown, deeper: number) => {
      const depth = depthOf(inner)
      return depth < 0 ? -1 : depth + deeper
    }
    const { shape, element, innerType, in: from, out: to, left, right, valueType, options, items } = def
    return Math.max(
      -1,
      ...Object.values((shape ?? {}) as object).map((inner) => nested(inner, 1)),
      ...[element, valueType].filter((inner) => inner !== undefined).map((inner) => nested(inner, 1)),
      ...((items ?? []) as unknown[]).map((inner) => nested(inner, 1)),
      ...((options ?? []) as unknown[]).map((inner) => nested(inner, 0)),
      ...[innerType, from, to, left, right].filter((inner) => inner !== undefined).map((inner) => nested(inner, 0)),
    )
  }

  it('has bytes only where a link looks for them', () => {
    expect(depthOf(bytesSchema(3))).toBe(0)
    const deep = Object.entries(contract).flatMap(([name, { input, output }]) =>
      [input, output].some((schema) => depthOf(schema) + 1 > deepestBytes) ? [name] : [],
    )
    expect(deep).toEqual([])
  })
})
