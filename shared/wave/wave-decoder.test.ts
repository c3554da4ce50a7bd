import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fuzzRuns, fuzzTimeoutMs, mutate } from '../test-support/fuzz.ts'
import { seededRandom } from '../test-support/seeded-random.ts'
import { crc32 } from './crc32.ts'
import { encodeDescription } from './encode-wave.ts'
import { followStream } from './follow-stream.ts'
import { described, joinBytes, samplesFrame, streamOf, wrongSamples } from './test-support/front-end.ts'
import type { WaveBlock } from './wave-block.ts'
import { createWaveDecoder } from './wave-decoder.ts'

/** Pushes the bytes in pieces of the given sizes, in turn. */
const decode = (bytes: Uint8Array, sizes: readonly number[] = [1460]) => {
  const decoder = createWaveDecoder('front')
  const blocks: WaveBlock[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1
    for (const news of decoder.push(bytes.subarray(at, at + size))) if (news.kind === 'block') blocks.push(news.block)
    at += size
  }
  return { blocks, counts: decoder.counts() }
}
const firsts = (blocks: readonly WaveBlock[]) => blocks.map(({ firstSample }) => firstSample)

describe('the decoder of the wave stream', () => {
  it('gives the same blocks however the stream is cut', () => {
    const bytes = joinBytes(streamOf(12))
    const whole = decode(bytes, [bytes.length])
    expect(firsts(whole.blocks)).toEqual(Array.from({ length: 12 }, (_, index) => index * 20))
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 8 }), (sizes) => {
        expect(decode(bytes, sizes)).toEqual(whole)
      }),
      { numRuns: 100 },
    )
  })

  it.each(['int16', 'int32', 'float32'] as const)('reads %s', (format) => {
    const { blocks } = decode(joinBytes(streamOf(3, 20, described(5, 9, format))))
    expect(blocks.map(wrongSamples)).toEqual([0, 0, 0])
    expect(blocks[0]!.layout[1]).toEqual({ name: 'x1', unit: 'A' })
  })

  it('loses only the frames that damage touches, and says how many', () => {
    const frames = streamOf(14)
    fc.assert(
      fc.property(
        fc.nat({ max: joinBytes(frames).length - 1 }),
        fc.constantFrom('flip', 'cut', 'insert', 'magic'),
        fc.integer({ min: 1, max: 90 }),
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 4 }),
        fc.integer(),
        (at, how, size, sizes, seed) => {
          const bytes = [...joinBytes(frames)]
          const random = seededRandom(seed)
          const garbage = Array.from({ length: size }, () => Math.floor(random() * 256))
          if (how === 'flip') bytes[at] = (bytes[at] ?? 0) ^ (1 << (size % 8))
          if (how === 'cut') bytes.splice(at, size)
          if (how === 'insert') bytes.splice(at, 0, ...garbage)
          if (how === 'magic') bytes.splice(at, 0, 0x54, 0x57, 0x53, 0x31, ...garbage)
          const touchedTo = how === 'flip' ? at + 1 : how === 'cut' ? at + size : at
          let begin = 0
          const untouched = frames.flatMap((frame, index) => {
            const [from, to] = [begin, (begin += frame.length)]
            const isInside = how === 'flip' || how === 'cut' ? from < touchedTo && at < to : from < at && at < to
            // A byte put in may be the very one that was pushed out: then the frame is whole all the same.
            const isWhole = frame.every((byte, offset) => bytes[from + offset] === byte)
            return (isInside && !isWhole) || index === 0 ? [] : [(index - 1) * 20]
          })
          const { blocks, counts } = decode(Uint8Array.from(bytes), sizes)
          expect(blocks.map(wrongSamples).filter((wrong) => wrong > 0)).toEqual([])
          // Without its description no sample of a stream can be read.
          if (at < (frames[0]?.length ?? 0) && how !== 'insert' && how !== 'magic') return
          if (at > 0 && at < (frames[0]?.length ?? 0)) return
          // A cut through the last frame leaves it unfinished; nothing behind it is told.
          expect(firsts(blocks)).toEqual(untouched)
          const last = untouched.at(-1) ?? 0
          expect(counts.lostFrames).toBe(last / 20 + 1 - untouched.length - (untouched[0] ?? 0) / 20)
          expect(counts.lostSamples).toBe(counts.lostFrames * 20)
        },
      ),
      { numRuns: 3000 },
    )
  })

  it(
    'never gives a sample that was not sent, whatever the bytes',
    () => {
      const bytes = joinBytes(streamOf(6, 8, described(5, 2)))
      let accepted = 0
      for (let seed = 0; seed < Math.max(2000, Math.floor(fuzzRuns / 10)); seed += 1) {
        const random = seededRandom(seed)
        const { blocks } = decode(mutate(bytes, random), [1 + Math.floor(random() * 200)])
        const wrong = blocks.reduce((sum, block) => sum + wrongSamples(block), 0)
        if (wrong > 0) throw new Error(`seed ${seed}: ${wrong} samples that were not sent`)
        accepted += blocks.length
      }
      expect(accepted).toBeGreaterThan(1000)
    },
    fuzzTimeoutMs,
  )

  it('reads nothing before a description, and goes on from one that comes later', () => {
    const description = described()
    const frames = [0, 1, 2].map((index) => samplesFrame(description, index, index * 20, 20))
    const { blocks, counts } = decode(joinBytes([frames[0]!, encodeDescription(description), frames[1]!, frames[2]!]))
    expect(firsts(blocks)).toEqual([20, 40])
    expect(blocks[0]!.break).toMatchObject({ why: 'start' })
    expect(counts).toMatchObject({ refused: 1, refusedWhy: 'samples of a stream that was not described' })
  })

  it('begins anew with another run, and does not call it a loss', () => {
    const [one, other] = [streamOf(3), streamOf(3, 20, described(6))]
    const { blocks, counts } = decode(joinBytes([...one, ...other]))
    expect(blocks.map(({ break: broken }) => broken?.why ?? null)).toEqual(['start', null, null, 'start', null, null])
    expect(counts).toMatchObject({ frames: 6, lostFrames: 0, lostSamples: 0 })
  })

  it('holds less than a frame of what is none', () => {
    const decoder = createWaveDecoder('front')
    const random = seededRandom(1)
    for (let turn = 0; turn < 200; turn += 1)
      decoder.push(Uint8Array.from({ length: 5000 }, () => (random() < 0.05 ? 0x54 : Math.floor(random() * 256))))
    expect(decoder.counts().badBytes).toBeGreaterThan(200 * 5000 - 20)
    expect(decoder.badInRow().bytes).toBe(decoder.counts().badBytes)
  })

  it('passes over kinds of a later version without a word', () => {
    const [description, ...rest] = streamOf(2)
    const later = samplesFrame(described(), 0, 0, 20)
    const view = new DataView(later.buffer)
    view.setUint8(4, 9)
    view.setUint32(12, crc32(later, 0, 12), true)
    view.setUint32(later.length - 4, crc32(later, 0, later.length - 4), true)
    const decoder = createWaveDecoder('front')
    decoder.push(joinBytes([description!, later, ...rest]))
    expect(decoder.counts()).toMatchObject({ frames: 2, crcErrors: 0, badBytes: 0, refused: 0 })
  })
})

