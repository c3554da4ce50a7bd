import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dutyOfCurrent, meaningOfDuty } from './pilot-duty.ts'

describe('the duty cycle of the control pilot (electrical.md, vector 10)', () => {
  it.each([
    [6, 10],
    [10, 16.6667],
    [13, 21.6667],
    [16, 26.6667],
    [20, 33.3333],
    [25, 41.6667],
    [32, 53.3333],
    [40, 66.6667],
    [48, 80],
    [51, 85],
    [52.5, 85],
    [63, 89.2],
    [80, 96],
  ])('%f A is sent as %f %%', (currentA, percent) => {
    expect(dutyOfCurrent(currentA)).toBeCloseTo(percent, 4)
  })
  it.each([
    [8, 6],
    [9.99, 6],
    [10, 6],
    [25, 15],
    [50, 30],
    [85, 51],
    [86, 55],
    [96, 80],
    [96.5, 80],
    [97, 80],
  ])('%f %% allows %f A', (percent, currentA) => {
    expect(meaningOfDuty(percent)).toEqual({ kind: 'current', currentA: expect.closeTo(currentA, 9) })
  })
  it.each([
    [2.9, 'error'],
    [5, 'digital'],
    [7.5, 'error'],
    [98, 'not-allowed'],
    [100, 'not-allowed'],
    [NaN, 'error'],
  ])('%f %% is no current but: %s', (percent, kind) => {
    expect(meaningOfDuty(percent).kind).toBe(kind)
  })
  it('below 6 A there is none, and between the two parts of the table the lower is sent', () => {
    expect([5.9, 0, -1, NaN].map(dutyOfCurrent)).toEqual([null, null, null, null])
    expect(dutyOfCurrent(52)).toBeCloseTo(85, 9)
    expect(dutyOfCurrent(100)).toBeCloseTo(96, 9)
  })
  it('never allows more than was meant', () => {
    fc.assert(
      fc.property(fc.double({ min: 6, max: 120, noNaN: true }), (currentA) => {
        const meaning = meaningOfDuty(dutyOfCurrent(currentA) ?? NaN)
        expect(meaning.kind === 'current' && meaning.currentA <= currentA + 1e-9).toBe(true)
      }),
    )
  })
})
