import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stepTape, tapePosition, type Tape } from '../../shared/tape/tape.ts'
import { liveSource, missingWords, siteTimeAt, tapeSource } from './time-source.ts'

const from = 1_760_000_000_000
const length = 600_000
const opened = 5_000_000
const fresh = (): Tape => {
  const source = tapeSource('night', from, from + length, opened)
  if (source.kind !== 'tape') throw new Error('no tape')
  return source.tape
}
const act = fc.oneof(
  fc.constant({ kind: 'play' } as const),
  fc.constant({ kind: 'pause' } as const),
  fc.record({ kind: fc.constant('speed' as const), speed: fc.double({ min: -2, max: 200, noNaN: true }) }),
  fc.record({ kind: fc.constant('seek' as const), toMs: fc.double({ min: from - 1e6, max: from + 2e6 }) }),
)

describe('a tape', () => {
  it('plays at its speed, waits when paused and stays at its end', () => {
    let tape = stepTape(fresh(), { kind: 'play' }, opened)
    expect(tapePosition(tape, opened + 1000)).toBe(from + 1000)
    tape = stepTape(tape, { kind: 'speed', speed: 20 }, opened + 1000)
    expect(tapePosition(tape, opened + 2000)).toBe(from + 21_000)
    tape = stepTape(tape, { kind: 'pause' }, opened + 2000)
    expect(tapePosition(tape, opened + 60_000)).toBe(from + 21_000)
    tape = stepTape(tape, { kind: 'play' }, opened + 60_000)
    expect(tapePosition(tape, opened + 10 * 60_000)).toBe(from + length)
    expect(tapePosition(stepTape(tape, { kind: 'play' }, opened + 10 * 60_000), opened + 10 * 60_000)).toBe(from)
  })
  it('does not jump by being touched, never leaves its stretch, and never runs backwards by itself', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(act, fc.nat({ max: 100_000 })), { maxLength: 30 }), (acts) => {
        let tape = fresh()
        let localMs = opened
        for (const [next, waitMs] of acts) {
          const before = tapePosition(tape, localMs)
          const isAtEnd = before >= tape.toMs
          tape = stepTape(tape, next, localMs)
          const after = tapePosition(tape, localMs)
          if (next.kind !== 'seek' && !(next.kind === 'play' && isAtEnd)) expect(after).toBeCloseTo(before, 3)
          localMs += waitMs
          const later = tapePosition(tape, localMs)
          expect(later).toBeGreaterThanOrEqual(after)
          expect(later).toBeGreaterThanOrEqual(from)
          expect(later).toBeLessThanOrEqual(from + length)
          expect(tapePosition(tape, localMs - 1e9)).toBeGreaterThanOrEqual(tape.anchor.positionMs)
        }
      }),
    )
  })
})

describe('the source of time', () => {
  it('is the program’s clock or the tape’s position', () => {
    expect(siteTimeAt(liveSource(700), 1000)).toBe(1700)
    expect(siteTimeAt(tapeSource('night', from, from + length, opened), opened + 9000)).toBe(from)
  })
  it('says what it can’t do', () => {
    expect(missingWords(liveSource(0))).toEqual([])
    expect(missingWords(liveSource(0, ['live', 'control']))).toEqual(['searching and reading devices'])
    expect(missingWords(tapeSource('night', from, from + length, opened))).toEqual([
      'setting limits and arming',
      'searching and reading devices',
    ])
  })
})