describe('how a frame follows the one before', () => {
  const head = (over: object) => ({
    stream: 1,
    sequence: 10,
    firstSample: 1000,
    t0: 5000,
    clock: 'free' as const,
    isClipped: false,
    count: 100,
    ...over,
  })
  const place = (() => {
    const followed = followStream(null, head({}), 10_000)
    if (!followed.ok) throw new Error(followed.why)
    return followed.place
  })()
  const after = (over: object) =>
    followStream(place, head({ sequence: 11, firstSample: 1100, t0: 5010, ...over }), 10_000)

  it.each([
    ['nothing missing', {}, null],
    ['jitter of its clock', { t0: 5011.5 }, null],
    [
      'a frame missing',
      { sequence: 12, firstSample: 1200, t0: 5020 },
      { why: 'lost', frames: 1, samples: 100, stepMs: 0 },
    ],
    ['samples its converter lost', { firstSample: 1150, t0: 5015 }, { why: 'lost', frames: 0, samples: 50, stepMs: 0 }],
    ['its clock set', { t0: 5510 }, { why: 'clock-step', frames: 0, samples: 0, stepMs: 500 }],
    [
      'a frame missing and its clock set back',
      { sequence: 12, firstSample: 1200, t0: 4020 },
      { why: 'lost', frames: 1, samples: 100, stepMs: -1000 },
    ],
  ])('%s', (_, over, broken) => {
    expect(after(over)).toMatchObject({ ok: true, break: broken })
  })

  it.each([
    ['the same frame again', { sequence: 10 }],
    ['an older frame', { sequence: 9 }],
    ['samples that were there', { firstSample: 1050 }],
  ])('%s is refused', (_, over) => {
    expect(after(over).ok).toBe(false)
  })

  it('counts on over the end of the sequence', () => {
    const late = followStream(null, head({ sequence: 0xffffffff }), 10_000)
    if (!late.ok) throw new Error(late.why)
    const next = followStream(late.place, head({ sequence: 0, firstSample: 1100, t0: 5010 }), 10_000)
    expect(next).toMatchObject({ ok: true, break: null })
  })

  it('tells a rate that its time stamps deny', () => {
    let at = place
    let ppm: number | null = null
    for (let index = 1; index <= 1100 && ppm === null; index += 1) {
      // Described 10 kS/s, really 10.1.
      const next = followStream(
        at,
        head({ sequence: 10 + index, firstSample: 1000 + index * 100, t0: 5000 + (index * 100) / 10.1 }),
        10_000,
      )
      if (!next.ok) throw new Error(next.why)
      at = next.place
      ppm = next.ratePpm
    }
    expect(ppm).toBeCloseTo(10_000, 0)
  })
})
