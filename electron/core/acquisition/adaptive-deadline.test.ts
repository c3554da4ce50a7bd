import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../shared/test-support/seeded-random.ts'
import { createAdaptiveDeadline } from './adaptive-deadline.ts'
import { linkHabits } from './link-habits.ts'

const limits = { floorMs: 100, ceilingMs: 500 }
const cellular = linkHabits({ transport: 'tcp', id: 'l', host: 'h', port: 502, link: 'cellular' }, 500)

/** Plays a device with these latencies; Infinity is a lost reply. Returns every deadline used and how often it was too short in a row. */
const play = (deadline: ReturnType<typeof createAdaptiveDeadline>, latencies: readonly number[], kind = 'a') => {
  const used: number[] = []
  let inARow = 0
  let mostInARow = 0
  let timeouts = 0
  for (const latency of latencies) {
    const ms = deadline.next(kind, inARow >= 2)
    used.push(ms)
    if (latency <= ms) {
      deadline.replied(kind, latency)
      inARow = 0
    } else {
      deadline.timedOut(kind)
      if (Number.isFinite(latency)) deadline.cameLate(latency)
      inARow += 1
      timeouts += 1
      mostInARow = Math.max(mostInARow, inARow)
    }
  }
  return {
    used,
    mostInARow,
    timeouts,
    spentMs: latencies.reduce((sum, latency, index) => sum + Math.min(latency, used[index] ?? 0), 0),
  }
}

/** A mobile link's round trips: 300 to 700 ms, jitter, slow drifts of the cell, and spikes of two seconds and more. */
const mobileTrace = (seed: number, length: number): number[] => {
  const random = seededRandom(seed)
  let cell = 0
  return Array.from({ length }, () => {
    cell = Math.max(0, Math.min(600, cell + (random() - 0.5) * 60))
    const spike = random() < 0.02 ? 1000 + 1500 * random() : 0
    return 300 + cell + 200 * random() * random() + spike
  })
}

describe('the deadline of a device', () => {
  it('is the longest allowed until sixteen replies are known, and stays between its bounds whatever comes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.double({ min: 0, max: 3000, noNaN: true }), fc.constant(Infinity)), { maxLength: 300 }),
        (latencies) => {
          const { used } = play(createAdaptiveDeadline(limits), latencies)
          for (const [index, ms] of used.entries()) {
            expect(ms).toBeLessThanOrEqual(500)
            expect(ms).toBeGreaterThanOrEqual(100)
            if (index < 16) expect(ms).toBe(500)
          }
        },
      ),
    )
  })

  it('comes down for a quick device and follows it when it becomes slow', () => {
    const deadline = createAdaptiveDeadline(limits)
    play(deadline, Array<number>(50).fill(20))
    expect(deadline.next('a', false)).toBe(100)
    play(deadline, Array<number>(50).fill(180))
    expect(deadline.next('a', false)).toBeGreaterThanOrEqual(1.5 * 180)
  })

  it('never loses a device that answers within the longest deadline: not two timeouts in a row, whatever its latencies are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 500, noNaN: true }), { minLength: 10, maxLength: 400 }),
        (latencies) => {
          expect(play(createAdaptiveDeadline(limits), latencies).mostInARow).toBeLessThanOrEqual(1)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('on a mobile link cuts off fewer than one reply in two hundred, and never two running', () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const { mostInARow, timeouts } = play(createAdaptiveDeadline(cellular), mobileTrace(seed, 2000))
      expect(mostInARow).toBeLessThanOrEqual(1)
      expect(timeouts).toBeLessThan(10)
    }
  })

  it('is learned apart for each kind of request: a long block is not judged by the short ones', () => {
    const deadline = createAdaptiveDeadline(limits)
    for (let round = 0; round < 40; round += 1) {
      expect(play(deadline, Array<number>(10).fill(15), 'short').timeouts).toBe(0)
      expect(play(deadline, [320], 'long').timeouts).toBe(0)
    }
    expect(deadline.next('short', false)).toBe(100)
    expect(deadline.next('long', false)).toBeGreaterThan(320)
  })

  it('is the longest again for a kind that was not answered, although the others are', () => {
    const deadline = createAdaptiveDeadline(limits)
    play(deadline, Array<number>(50).fill(20), 'a')
    play(deadline, Array<number>(50).fill(20), 'b')
    for (const miss of [() => deadline.timedOut('b'), () => deadline.wasCut('b', 100)]) {
      miss()
      deadline.replied('a', 20)
      expect(deadline.next('b', false)).toBe(500)
      deadline.replied('b', 20)
    }
  })

  it('rises above the longest where the device is seen to answer later, up to its reach, and comes down again', () => {
    fc.assert(
      fc.property(fc.double({ min: 501, max: 3000, noNaN: true }), fc.boolean(), (latency, isCut) => {
        const deadline = createAdaptiveDeadline({ ...limits, reachMs: 2000 })
        for (let tries = 0; tries < 8 && deadline.next('a', false) < latency; tries += 1) {
          const ms = deadline.next('a', false)
          if (isCut) deadline.wasCut('a', ms)
          else {
            deadline.timedOut('a')
            deadline.cameLate(latency)
          }
        }
        expect(deadline.next('a', false)).toBeLessThanOrEqual(2000)
        if (latency > 2000) {
          expect(deadline.next('a', false)).toBe(2000)
          return
        }
        expect(deadline.next('a', false)).toBeGreaterThanOrEqual(latency)
        play(deadline, Array<number>(300).fill(20))
        deadline.timedOut('a')
        expect(deadline.next('a', false)).toBe(500)
      }),
    )
  })

  it('makes a device that died cost less than the longest deadline each time, and finds one that came back slower', () => {
    const deadline = createAdaptiveDeadline(limits)
    play(deadline, Array<number>(100).fill(20))
    const { spentMs } = play(deadline, Array<number>(100).fill(Infinity))
    expect(spentMs).toBeLessThan(100 * 500 * 0.75)
    const back = Array<number>(5).fill(450)
    expect(play(deadline, back).timeouts).toBeLessThan(5)
  })
})
