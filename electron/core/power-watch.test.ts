import { describe, expect, it } from 'vitest'
import { eventText } from '../../shared/said/event.ts'
import { createPowerWatch } from './power-watch.ts'

const leap = { kind: 'clock-set-or-asleep', byMs: 60_000 } as const

describe('a sleep that the system announces', () => {
  it('is told as one where the clocks alone would leave it open, once', () => {
    const watch = createPowerWatch()
    expect(watch.explain([leap])).toEqual([leap])
    watch.note('suspend')
    watch.note('resume')
    expect(watch.explain([])).toEqual([])
    expect(watch.explain([leap])).toEqual([{ kind: 'asleep', forMs: 60_000 }])
    expect(watch.explain([leap])).toEqual([leap])
  })

  it('never makes a sleep of a clock that was set back or known to be set', () => {
    const watch = createPowerWatch()
    watch.note('suspend')
    const news = [
      { kind: 'clock-set', byMs: -5000 },
      { kind: 'clock-set-or-asleep', byMs: -5000 },
    ] as const
    expect(watch.explain(news)).toEqual(news)
  })

  it('says what the chargers do meanwhile where control was armed', () => {
    expect(eventText('computer-suspend', { isArmed: true })).toContain('each does what its own fallback says')
    expect(eventText('computer-suspend', { isArmed: false })).not.toContain('fallback')
    expect(eventText('computer-resume', { isArmed: false })).toContain('read anew before anything rises')
  })
})
