import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decimate, roundBucketMs, toBuckets, type Bucket } from './buckets.ts'
import { createFrameScheduler } from './frame-scheduler.ts'
import { summarise, summaryText } from './summary.ts'
import { createTraceBuffer, indexAt, nearestIndex, windowOf } from './trace-buffer.ts'

const value = fc.option(fc.double({ min: -1e4, max: 1e4, noNaN: true }), { nil: null })

describe('trace buffer', () => {
  it('keeps at least the span, at most a tenth more, and never a time twice', () => {
    const buffer = createTraceBuffer(['u'], 10_000)
    for (let at = 0; at <= 60_000; at += 200) buffer.append(false, [at, at], { u: [at, -1] })
    const { atMs, columns } = buffer.data()
    expect(new Set(atMs).size).toBe(atMs.length)
    expect((atMs.at(-1) ?? 0) - (atMs[0] ?? 0)).toBeGreaterThanOrEqual(9_800)
    expect((atMs.at(-1) ?? 0) - (atMs[0] ?? 0)).toBeLessThanOrEqual(11_000)
    expect(columns.u).toEqual(atMs)
  })
  it('starts anew on a reset and fills a column the frame lacks with gaps', () => {
    const buffer = createTraceBuffer(['u', 'i'], 10_000)
    buffer.append(false, [1, 2], { u: [1, 2], i: [1, 2] })
    buffer.append(true, [5], { u: [7] })
    expect(buffer.data()).toEqual({ atMs: [5], columns: { u: [7], i: [null] } })
  })
  it('finds times', () => {
    const times = [10, 20, 30]
    expect([indexAt(times, 9), indexAt(times, 20), indexAt(times, 21), indexAt(times, 99)]).toEqual([0, 1, 2, 3])
    expect([nearestIndex(times, 14), nearestIndex(times, 16), nearestIndex(times, 99), nearestIndex([], 1)]).toEqual([
      0,
      1,
      2,
      null,
    ])
    expect(windowOf({ atMs: times, columns: { a: [1, 2, 3] } }, 20, 30)).toEqual({
      atMs: [20, 30],
      columns: { a: [2, 3] },
    })
  })
})

describe('buckets', () => {
  it('lose no extreme and count every sample once', () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 400 }),
        fc.integer({ min: 1, max: 40 }),
        (values, most) => {
          const atMs = values.map((_, index) => 1_000_000 + index * 200)
          const to = (atMs.at(-1) ?? 0) + 1
          const table = toBuckets({ atMs, columns: { a: values } }, 1_000_000, to, roundBucketMs(to - 1_000_000, most))
          const known = values.filter((entry) => entry !== null)
          const buckets = (table.columns.a ?? []).filter((bucket) => bucket !== null)
          expect(buckets.length === 0).toBe(known.length === 0)
          if (known.length === 0) return
          expect(Math.min(...buckets.map((bucket) => bucket[0]))).toBe(Math.min(...known))
          expect(Math.max(...buckets.map((bucket) => bucket[2]))).toBe(Math.max(...known))
          for (const [low, mean, high] of buckets) {
            expect(mean).toBeGreaterThanOrEqual(low - 1e-6)
            expect(mean).toBeLessThanOrEqual(high + 1e-6)
          }
        },
      ),
    )
  })
  it('are joined without losing an extreme or closing a gap that fills one', () => {
    const buckets: Bucket[] = [[1, 2, 3], null, null, null, [0, 5, 9], [4, 4, 4]]
    expect(decimate(buckets, 3)).toEqual({ factor: 2, buckets: [[1, 2, 3], null, [0, 4.5, 9]] })
    expect(decimate(buckets, 6).buckets).toBe(buckets)
  })
})

describe('summary', () => {
  it('says the last value, the range, samples and gaps of every trace', () => {
    const rows = summarise({ atMs: [1, 2, 3], columns: { u_l1n: [230, 228.24, 231.5], u_l2n: [230, null, null] } }, [
      { key: 'u_l1n', label: 'L1' },
      { key: 'u_l2n', label: 'L2' },
      { key: 'u_l3n', label: 'L3' },
    ])
    expect(summaryText('Voltage', 'polled RMS, every 200 ms', 'last 5 min', rows)).toBe(
      'Voltage, polled RMS, every 200 ms, last 5 min: L1 231.5 V (228.2 to 231.5); L2 missing now (230.0 to 230.0); L3 no value. 3 samples, 2 missing.',
    )
  })
})

describe('the frame scheduler', () => {
  const setup = () => {
    const world = { hidden: false, pending: [] as (() => void)[], visibility: (() => undefined) as () => void }
    const scheduler = createFrameScheduler({
      requestFrame: (run) => {
        world.pending.push(run)
      },
      isHidden: () => world.hidden,
      onVisibility: (listener) => {
        world.visibility = listener
      },
    })
    const frame = () => world.pending.splice(0).forEach((run) => run())
    return { world, scheduler, frame }
  }
  it('draws once per frame however often it was asked, with one request for all charts', () => {
    const { world, scheduler, frame } = setup()
    let drawn = 0
    const draw = () => {
      drawn += 1
    }
    scheduler.request(draw)
    scheduler.request(draw)
    scheduler.request(() => {
      drawn += 10
    })
    expect(world.pending).toHaveLength(1)
    frame()
    expect(drawn).toBe(11)
    frame()
    expect(drawn).toBe(11)
  })
  it('rests while hidden and catches up once when shown', () => {
    const { world, scheduler, frame } = setup()
    let drawn = 0
    world.hidden = true
    scheduler.request(() => {
      drawn += 1
    })
    expect(world.pending).toHaveLength(0)
    world.hidden = false
    world.visibility()
    frame()
    expect(drawn).toBe(1)
  })
})
