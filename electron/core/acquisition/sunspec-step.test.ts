import { describe, expect, it } from 'vitest'
import { newSunSpec, stepSunSpec, type SunSpecEvent, type SunSpecState } from './sunspec-step.ts'

const found: SunSpecState = { ...newSunSpec, isSearching: false }
const after = (state: SunSpecState, ...events: readonly SunSpecEvent[]): SunSpecState =>
  events.reduce((now, event) => stepSunSpec(now, event).state, state)
const silent = (nowMs: number, isRepeated: boolean): SunSpecEvent => ({
  kind: 'replied',
  nowMs,
  isSilent: true,
  quality: 'timeout' as never,
  isRepeated,
  probeMs: 2000,
})
const polled = (nowMs: number, isSilent = false): SunSpecEvent => ({ kind: 'polled', isSilent, nowMs })
const refused: SunSpecEvent = { kind: 'model-missed', isRefused: true }

describe('a SunSpec device between search and polling', () => {
  it('is looked up anew at the first read of another model number', () => {
    const moved = after(found, { kind: 'model-read', isSame: false })
    expect(stepSunSpec(moved, polled(100))).toMatchObject({
      state: { isSearching: true, isMoved: false, dueMs: 100 },
      effects: [{ kind: 'miss-all', quality: 'waiting' }],
    })
  })
  it('takes refusals of the model number for a moved map only where it was read before', () => {
    expect(after(found, refused, refused, refused).isMoved).toBe(false)
    const read = after(found, { kind: 'model-read', isSame: true })
    expect(after(read, refused, refused).isMoved).toBe(false)
    expect(after(read, refused, refused, refused).isMoved).toBe(true)
    expect(after(read, refused, refused, { kind: 'model-missed', isRefused: false }, refused).isMoved).toBe(false)
  })
  it('is looked up anew after a silence of half a minute, and not after a shorter one', () => {
    expect(after(found, polled(0, true), polled(29_999)).isSearching).toBe(false)
    expect(after(found, polled(0, true), polled(15_000, true), polled(30_000)).isSearching).toBe(true)
  })
  it('is asked once more where one frame was lost, then at the pace of probes', () => {
    const once = stepSunSpec(newSunSpec, silent(50, false))
    expect(once).toMatchObject({ state: { isQuiet: false, dueMs: 50 }, effects: [{ kind: 'ask-again' }] })
    const twice = stepSunSpec(once.state, silent(100, true))
    expect(twice).toMatchObject({ state: { isQuiet: true, hadSilence: true, dueMs: 2100 } })
    expect(stepSunSpec(twice.state, silent(3000, false)).effects).toMatchObject([{ kind: 'miss-all' }])
  })
  it('without a usable map is looked at again after 5, 10 and then 60 s', () => {
    const giveUp: SunSpecEvent = { kind: 'gave-up', message: 'none', atMs: 0, nowMs: 0 }
    let state = newSunSpec
    const waits = Array.from({ length: 4 }, () => {
      state = after(state, giveUp)
      return state.dueMs
    })
    expect(waits).toEqual([5000, 10_000, 60_000, 60_000])
  })
})
