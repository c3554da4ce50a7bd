import { describe, expect, it } from 'vitest'
import { perPhase } from '../model/phase.ts'
import { analyseSteps, type Plateau } from './step-test.ts'
import { verdictOf } from './step-verdict.ts'

/** Six steps of 10 A, seen by a meter with this ratio above other load that stands at these amperes on each level. */
const stateOf = (ratio: number, otherA: readonly number[]): string | undefined => {
  const plateaus = [0, 1, 2, 3, 4, 5, 6].map((index): Plateau => {
    const level = index % 2 === 0 ? 'low' : 'high'
    const amperes = level === 'low' ? 6 : 16
    const readings = (value: number) => [value - 0.05, value, value + 0.05]
    const seen = ratio * (amperes + (otherA[index] ?? 0))
    const each = (value: number) => perPhase(() => readings(value))
    return {
      level,
      terminalA: [0, 1, 2].map(() => readings(amperes)),
      terminalV: [],
      meters: new Map([['m', { i: each(seen), p: each(seen * 230), q: each(0), u: each(230) }]]),
      settleMs: new Map(),
    }
  })
  const meter = { id: 'm', name: 'Meter', isAbove: true, isReversed: false }
  const charger = { id: 'c', name: 'Charger', phases: ['L1', 'L2', 'L3'] as const }
  const { findings } = verdictOf(analyseSteps(plateaus, ['m'], 10), charger, [meter])
  return findings.find(({ says }) => says.includes('whole step') || says.includes('times the step'))?.state
}

describe('the share of a step that a meter shows', () => {
  const quiet = [20, 20, 20, 20, 20, 20, 20]
  it('tells a wrong ratio where the steps agree with each other', () => {
    expect(stateOf(1, quiet)).toBe('good')
    for (const ratio of [0.8, 1.25, 2]) expect(stateOf(ratio, quiet)).toBe('wrong')
  })
  it('lays nothing to the ratio where other load switched with the steps', () => {
    // A lift and a compressor: the median of the steps is 0.8 of what was asked for.
    const restless = [20, 20, 22, 16, 18, 20, 24]
    expect(stateOf(1, restless)).toBe('check')
    expect(stateOf(1, [20, 20, 34, 34, 34, 34, 34]), 'one that switched once').toBe('good')
  })
})
