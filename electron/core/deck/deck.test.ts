import { beforeAll, describe, expect, it } from 'vitest'
import type { Live, Trace } from '../../../shared/api/live-contract.ts'
import type { Caller } from '../../../shared/api/define.ts'
import type { SiteEvent } from '../../../shared/model/event.ts'
import { createFakeClock } from '../test-support/fake-clock.ts'
import { createFakeRecorder, noArchive } from '../test-support/fake-site.ts'
import { playLines } from '../test-support/play-lines.ts'
import { randomSession } from '../test-support/random-session.ts'
import { createDeck } from './deck.ts'
import { keyframesInMemory } from './keyframes.ts'
import { studyTape } from './study.ts'
import { indexTape } from './tape-index.ts'
import { textOfLines } from './tape-text.ts'
import { noKeptViews } from './views/kept-views.ts'

const caller: Caller = { role: 'operator', name: 'Test' }
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
/** No calendar is set in it, so that its time only goes on. */
const seed = 11
const seconds = 60
/** Pictures as they came about when the record was played from its beginning, by their times. */
const images = new Map<number, Live['image']>()
let lines: readonly string[] = []

beforeAll(async () => {
  lines = await randomSession(seed, seconds)
  await playLines(lines, { image: (image) => images.set(image.atMs, image) })
})

const open = async (keyframes = keyframesInMemory()) => {
  const clock = createFakeClock(Date.UTC(2027, 0, 1))
  const text = textOfLines(lines)
  const index = await indexTape(text)
  const { recorder } = createFakeRecorder()
  const deck = createDeck({
    ...{ deckId: 'd', name: 'a record', text, index, recorder, clock, log: quiet, healths: [] },
    ...{ views: noKeptViews, quality: [], keyframes, newId: () => 'id', archive: noArchive },
  })
  const frames: Live[] = []
  deck.handlers.live({}, (live) => frames.push(live), caller)
  deck.start()
  const rest = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 100) await clock.advance(100)
  }
  await rest(300)
  return { deck, index, frames, rest, last: () => frames.at(-1) }
}

describe('a recording that is played', () => {
  it('shows at any place the picture of that time, wherever it was before', async () => {
    const { deck, index, rest, last } = await open()
    const times = [...images.keys()].filter((atMs) => atMs >= index.fromMs && atMs < index.toMs).sort((a, b) => a - b)
    for (const share of [0.9, 0.2, 0.5, 0.21, 0.99]) {
      const atMs = times[Math.floor(share * times.length)] ?? 0
      deck.act({ kind: 'seek', toMs: atMs })
      await rest(400)
      expect(last()?.image).toEqual(images.get(atMs))
    }
  })

  it('goes on at its speed, waits when paused, and stops at its end', async () => {
    const { deck, index, rest, last } = await open()
    deck.act({ kind: 'speed', speed: 4 })
    deck.act({ kind: 'play' })
    await rest(5000)
    const { positionMs } = deck.act({ kind: 'pause' })
    expect(positionMs - index.fromMs).toBeGreaterThan(19_000)
    await rest(3000)
    expect(last()?.image.atMs).toBeLessThanOrEqual(positionMs)
    expect(last()?.image.atMs).toBeGreaterThan(positionMs - 2500)
    deck.act({ kind: 'speed', speed: 100 })
    deck.act({ kind: 'play' })
    await rest(3000)
    expect(deck.state().place).toMatchObject({ positionMs: index.toMs, isPlaying: false, isBehind: false })
    expect(deck.state().notes).toEqual([])
  })

  it('gives the traces of a meter with their past after each seek', async () => {
    const { deck, index, rest } = await open()
    const traces: Trace[] = []
    const input = { meterId: 'm0', quantities: ['i_l1'], backlogS: 600 }
    deck.handlers.trace(input, (trace) => traces.push(trace), caller)
    deck.act({ kind: 'seek', toMs: index.fromMs + 30_000 })
    await rest(400)
    deck.act({ kind: 'seek', toMs: index.fromMs + 10_000 })
    await rest(400)
    const anew = traces.findLast(({ reset }) => reset)
    expect(anew?.atMs.length).toBeGreaterThan(3)
    expect(Math.max(...(anew?.atMs ?? []))).toBeLessThanOrEqual(index.fromMs + 10_000)
  })

  it('lists its events up to where it stands, and steps to them', async () => {
    const { deck, index, rest } = await open()
    const at = (s: number, kind = 'test'): SiteEvent => ({
      ...{ id: `e${s}`, atMs: index.fromMs + s * 1000, kind, severity: 'info', subject: null, message: '', data: null },
    })
    const got: { reset: boolean; ids: string[] }[] = []
    deck.handlers.events(
      { backlog: 10 },
      ({ reset, rows }) => got.push({ reset, ids: rows.map(({ id }) => id) }),
      caller,
    )
    deck.setEvents([at(20), at(5), at(12, 'finding-raised')])
    deck.act({ kind: 'step', to: 'next', of: 'finding' })
    await rest(400)
    expect(deck.state().place.positionMs).toBe(index.fromMs + 12_000)
    expect(got.at(-1)).toEqual({ reset: false, ids: ['e5', 'e12'] })
    deck.act({ kind: 'step', to: 'previous', of: 'event' })
    await rest(400)
    expect(got.at(-1)).toEqual({ reset: true, ids: ['e5'] })
    expect(deck.moments().map(({ isFinding }) => isFinding)).toEqual([false, true, false])
  })

  it('takes no orders', async () => {
    const { deck } = await open()
    const intentId = '00000000-0000-4000-8000-000000000001'
    expect(() => deck.handlers['control.arm']({ intentId, who: 'Ann', reason: 'a test' }, caller)).toThrow(
      'takes no orders',
    )
    expect(() =>
      deck.handlers['finding.acknowledge']({ intentId, findingId: 'f', who: 'Ann', note: '' }, caller),
    ).toThrow('takes no orders')
  })
})

