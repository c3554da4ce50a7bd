import { describe, expect, it } from 'vitest'
import type { SiteEvent } from '../../shared/model/event.ts'
import { goodSample, missingSample } from '../../shared/model/sample.ts'
import { createOffsetEstimate } from './clock.ts'
import { keptEvents, mergeEvents } from './events.ts'
import { foldColumns, foldImage, noExtremes } from './extremes.ts'
import { parseRoute, routeTo } from './route.ts'
import { defaultSettings, parseSettings } from './settings.ts'

const row = (id: string): SiteEvent => ({
  id,
  atMs: 1,
  kind: 'started',
  severity: 'info',
  subject: null,
  message: '',
  data: null,
})

describe('events', () => {
  it('adds each row once, replaces all on a reset and keeps a bounded number of the newest', () => {
    expect(mergeEvents([row('a')], [row('a'), row('b'), row('b')], false).map((entry) => entry.id)).toEqual(['a', 'b'])
    expect(mergeEvents([row('a')], [row('c')], true).map((entry) => entry.id)).toEqual(['c'])
    const many = Array.from({ length: keptEvents + 5 }, (_, index) => row(String(index)))
    expect(mergeEvents([], many, false).at(-1)?.id).toBe(String(keptEvents + 4))
    expect(mergeEvents([], many, false)).toHaveLength(keptEvents)
  })
})

describe('extremes', () => {
  const image = (value: number | null, atMs: number) => ({
    seq: 1,
    atMs,
    chargers: {},
    circuits: {},
    meters: { m: { samples: { u_l1n: value === null ? missingSample('timeout', atMs) : goodSample(value, atMs) } } },
  })
  it('remember when the lowest and highest value were, ignore missing ones and keep identity when nothing widens', () => {
    let extremes = foldImage(noExtremes(100), image(230, 200))
    extremes = foldImage(extremes, image(null, 300))
    extremes = foldImage(extremes, image(212, 400))
    expect(extremes.byMeter.m?.u_l1n).toEqual({ min: 212, minAtMs: 400, max: 230, maxAtMs: 200 })
    expect(foldImage(extremes, image(220, 500))).toBe(extremes)
  })
  it('take polled samples too, but none from before their start', () => {
    const extremes = foldColumns(noExtremes(100), 'm', [50, 150, 160], { u_l1n: [500, 229, null] })
    expect(extremes.byMeter.m?.u_l1n).toEqual({ min: 229, minAtMs: 150, max: 229, maxAtMs: 150 })
  })
})

describe('settings', () => {
  it('survive anything that was stored, field by field', () => {
    expect(parseSettings(null)).toEqual(defaultSettings)
    expect(parseSettings('{')).toEqual(defaultSettings)
    expect(parseSettings('[]')).toEqual(defaultSettings)
    expect(parseSettings('{"theme":"pink","phaseColours":"classic","operator":7}')).toEqual({
      ...defaultSettings,
      phaseColours: 'classic',
    })
  })
})

describe('routes', () => {
  it('go there and back', () => {
    expect(parseRoute('')).toEqual({ view: 'overview', id: null, params: {} })
    expect(parseRoute(routeTo('meters', 'a/b?c', { window: '5', q: 'x y' }))).toEqual({
      view: 'meters',
      id: 'a/b?c',
      params: { window: '5', q: 'x y' },
    })
    expect(parseRoute('#/meters/%E0%A4%A').id).toBe('%E0%A4%A')
  })
})

describe("the program's clock", () => {
  it('is ours on the same machine, whatever a frame takes', () => {
    const estimate = createOffsetEstimate()
    expect(estimate(1000, 1400)).toBe(0)
    expect(estimate(2000, 2005)).toBe(0)
  })
  it('is the best of the recent frames on another machine, and follows a clock that is set', () => {
    const estimate = createOffsetEstimate(3)
    expect(estimate(100_000, 40_300)).toBe(59_700)
    expect(estimate(101_000, 41_010)).toBe(59_990)
    expect(estimate(102_000, 42_200)).toBe(59_990)
    for (let at = 0; at < 3; at += 1) estimate(50_000 + at, 43_000 + at)
    expect(estimate(50_004, 43_004)).toBe(7000)
  })
})
