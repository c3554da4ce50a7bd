import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventText } from '../../shared/said/event.ts'
import { timeNews, type Clocks } from './time-watch.ts'

const start: Clocks = { utcMs: Date.UTC(2026, 10, 23, 10), monotonicMs: 5000, sinceBootMs: 90_000 }
/** Time as it really goes: awake, asleep, and the calendar set. */
const after = ({ awake = 1000, asleep = 0, set = 0 }): Clocks => ({
  utcMs: start.utcMs + awake + asleep + set,
  monotonicMs: start.monotonicMs + awake,
  sinceBootMs: (start.sinceBootMs ?? 0) + awake + asleep,
})
const blind = (clocks: Clocks): Clocks => ({ ...clocks, sinceBootMs: null })

describe('time that did not pass as it should', () => {
  it('a clock that was set is told from a sleep and from a program that stood still', () => {
    expect(timeNews(start, after({}))).toEqual([])
    expect(timeNews(start, after({ set: 3_600_000 }))).toEqual([{ kind: 'clock-set', byMs: 3_600_000 }])
    expect(timeNews(start, after({ set: -3_600_000 }))).toEqual([{ kind: 'clock-set', byMs: -3_600_000 }])
    expect(timeNews(start, after({ asleep: 1_200_000 }))).toEqual([{ kind: 'asleep', forMs: 1_200_000 }])
    expect(timeNews(start, after({ awake: 20_100 }))).toEqual([{ kind: 'stood-still', forMs: 20_100 }])
    expect(timeNews(start, after({ asleep: 60_000, set: -7200_000 }))).toEqual([
      { kind: 'asleep', forMs: 60_000 },
      { kind: 'clock-set', byMs: -7200_000 },
    ])
  })
  it('says that it does not know where the system does not tell', () => {
    expect(timeNews(blind(start), blind(after({ asleep: 60_000 })))).toEqual([
      { kind: 'clock-set-or-asleep', byMs: 60_000 },
    ])
    expect(timeNews(blind(start), blind(after({ set: -60_000 })))).toEqual([{ kind: 'clock-set', byMs: -60_000 }])
  })
  it('is silent for any slewing of a time server, and never takes a sleep for a clock that was set', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4000 }),
        fc.integer({ min: -900, max: 900 }),
        fc.oneof(fc.constant(0), fc.integer({ min: 5000, max: 86_400_000 })),
        (awake, set, asleep) => {
          const kinds = timeNews(start, after({ awake, set, asleep })).map(({ kind }) => kind)
          expect(kinds).toEqual(asleep === 0 ? [] : ['asleep'])
        },
      ),
    )
  })
  it('is told in words with the time', () => {
    expect(eventText('clock-set', { byMs: 3_660_000 })).toContain('set forward by 1 h 1 min')
    expect(eventText('asleep', { forMs: 90_000 })).toContain('slept for 1 min 30 s')
    expect(eventText('stood-still', { forMs: 20_100 })).toContain('stood still for 20 s')
  })
})
