import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAlarmTiming } from './alarm-timing.ts'
import { clear, type Facts, type Verdict } from './detector.ts'

const facts: Facts = {
  phase: null,
  severity: 'warning',
  title: 'It is so',
  message: '',
  numbers: [],
  evidence: '',
  blindMs: null,
  identity: '',
}
const active: Verdict = { kind: 'active', facts }
const unknown: Verdict = { kind: 'unknown', why: 'no input' }

/** Plays verdicts a second apart; answers whether the alarm was told after each, and how often it was raised. */
const play = (verdicts: readonly Verdict[], raiseDelayMs: number, clearDelayMs: number) => {
  const timing = createAlarmTiming()
  let isTold = false
  let raised = 0
  const told = verdicts.map((verdict, second) => {
    const next = timing.step('place', isTold, verdict, { raiseDelayMs, clearDelayMs }, second * 1000)
    if (next?.kind === 'active' && !isTold) raised += 1
    if (next?.kind === 'active') isTold = true
    if (next?.kind === 'clear') isTold = false
    return isTold
  })
  return { told, raised }
}

const verdict = fc.constantFrom<Verdict>(active, clear, unknown)

describe('the delays of an alarm', () => {
  it('tells what it is told where there are none', () => {
    fc.assert(
      fc.property(fc.array(verdict, { maxLength: 40 }), (verdicts) => {
        let isSo = false
        const expected = verdicts.map(({ kind }) => {
          if (kind !== 'unknown') isSo = kind === 'active'
          return isSo
        })
        expect(play(verdicts, 0, 0).told).toEqual(expected)
      }),
    )
  })

  it('never chatters: between two raises lie both delays', () => {
    fc.assert(
      fc.property(fc.array(verdict, { maxLength: 60 }), fc.nat(5), fc.nat(5), (verdicts, on, off) => {
        const { told } = play(verdicts, on * 1000, off * 1000)
        const edges = told.flatMap((is, at) => (is === (told[at - 1] ?? false) ? [] : [{ at, is }]))
        edges.forEach((edge, index) => {
          const before = edges[index - 1]
          if (before !== undefined) expect(edge.at - before.at).toBeGreaterThanOrEqual(edge.is ? on : off)
        })
      }),
    )
  })

  it('raises what has been so for the delay, and not before', () => {
    expect(play([active, active, active, active], 2000, 0).told).toEqual([false, false, true, true])
    expect(play([active, clear, active, active], 2000, 0).told).toEqual([false, false, false, false])
    expect(play([active, unknown, active], 2000, 0).told).toEqual([false, false, true])
  })

  it('keeps what has not been over for the delay, and is one alarm then', () => {
    expect(play([active, clear, active, clear, clear, clear], 0, 2000)).toEqual({
      told: [true, true, true, true, true, false],
      raised: 1,
    })
  })

  it('gives the closing words when the delay is over, though they were said before', () => {
    const timing = createAlarmTiming()
    const delays = { raiseDelayMs: 0, clearDelayMs: 2000 }
    const closing: Verdict = { kind: 'clear', closing: { message: 'lasted 3 s', numbers: [] } }
    expect(timing.step('place', true, closing, delays, 0)).toBeNull()
    expect(timing.step('place', true, clear, delays, 1000)).toBeNull()
    expect(timing.step('place', true, clear, delays, 2000)).toEqual(closing)
  })

  it('a clock set back makes no wait longer than its delay from then', () => {
    const timing = createAlarmTiming()
    const delays = { raiseDelayMs: 2000, clearDelayMs: 0 }
    expect(timing.step('place', false, active, delays, 100_000)?.kind).toBe('clear')
    expect(timing.step('place', false, active, delays, 50_000)?.kind).toBe('clear')
    expect(timing.step('place', false, active, delays, 52_000)?.kind).toBe('active')
  })
})
