import { describe, expect, it } from 'vitest'
import type { Sample } from '../../../../shared/model/sample.ts'
import { jumpedAt, smoothStep, type Smooth } from './smooth.ts'

const read = (value: number, atMs: number): Sample => ({ value, atMs, quality: 'good' })

/** Phases and total of one reply a second, as a meter gives them. */
const follow = (seconds: number, at: (second: number) => Readonly<Record<string, number>>) => {
  const means = new Map<string, Smooth>()
  let jumpMs: number | null = null
  for (let second = 0; second < seconds; second += 1) {
    const nowMs = second * 1000
    const samples = Object.entries(at(second)).map(([key, value]) => [key, read(value, nowMs)] as const)
    for (const [key, sample] of samples) jumpMs = jumpedAt(key, means.get(key), sample) ?? jumpMs
    for (const [key, sample] of samples) {
      const next = smoothStep(key, means.get(key), sample, nowMs, 1000, 1000, null, jumpMs)
      if (next !== null) means.set(key, next)
    }
  }
  return (key: string) => means.get(key)?.mean ?? Number.NaN
}

describe('means of a meter over some seconds', () => {
  it('phases and their total stay of one load when only some of them jump', () => {
    // One phase falls by less than its own jump, the total by more than its: they would be of two loads for half a minute.
    const mean = follow(30, (second) => {
      const [a, b, c] = second < 28 ? [900, 900, 900] : [520, 520, 520]
      return { q_l1: a, q_l2: b, q_l3: c, q_total: a + b + c }
    })
    expect(mean('q_l1') + mean('q_l2') + mean('q_l3')).toBeCloseTo(mean('q_total'), 6)
  })

  it('a voltage is never begun anew', () => {
    const mean = follow(20, (second) => ({ u_l1n: second < 19 ? 230 : 200, i_l1: second < 19 ? 10 : 60 }))
    expect(mean('i_l1')).toBe(60)
    expect(mean('u_l1n')).toBeGreaterThan(225)
  })
})
