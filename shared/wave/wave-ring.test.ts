import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawNewest, drawStill } from './draw-wave.ts'
import { lookAt } from './ring-record.ts'
import { createPyramid } from './min-max-pyramid.ts'
import { capacityOf, createWaveRing, msAt } from './wave-ring.ts'
import { firstPass } from './wave-trigger.ts'

const value = (position: number) => Math.fround(Math.sin(position * 0.37) * 300 + (position % 97))
const block = (from: number, count: number, over: object = {}) => ({
  channels: [Float32Array.from({ length: count }, (_, index) => value(from + index))],
  t0: 1000 + from / 10,
  rateHz: 10_000,
  stream: 1,
  firstSample: from,
  clock: 'free' as const,
  isClipped: false,
  isBroken: false,
  ...over,
})

describe('the ring of samples', () => {
  it('keeps the newest, and never more than its memory', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 20 }), (sizes) => {
        const ring = createWaveRing(1, 4096)
        let next = 0
        for (const size of sizes) {
          ring.append(block(next, size))
          next += size
        }
        expect([ring.next(), ring.oldest()]).toEqual([next, Math.max(0, next - 4096)])
        const read = ring.read(0, ring.oldest(), next)
        expect([...read]).toEqual(Array.from(read, (_, index) => value(ring.oldest() + index)))
      }),
    )
  })

  it('30 s of 8 channels at 10 kS/s take less than 10 MB', () => {
    const capacity = capacityOf(9_830_400, 8)
    expect(capacity).toBeGreaterThanOrEqual(300_000)
    expect(capacity * 8 * 4).toBeLessThanOrEqual(9_830_400)
  })

  it('tells stretches apart, dates each by its own stamps, and forgets those that were overwritten', () => {
    const ring = createWaveRing(1, 4096)
    ring.append(block(0, 1000))
    ring.append(block(1000, 1000, { t0: 1100.5 }))
    ring.append(block(2000, 500, { isBroken: true, firstSample: 9000, t0: 5000 }))
    const [first, second] = ring.stretches()
    expect([first!.from, first!.to, second!.from, second!.to, second!.firstSample]).toEqual([0, 2000, 2000, 2500, 9000])
    expect(msAt(first!, 1500)).toBeCloseTo(1150.5, 6)
    expect(msAt(second!, 2100)).toBeCloseTo(5010, 6)
    ring.append(block(2500, 4000))
    expect(ring.stretches().map(({ from, to, firstSample }) => [from, to, firstSample])).toEqual([[2404, 6500, 9404]])
  })

  it('a stream of nothing but gaps takes no memory', () => {
    const ring = createWaveRing(1, 409_600)
    for (let index = 0; index < 2000; index += 1) ring.append(block(index * 10, 10, { isBroken: true }))
    expect(ring.stretches().length).toBeLessThanOrEqual(256)
  })
})

