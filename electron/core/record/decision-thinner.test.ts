import { describe, expect, it } from 'vitest'
import type { Bound } from '../../../shared/model/bound.ts'
import type { Decision, Write } from '../../../shared/model/decision.ts'
import { createDecisionThinner } from './decision-thinner.ts'
import { createWriteThinner } from './write-thinner.ts'

const bound: Bound = {
  kind: 'circuit-limit',
  circuitId: 'f1',
  phase: 'L2',
  limitA: 12,
  detail: 'f1, L2: limit 63 A, other load 21.4 A',
}
const base = Date.UTC(2026, 10, 23, 10)
interface Look {
  readonly targetA?: number
  readonly state?: 'allocated' | 'paused'
  readonly bound?: Partial<Bound>
  readonly notes?: string[]
  readonly trigger?: Decision['trigger']
}
const decisionAt = (second: number, look: Look = {}): Decision => ({
  id: `d${second}`,
  seq: second,
  atMs: base + second * 1000,
  trigger: look.trigger ?? 'cycle',
  mode: 'armed',
  imageAtMs: base + second * 1000,
  chargers: {
    c1: {
      targetA: look.targetA ?? 12,
      state: look.state ?? 'allocated',
      phases: ['L2'],
      boundBy: [{ ...bound, ...look.bound }],
      why: `other load ${second} A`,
      inputAgeMs: 100 + second,
    },
  },
  circuits: { f1: { L2: { limitA: 63, otherLoadA: 20 + second / 10, allocatedA: 12 } } },
  notes: look.notes ?? [],
})
const run = async (decisions: readonly Decision[]): Promise<string[]> => {
  const kept: string[] = []
  const append = createDecisionThinner(async ({ id }) => {
    kept.push(id)
  })
  for (const decision of decisions) await append(decision)
  return kept
}

describe('which decisions are kept', () => {
  it('of an hour in which nothing changes but the load: one a minute', async () => {
    const kept = await run(Array.from({ length: 3600 }, (_, second) => decisionAt(second)))
    expect(kept).toEqual(Array.from({ length: 60 }, (_, minute) => `d${minute * 60}`))
  })
  it.each<[string, Look]>([
    ['a target', { targetA: 11 }],
    ['a state', { state: 'paused' }],
    ['what binds', { bound: { kind: 'ramp', circuitId: null, phase: null } }],
    ['the phase that binds', { bound: { phase: 'L3' } }],
    ['a note', { notes: ['meter f1 silent for 5.4 s'] }],
  ])('every one that changes %s, and the change back', async (_, look) => {
    expect(
      await run([decisionAt(0), decisionAt(1), decisionAt(2, look), decisionAt(3, look), decisionAt(4), decisionAt(5)]),
    ).toEqual(['d0', 'd2', 'd4'])
  })
  it('a note whose seconds go on is the same note, another meter is not', async () => {
    expect(
      await run([
        decisionAt(0, { notes: ['meter f-1 silent for 5.4 s'] }),
        decisionAt(1, { notes: ['meter f-1 silent for 6.4 s'] }),
        decisionAt(2, { notes: ['meter f-2 silent for 6.4 s'] }),
      ]),
    ).toEqual(['d0', 'd2'])
  })
  it('all that were not made by the ordinary cycle', async () => {
    expect(
      await run([
        decisionAt(0),
        decisionAt(1, { trigger: 'overload' }),
        decisionAt(2, { trigger: 'overload' }),
        decisionAt(3),
      ]),
    ).toEqual(['d0', 'd1', 'd2'])
  })
  it('after the clock was set back, at once', async () => {
    expect(await run([decisionAt(3600), decisionAt(0), decisionAt(1)])).toEqual(['d3600', 'd0'])
  })
  it('one that could not be stored is no reason to leave out the next', async () => {
    let isFull = true
    const kept: string[] = []
    const append = createDecisionThinner(async ({ id }) => {
      if (isFull) throw new Error('disk full')
      kept.push(id)
    })
    await expect(append(decisionAt(0))).rejects.toThrow('disk full')
    isFull = false
    await append(decisionAt(1))
    expect(kept).toEqual(['d1'])
  })
  it('of a load that flickers for a day: a burst, then two or three a minute, and every one that a write names', async () => {
    const kept: string[] = []
    const thinner = createDecisionThinner(async ({ id }) => {
      kept.push(id)
    })
    for (let second = 0; second < 3600; second += 1) {
      await thinner(decisionAt(second, { targetA: second % 2 === 0 ? 12 : 11 }))
      if (second === 1801) await thinner.beforeWrite({ decisionId: 'd1800' })
    }
    expect(kept.slice(0, 60)).toEqual(Array.from({ length: 60 }, (_, second) => `d${second}`))
    expect(kept.length).toBeLessThan(60 + 3 * 60)
    expect(kept).toContain('d1800')
    // Never longer than a minute without one.
    const seconds = kept.map((id) => Number(id.slice(1))).sort((one, other) => one - other)
    expect(Math.max(...seconds.slice(1).map((second, index) => second - (seconds[index] ?? 0)))).toBeLessThanOrEqual(60)
  })
})

describe('which writes are kept', () => {
  const write = (second: number, more: Partial<Write> = {}): Write => ({
    id: `w${second}`,
    chargerId: 'c1',
    atMs: base + second * 1000,
    limitA: 12,
    reason: 'heartbeat',
    decisionId: null,
    state: 'pending',
    readBackA: null,
    why: null,
    settledAtMs: null,
    ...more,
  })
  it('all that set a limit or failed; of mere repetitions one in a quarter of an hour, with all its states', () => {
    const isKept = createWriteThinner()
    const kept: string[] = []
    for (let second = 0; second < 3600; second += 10) {
      for (const state of ['pending', 'verified'] as const)
        if (isKept(write(second, { state }))) kept.push(`${second} ${state}`)
    }
    expect(kept).toEqual([0, 900, 1800, 2700].flatMap((second) => [`${second} pending`, `${second} verified`]))
    expect(isKept(write(3601, { state: 'failed' }))).toBe(true)
    expect(isKept(write(3602, { reason: 'decision' }))).toBe(true)
    expect(isKept(write(3603, { chargerId: 'c2' }))).toBe(true)
  })
})
