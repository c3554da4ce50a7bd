import { describe, expect, it } from 'vitest'
import { createField, oneMeter, sdm630Words, type Piece } from './test-support/field.ts'

const transports = [{}, { transport: 'rtu-over-tcp' }] as const
const currents = ['i_l1', 'i_l2', 'i_l3']

/** Seconds of the last `lastS` in which all three currents were good. */
const goodSeconds = async (field: Awaited<ReturnType<typeof createField>>, firstS: number, lastS: number) => {
  await field.clock.advance(firstS * 1000)
  let good = 0
  for (let second = 0; second < lastS; second += 1) {
    await field.clock.advance(1000)
    const { good: keys } = field.keys('m')
    if (currents.every((key) => keys.includes(key))) good += 1
  }
  return good
}

describe('a reply that comes in pieces', () => {
  const cut = (...afterMs: number[]): Piece[] => afterMs.map((ms) => ({ afterMs: ms, share: 1 / afterMs.length }))
  it.each([
    ['two, 280 ms apart', cut(1, 280)],
    ['two, 450 ms apart', cut(1, 450)],
    ['two, 700 ms apart: later than the profile allows', cut(1, 700)],
    ['five, 70 ms apart', cut(1, 70, 70, 70, 70)],
  ] as const)('%s is read throughout', async (_, pieces) => {
    for (const transport of transports) {
      const field = await createField(oneMeter(transport), ({ address, count }) => ({
        words: sdm630Words(address, count),
        pieces,
      }))
      expect(await goodSeconds(field, 10, 60), JSON.stringify(transport)).toBe(60)
      await field.stop()
    }
  })

  it('only since a while ago is read again within a few polls', async () => {
    let pauseMs = 1
    const field = await createField(oneMeter(), ({ address, count }) => ({
      words: sdm630Words(address, count),
      pieces: cut(1, pauseMs),
    }))
    expect(await goodSeconds(field, 5, 60)).toBe(60)
    pauseMs = 400
    expect(await goodSeconds(field, 5, 60)).toBe(60)
    await field.stop()
  })
})

describe('a line slower than the deadline', () => {
  it.each([600, 800, 1200])('answers after %i ms and is read, at default settings', async (afterMs) => {
    for (const transport of transports) {
      const field = await createField(oneMeter(transport), ({ address, count }) => ({
        words: sdm630Words(address, count),
        afterMs,
      }))
      expect(await goodSeconds(field, 30, 60), JSON.stringify(transport)).toBe(60)
      expect(field.acquisition.deviceHealth()['m']?.state).not.toBe('silent')
      await field.stop()
    }
  })

  it('is given no more than the site file allows it, and what it would take is said', async () => {
    const field = await createField(oneMeter({ timeoutMs: 400 }), ({ address, count }) => ({
      words: sdm630Words(address, count),
      afterMs: 800,
    }))
    await field.clock.advance(20_000)
    expect(field.keys('m').good).toEqual([])
    expect(field.acquisition.deviceHealth()['m']?.notes).toEqual([
      'its replies come after about 800 ms, and the line allows 400 ms: raise timeoutMs of the line, at least to 1200 ms',
    ])
    await field.stop()
  })
})

describe('a charger that wants half a second between two reads', () => {
  const site = {
    version: 1,
    id: 's',
    name: 'Site',
    grid: { limit: 63 },
    lines: [{ transport: 'tcp', id: 'cp', host: 'h', port: 502 }],
    meters: [],
    circuits: [{ id: 'main' }],
    chargers: [{ id: 'a', profile: 'keba-p30', line: 'cp', unit: 255, circuit: 'main', maximum: 16, fallback: 6 }],
  }
  const words: Record<number, number> = { 1001: 3, 1009: 6000, 1011: 6000, 1013: 6000, 1041: 230, 1043: 230, 1045: 230 }
  const serve = (afterMs: number) => (asked: { address: number; count: number }) =>
    asked.count === 2 ? { words: [0, words[asked.address + 1] ?? 0], afterMs } : { exception: 2 }

  it.each([5, 60, 150])(
    'and answers after %i ms has its state and currents read all the while, and the rest too',
    async (afterMs) => {
      const field = await createField(site, serve(afterMs))
      await field.clock.advance(6000)
      let oldestMs = 0
      const ever = new Set<string>()
      for (let tick = 0; tick < 1200; tick += 1) {
        await field.clock.advance(100)
        const nowMs = field.clock.nowMs()
        const { status, samples } = field.acquisition.chargerReadings(nowMs)['a'] ?? {}
        for (const sample of [status, samples?.i_t1, samples?.i_t2, samples?.i_t3]) {
          expect(sample?.quality).toBe('good')
          oldestMs = Math.max(oldestMs, nowMs - (sample?.atMs ?? 0))
        }
        for (const [key, sample] of Object.entries(samples ?? {})) if (sample?.quality === 'good') ever.add(key)
      }
      // Four fast reads, one slow one and the next of its own, each with its half second.
      expect(oldestMs).toBeLessThanOrEqual(6 * (500 + afterMs))
      expect([...ever].toSorted()).toEqual(
        [
          'e_session',
          'e_total',
          'fallback_limit',
          'i_t1',
          'i_t2',
          'i_t3',
          'max_rated',
          'p_total',
          'u_t1',
          'u_t2',
          'u_t3',
          'watchdog_timeout',
        ].toSorted(),
      )
      const slow = field.asked.filter(({ address }) => ![1000, 1008, 1010, 1012].includes(address))
      for (const [index, { atMs }] of slow.entries()) {
        const nextMs = slow[index + 1]?.atMs ?? Infinity
        const between = field.asked
          .filter((asked) => asked.atMs > atMs && asked.atMs < nextMs)
          .map(({ address }) => address)
        if (nextMs !== Infinity) expect(new Set(between).size).toBe(4)
      }
      await field.stop()
    },
  )

  it('and resets the connection over one register loses that one only', async () => {
    const field = await createField(site, (asked) => (asked.address === 1036 ? 'reset' : serve(5)(asked)))
    await field.clock.advance(60_000)
    let good = 0
    for (let second = 0; second < 120; second += 1) {
      await field.clock.advance(1000)
      const { samples } = field.acquisition.chargerReadings(field.clock.nowMs())['a'] ?? {}
      if ([samples?.i_t1, samples?.i_t2, samples?.i_t3].every((sample) => sample?.quality === 'good')) good += 1
    }
    // It is asked for once more in this time.
    expect(good).toBeGreaterThanOrEqual(112)
    expect(field.asked.filter(({ address }) => address === 1036).length).toBeLessThanOrEqual(6)
    await field.stop()
  })
})
