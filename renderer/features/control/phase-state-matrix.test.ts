import { describe, expect, it } from 'vitest'
import type { Live } from '../../../shared/api/live-contract.ts'
import type { ChargerDescription } from '../../../shared/api/site-contract.ts'
import { goodSample, missingSample } from '../../../shared/model/sample.ts'
import { cellState, phaseStateMatrix } from './phase-state-matrix.ts'

const none = missingSample('absent', null)
const charger = (id: string, phases: ChargerDescription['phases']) =>
  ({ id, phases, maximumA: 32 }) as ChargerDescription
const reading = (status: string, amperes: number | null) => ({
  status: { value: status, code: null, quality: 'good', atMs: 0 },
  samples: {},
  siteCurrentA: { L1: amperes === null ? none : goodSample(amperes, 0), L2: none, L3: none },
})
const decided = (state: string, targetA: number, phases: readonly string[]) => ({
  state,
  targetA,
  phases,
  boundBy: [],
  why: '',
})
// Only what is looked at: the frames of a whole site are made by its own tests.
const live = {
  image: { chargers: { a: reading('charging', 15), b: reading('suspended', null), c: reading('fault', 0) } },
  control: {
    writes: {},
    decision: {
      chargers: {
        a: decided('allocated', 16, ['L1', 'L2', 'L3']),
        b: decided('paused', 0, ['L2']),
        c: decided('idle', 6, ['L1']),
      },
    },
  },
} as unknown as Live

describe('chargers by phase and state', () => {
  it('counts each on every phase where it is counted, with what it is given and draws there', () => {
    const matrix = phaseStateMatrix(
      [charger('a', ['L1', 'L2', 'L3']), charger('b', ['L2']), charger('c', ['L1'])],
      live,
    )
    expect(matrix.L1).toEqual({
      charging: { chargers: 1, givenA: 16, drawnA: 15 },
      abnormal: { chargers: 1, givenA: 6, drawnA: 0 },
    })
    expect(matrix.L2).toEqual({
      charging: { chargers: 1, givenA: 16, drawnA: null },
      paused: { chargers: 1, givenA: 0, drawnA: null },
    })
    expect(Object.keys(matrix.L3)).toEqual(['charging'])
  })
  it('a charger nobody decided for is said to be so, never free', () => {
    expect(cellState(live, 'z')).toBe('unknown')
  })
})
