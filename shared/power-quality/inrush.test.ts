import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noInrush, stepInrush, type Inrush } from './inrush.ts'

const run = (amperes: readonly number[]) => {
  let state = noInrush
  const [ended, began]: [Inrush[], number[]] = [[], []]
  amperes.forEach((rmsA, index) => {
    const next = stepInrush(state, { channel: 'i1', atMs: index * 10, rmsA }, 100)
    state = next.state
    if (next.began) began.push(index * 10)
    if (next.ended !== null) ended.push(next.ended)
  })
  return { began, ended }
}
const flat = (count: number, value: number) => Array.from({ length: count }, () => value)

describe('inrush', () => {
  it('is told with what was before and its highest value, when it is over', () => {
    expect(run([...flat(150, 10), 80, 60, 40, 22, 20, 12, ...flat(50, 12)])).toEqual({
      began: [1500],
      ended: [{ channel: 'i1', fromMs: 1500, toMs: 1550, beforeA: 10, highestA: 80 }],
    })
  })

  it('what stays is a load; a slow rise is none', () => {
    expect(run([...flat(150, 10), ...flat(2000, 32)]).ended).toEqual([])
    expect(run([...flat(150, 10), ...Array.from({ length: 1000 }, (_, index) => 10 + index * 0.05)]).began).toEqual([])
  })

  it('never chatters: noise of less than the hysteresis begins one at most', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 19.6, max: 20.4, noNaN: true }), { maxLength: 80 }), (noise) => {
        expect(run([...flat(150, 10), ...noise]).began.length).toBeLessThanOrEqual(1)
      }),
    )
  })
})