describe('the pyramid', () => {
  it('gives exactly the lowest and highest of any range, also when the ring has gone round', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 12 }),
        fc.nat(),
        fc.nat(),
        fc.nat({ max: 200 }),
        (sizes, one, other, missingEvery) => {
          const ring = createWaveRing(1, 8192)
          const pyramid = createPyramid(8192)
          for (const size of sizes) {
            const next = block(ring.next(), size)
            if (missingEvery > 0)
              next.channels[0]!.forEach((_, index, all) => index % missingEvery === 0 && (all[index] = NaN))
            const from = ring.append(next)
            pyramid.push(from, next.channels[0]!)
          }
          const held = ring.next() - ring.oldest()
          const [from, to] = [one % held, other % (held + 1)].sort((a, b) => a - b).map((at) => ring.oldest() + at) as [
            number,
            number,
          ]
          const plain = [...ring.read(0, from, to)].filter((sample) => !Number.isNaN(sample))
          expect(pyramid.range(from, to, (at) => ring.at(0, at))).toEqual(
            plain.length === 0 ? null : { low: Math.min(...plain), high: Math.max(...plain) },
          )
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('what is drawn', () => {
  const sourceOf = (samples: Float32Array, brokenAt: number | null = null) => {
    const ring = createWaveRing(1, 16_384)
    const pyramid = createPyramid(16_384)
    const put = (part: Float32Array, from: number, isBroken: boolean) =>
      pyramid.push(ring.append({ ...block(from, 0), channels: [part], isBroken }), part)
    put(samples.subarray(0, brokenAt ?? samples.length), 0, false)
    if (brokenAt !== null) put(samples.subarray(brokenAt), brokenAt, true)
    return { layout: [{ name: 'u1', unit: 'V' as const }], ring, pyramids: [pyramid], nominalHz: 50 }
  }
  const sine = (phase: number) =>
    Float32Array.from({ length: 10_000 }, (_, index) => 325 * Math.sin((2 * Math.PI * 50.3 * index) / 10_000 + phase))

  it('stands still: the trigger is where the wave passes its level, whatever came last', () => {
    for (const phase of [0, 1, 2, 3, 4, 5]) {
      const view = drawNewest(sourceOf(sine(phase)), {
        spanMs: 40,
        columns: 1000,
        mode: 'samples',
        trigger: { channel: 'u1', level: 100, edge: 'rising' },
        before: 0.25,
      })!
      expect(view).toMatchObject({ isTriggered: true, samplesEach: 1 })
      const atMs = (index: number) => view.firstMs + index * view.stepMs
      const after = view.channels[0]!.low.findIndex((_, index) => atMs(index) >= 0)
      expect(view.channels[0]!.low[after - 1]).toBeLessThan(100)
      expect(view.channels[0]!.low[after]).toBeGreaterThanOrEqual(100)
      expect(view.firstMs).toBeCloseTo(-10, 0)
    }
  })

  it('is as wide as the screen, and loses no peak', () => {
    const samples = sine(0)
    samples[7003] = 900
    const view = drawNewest(sourceOf(samples), {
      spanMs: 900,
      columns: 300,
      mode: 'samples',
      trigger: null,
      before: 0,
    })!
    expect(view.channels[0]!.low).toHaveLength(300)
    expect(Math.max(...view.channels[0]!.high)).toBe(900)
  })

  it('never reaches over a gap', () => {
    const view = drawNewest(sourceOf(sine(0), 9900), {
      spanMs: 100,
      columns: 1000,
      mode: 'samples',
      trigger: null,
      before: 0,
    })!
    expect(view.channels[0]!.low).toHaveLength(100)
  })

  it('shows a missing sample as a gap', () => {
    const samples = sine(0)
    samples[9950] = NaN
    const view = drawNewest(sourceOf(samples), {
      spanMs: 10,
      columns: 1000,
      mode: 'samples',
      trigger: null,
      before: 0,
    })!
    expect(view.channels[0]!.low[50]).toBeNaN()
    expect(view.channels[0]!.low[51]).not.toBeNaN()
  })

  it('draws one-cycle RMS: flat over a steady wave, and a dip as deep as it is', () => {
    const samples = Float32Array.from({ length: 10_000 }, (_, index) => {
      const share = index >= 4000 && index < 7000 ? 0.6 : 1
      return share * 325 * Math.sin((2 * Math.PI * 50 * index) / 10_000)
    })
    const view = drawNewest(sourceOf(samples), { spanMs: 900, columns: 9000, mode: 'rms', trigger: null, before: 0 })!
    const at = (ms: number) => view.channels[0]!.low[Math.round((ms - 100) / view.stepMs)]!
    const full = 325 / Math.SQRT2
    expect([at(300), at(550), at(800)].map((value) => value / full)).toEqual([
      expect.closeTo(1, 4),
      expect.closeTo(0.6, 4),
      expect.closeTo(1, 4),
    ])
  })

  it('draws what has passed around its time zero, and nothing that has left the memory', () => {
    const source = sourceOf(sine(0))
    const live = drawNewest(source, {
      spanMs: 40,
      columns: 1000,
      mode: 'samples',
      trigger: { channel: 'u1', level: 100, edge: 'rising' },
      before: 0.5,
    })!
    const request = { atMs: live.atMs, fromMs: -5, toMs: 5, columns: 1000, mode: 'samples' } as const
    const still = drawStill(source, request)!
    expect(still.firstMs).toBeGreaterThanOrEqual(-5.1)
    const offset = Math.round((still.firstMs - live.firstMs) / live.stepMs)
    expect([...still.channels[0]!.low]).toEqual([
      ...live.channels[0]!.low.slice(offset, offset + still.channels[0]!.low.length),
    ])
    expect(drawStill(source, { ...request, atMs: live.atMs - 60_000 })).toBeNull()
    expect(drawStill(source, { ...request, fromMs: 20_000, toMs: 30_000 })!.channels[0]!.low).toHaveLength(0)
  })

  it('is looked at like a recording: RMS, angle and harmonics of any time in memory', () => {
    const layout = ['u1', 'i1'].map((name) => ({ name, unit: name === 'u1' ? ('V' as const) : ('A' as const) }))
    const ring = createWaveRing(2, 16_384)
    const wave = (peak: number, lag: number) =>
      Float32Array.from({ length: 10_000 }, (_, index) => {
        const turn = (2 * Math.PI * 50.2 * index) / 10_000 - lag
        return peak * (Math.sin(turn) + 0.05 * Math.sin(5 * turn))
      })
    ring.append({ ...block(0, 0), channels: [wave(325, 0), wave(14, Math.PI / 6)], isBroken: false })
    const source = { layout, ring, nominalHz: 50 }
    for (const atMs of [null, lookAt(source, { atMs: null, spectrumOf: null })!.atMs - 400]) {
      const { channels, frequencyHz, spectrum } = lookAt(source, { atMs, spectrumOf: 'i1' })!
      expect(frequencyHz).toBeCloseTo(50.2, 2)
      expect(channels[0]!.rms).toBeCloseTo((325 / Math.SQRT2) * Math.sqrt(1.0025), 0)
      expect((channels[1]!.angleDeg! - channels[0]!.angleDeg! + 540) % 360).toBeCloseTo(150, 1)
      expect(spectrum!.orders[5]! / spectrum!.orders[1]!).toBeCloseTo(0.05, 3)
    }
    expect(lookAt(source, { atMs: -1e9, spectrumOf: null })).toBeNull()
  })

  it('passes a level upwards, downwards or either way, never through a missing sample', () => {
    const samples = Float32Array.from([0, 5, 11, 9, NaN, 20])
    expect(firstPass(NaN, samples, { level: 10, edge: 'rising' })).toBe(2)
    expect(firstPass(NaN, samples, { level: 10, edge: 'falling' })).toBe(3)
    expect(firstPass(20, samples, { level: 10, edge: 'either' })).toBe(0)
    expect(firstPass(NaN, samples.subarray(3), { level: 10, edge: 'rising' })).toBeNull()
  })
})
