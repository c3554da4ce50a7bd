import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { goodSample, missingSample, type Sample } from '../../../../shared/model/sample.ts'
import type { Turn } from '../../site/site-input.ts'
import { createTurnReader, createTurnWriter } from './turn-line.ts'

const atMs = 1_700_000_000_000
const turnOf = (samples: Record<string, Sample>): Turn => ({
  at: { monotonicMs: 5000.25, siteMs: atMs, utcMs: atMs, aheadMs: 0 },
  input: { kind: 'observation', observation: { kind: 'meter-samples', meterId: 'm', atMs, periodMs: 200, samples } },
})
const throughText = (turn: Turn) => {
  const [write, read] = [createTurnWriter(), createTurnReader()]
  const lines = write(turn)
  return { lines, back: lines.flatMap((line) => read(JSON.parse(line) as never) ?? []) }
}
const single = fc.float({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0))
const double = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0))

describe('a turn as a line', () => {
  it('comes back to the last bit, whatever single- and double-precision numbers a meter has', () => {
    const sample = fc.oneof(
      { weight: 4, arbitrary: single.map((value) => goodSample(value, atMs)) },
      { weight: 1, arbitrary: double.map((value) => goodSample(value, atMs)) },
      { weight: 1, arbitrary: single.map((value) => goodSample(value, atMs - 300)) },
      { weight: 1, arbitrary: fc.constant(missingSample('timeout', atMs)) },
    )
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 12 }), (list) => {
        const turn = turnOf(Object.fromEntries(list.map((one, at) => [`q${String(at)}`, one])))
        expect(throughText(turn).back).toEqual([turn])
      }),
      { numRuns: 500 },
    )
  })
  it('writes a single-precision number as short as it is told on a display', () => {
    const { lines } = throughText(
      turnOf({ u_l1n: goodSample(Math.fround(230.4), atMs), i_l1: goodSample(Math.fround(0.1), atMs) }),
    )
    expect(lines.at(-1)).toContain(',[230.4,0.1]]')
  })
})