describe('states saved while a record was played once', () => {
  it('are where a seek begins, and what it shows is the same, strips too', async () => {
    const keyframes = keyframesInMemory()
    const text = textOfLines(lines)
    const index = await indexTape(text)
    const studied = await studyTape({
      ...{ text, index, head: index.head, log: quiet, keyframes, judges: true },
      clock: { ...createFakeClock(), monotonicMs: () => 0 },
      out: () => ({}),
      onShare: () => undefined,
      isStopped: () => false,
    })
    expect(studied).toMatchObject({ mismatch: null, problem: null })
    const atMs = index.fromMs + 50_000
    expect(keyframes.before(atMs)?.atMs).toBeGreaterThan(index.fromMs + 15_000)
    const shown = async (shelf: typeof keyframes) => {
      const { deck, rest, last } = await open(shelf)
      deck.act({ kind: 'seek', toMs: atMs })
      await rest(800)
      expect(deck.isSettled()).toBe(true)
      const traces: Trace[] = []
      deck.handlers.trace({ meterId: 'm0', quantities: ['i_l1'], backlogS: 600 }, (one) => traces.push(one), caller)
      return { live: last(), traces }
    }
    expect(await shown(keyframes)).toEqual(await shown(keyframesInMemory()))
  })
})

describe('a record that is not whole', () => {
  it('is played as far as it goes, and says where it ends', async () => {
    const cut = [...lines.slice(0, 200), lines[200]?.slice(0, 30) ?? '']
    const index = await indexTape(textOfLines(cut))
    expect(index.problem).toContain('line 201 of the record: it is not JSON')
    const whole = await indexTape(textOfLines(cut.slice(0, 200)))
    expect(index).toEqual({ ...whole, problem: index.problem })
    expect(index.toMs).toBeGreaterThan(index.fromMs)
    const { mismatch } = await playLines(cut.slice(0, 200))
    expect(mismatch).toBeNull()
  })

  it('is refused where nothing of it can be played', async () => {
    await expect(indexTape(textOfLines([]))).rejects.toThrow('the record is empty')
    await expect(indexTape(textOfLines(lines.slice(0, 1)))).rejects.toThrow('nothing was recorded in it')
    await expect(indexTape(textOfLines(['hello']))).rejects.toThrow('line 1 of the record')
  })
})
