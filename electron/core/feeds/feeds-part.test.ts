import { describe, expect, it } from 'vitest'
import type { Caller } from '../../../shared/api/define.ts'
import type { Live } from '../../../shared/api/live-contract.ts'
import { feedLive, feedSite } from '../../../shared/feed/test-support/depot-live.ts'
import type { SiteFeed } from '../../../shared/site/feed-schema.ts'
import { createFakeClock } from '../test-support/fake-clock.ts'
import type { FeedState, FeedWorld } from './feed-ports.ts'
import { createFeedsPart } from './feeds-part.ts'

const caller: Caller = { role: 'viewer', name: 'Test' }
const entry: SiteFeed = { kind: 'openmetrics', id: 'metrics', name: 'Monitoring', host: '127.0.0.1', port: 9464 }

const begin = (held = true) => {
  const clock = createFakeClock()
  const told: (readonly [kind: string, facts: unknown])[] = []
  const worlds: FeedWorld[] = []
  const listeners = new Set<(live: Live) => void>()
  const calls: string[] = []
  let state: FeedState = { kind: 'opening' }
  const part = createFeedsPart({
    site: { ...feedSite, feeds: [entry] },
    clock,
    lock: { held } as never,
    journal: {
      write: (kind: string, _severity: string, _subject: unknown, facts: unknown) => told.push([kind, facts]),
    } as never,
    listen: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    openFeed: (_entry, world) => {
      worlds.push(world)
      return {
        address: 'http://127.0.0.1:9464/metrics',
        health: () => ({ state, served: 3, servedAtMs: 5, letGo: 0 }),
        start: () => calls.push('start'),
        stop: async () => void calls.push('stop'),
      }
    },
  })
  const frames: unknown[] = []
  const turn = (to: FeedState): void => {
    state = to
    worlds[0]?.onState(to)
  }
  const show = (seq: number) => listeners.forEach((listener) => listener(feedLive(seq)))
  return { clock, part, told, calls, worlds, frames, turn, show, listeners }
}
const currentOf = (world: FeedWorld) =>
  world.picture()?.subjects.flatMap(({ kind, values }) => (kind === 'circuit' ? values : []))[0]

describe('the data feeds', () => {
  it('get the picture of this moment, its ages growing, and nothing of now once it is old', async () => {
    const { clock, part, worlds, show } = begin()
    part.start?.()
    expect(worlds[0]!.picture()).toBeNull()
    show(1)
    const before = currentOf(worlds[0]!)!
    await clock.advance(5000)
    expect(currentOf(worlds[0]!)).toMatchObject({ value: 40.25, ageMs: before.ageMs! + 5000 })
    await clock.advance(6000)
    expect(currentOf(worlds[0]!)).toMatchObject({ value: null, quality: 'stale' })
  })

  it('tell once that a feed fails and once that it works again', () => {
    const { told, turn } = begin()
    turn({ kind: 'open' })
    turn({ kind: 'failed', why: 'the port is taken' })
    turn({ kind: 'failed', why: 'the port is taken' })
    turn({ kind: 'open' })
    expect(told).toEqual([
      ['feed-failed', { feed: 'Monitoring', why: 'the port is taken' }],
      ['feed-open', { feed: 'Monitoring' }],
    ])
  })

  it('show how each stands, and end with the part', async () => {
    const { clock, part, calls, frames, turn, listeners } = begin()
    part.start?.()
    const stop = part.handlers['feeds.watch']({}, (frame) => frames.push(frame), caller)
    turn({ kind: 'failed', why: 'the port is taken' })
    await clock.advance(1000)
    expect(frames.at(-1)).toEqual({
      offWhy: null,
      feeds: [
        {
          ...{ id: 'metrics', name: 'Monitoring', kind: 'openmetrics', address: 'http://127.0.0.1:9464/metrics' },
          ...{ state: 'failed', why: 'the port is taken', served: 3, servedAtMs: 5, letGo: 0 },
        },
      ],
    })
    stop()
    await part.stop?.('the test ends')
    expect(calls).toEqual(['start', 'stop'])
    expect([listeners.size, clock.pending()]).toEqual([0, 0])
  })

  it('are opened by the program that has the site, and by no other', () => {
    const { part, worlds, frames } = begin(false)
    part.start?.()
    part.handlers['feeds.watch']({}, (frame) => frames.push(frame), caller)()
    expect(worlds).toEqual([])
    expect(frames).toEqual([{ feeds: [], offWhy: 'another program has this site and feeds the other systems' }])
  })
})
