import { describe, expect, it } from 'vitest'
import { whyNotStretch, windowOf } from './snapshot-window.tsx'

const draft = { kind: 'last', minutes: 15, fromMs: 0, toMs: 0 } as const
const week = 7 * 86_400_000

describe('the time of a snapshot', () => {
  it('is whole minutes up to now, or nothing', () => {
    expect(windowOf(draft)).toEqual({ minutes: 15 })
    for (const minutes of ['', 0, 1.5, 10_081]) expect(windowOf({ ...draft, minutes })).toBeNull()
  })

  it('is a stretch that has an end after its start, of a week at most, and has been', () => {
    const stretch = { ...draft, kind: 'stretch', fromMs: 1000, toMs: 61_000 } as const
    expect(windowOf(stretch)).toEqual({ range: { fromMs: 1000, toMs: 61_000 } })
    expect(windowOf({ ...stretch, toMs: 1000 })).toBeNull()
    expect(windowOf({ ...stretch, toMs: 1001 + week })).toBeNull()
    expect(whyNotStretch(1000, 61_000, 61_000)).toBeNull()
    expect(whyNotStretch(1000, 61_000, 60_999)).toContain('not come yet')
    expect(whyNotStretch(61_000, 1000, 99_000)).toContain('after the start')
    expect(whyNotStretch(0, week + 1, week + 2)).toContain('7 days')
  })
})
