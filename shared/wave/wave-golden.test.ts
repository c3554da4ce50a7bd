import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { crc32 } from './crc32.ts'
import { encodeDescription, encodeSamples } from './encode-wave.ts'
import type { WaveBlock } from './wave-block.ts'
import { createWaveDecoder } from './wave-decoder.ts'

/** Made by assets/waves/send.py and Python's arithmetic (test-support/make-golden.py). */
interface Golden {
  readonly hex: string
  readonly frameBytes: readonly number[]
  readonly description: {
    readonly stream: number
    readonly rateHz: number
    readonly device: string
    readonly channels: readonly unknown[]
  }
  readonly blocks: readonly {
    readonly firstSample: number
    readonly t0Us: number
    readonly lostFrames: number
    readonly clock: string
    readonly isClipped: boolean
    readonly channels: readonly (readonly (number | null)[])[]
  }[]
}
const hasPython = existsSync('/usr/bin/python3')
if (!hasPython)
  console.warn('\n!!! python3 is not installed: the reference sender itself is NOT RUN (apt install python3)\n')
const folder = join(import.meta.dirname, 'test-support')
const golden = JSON.parse(readFileSync(join(folder, 'golden.json'), 'utf8')) as Golden
const goldenBytes = Uint8Array.from(Buffer.from(golden.hex, 'hex'))

const blocksOf = (bytes: Uint8Array): readonly WaveBlock[] =>
  createWaveDecoder('front')
    .push(bytes)
    .flatMap((news) => (news.kind === 'block' ? [news.block] : []))

describe('the bytes of the reference sender', () => {
  it('give the description and every sample Python says', () => {
    const decoder = createWaveDecoder('front')
    const news = decoder.push(goldenBytes)
    expect(news[0]).toEqual({ kind: 'described', description: { ...golden.description, format: 'int16' } })
    const blocks = news.flatMap((each) => (each.kind === 'block' ? [each.block] : []))
    expect(blocks).toHaveLength(golden.blocks.length)
    blocks.forEach((block, index) => {
      const wanted = golden.blocks[index]!
      expect(block).toMatchObject({
        source: 'front',
        firstSample: wanted.firstSample,
        clock: wanted.clock,
        isClipped: wanted.isClipped,
        rateHz: 10_000,
      })
      expect(block.t0 * 1000).toBeCloseTo(wanted.t0Us, 0)
      expect(block.break?.frames ?? 0).toBe(wanted.lostFrames)
      block.channels.forEach((column, channel) => {
        column.forEach((value, at) => {
          const expected = wanted.channels[channel]![at]!
          if (expected === null) expect(value).toBeNaN()
          else expect(Math.abs(value - expected)).toBeLessThanOrEqual(Math.abs(expected) * 1e-6)
        })
      })
    })
    expect(decoder.counts()).toMatchObject({
      frames: 4,
      samples: 100,
      lostFrames: 1,
      lostSamples: 25,
      crcErrors: 0,
      badBytes: 0,
      refused: 0,
    })
  })

  it('are what our encoder makes of the same values', () => {
    const scale = (channel: number) => (golden.description.channels[channel] as { scale: number }).scale
    const description = { ...golden.description, format: 'int16', channels: golden.description.channels } as never
    const made = [
      encodeDescription(description),
      ...golden.blocks.map((block, index) =>
        encodeSamples(description, {
          sequence: index < 3 ? index : 4,
          firstSample: block.firstSample,
          t0: block.t0Us / 1000,
          clock: block.clock as never,
          isClipped: block.isClipped,
          raw: block.channels.map((column, channel) =>
            Int16Array.from(column, (value) => (value === null ? -32768 : Math.round(value / scale(channel)))),
          ),
        }),
      ),
    ]
    let at = 0
    made.forEach((frame, index) => {
      const theirs = goldenBytes.subarray(at, (at += golden.frameBytes[index]!))
      // Theirs stamps whole nanoseconds, ours whole microseconds: those bytes and the check over them aside.
      const skip = index === 0 ? [0, 0] : [16 + 16, 16 + 24]
      const compared = (bytes: Uint8Array) =>
        Buffer.from(bytes.map((byte, place) => (place >= skip[0]! && place < skip[1]! ? 0 : byte))).toString(
          'hex',
          0,
          index === 0 ? bytes.length : bytes.length - 4,
        )
      expect(compared(frame)).toBe(compared(theirs))
    })
  })

  it.skipIf(!hasPython)('are still what the sender sends', () => {
    const hex = (...options: string[]) =>
      execFileSync('/usr/bin/python3', [
        '-B',
        join(import.meta.dirname, '../../assets/waves/send.py'),
        '--stdout',
        ...options,
      ]).toString('hex')
    const sent = Uint8Array.from(Buffer.from(hex('--frames', '3', '--stream', '7'), 'hex'))
    const blocks = blocksOf(sent)
    expect(blocks.map(({ firstSample }) => firstSample)).toEqual([0, 200, 400])
    const first25 = blocks[0]!.channels.map((column) => [...column.subarray(0, 25)])
    expect(first25).toEqual(blocksOf(goldenBytes)[0]!.channels.map((column) => [...column]))
  })
})

describe('CRC-32', () => {
  it('has the published check value', () => {
    expect(crc32(Buffer.from('123456789')).toString(16)).toBe('cbf43926')
  })
})
