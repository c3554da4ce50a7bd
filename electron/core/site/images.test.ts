import { describe, expect, it } from 'vitest'
import type { Decision } from '../../../shared/model/decision.ts'
import type { Image } from '../../../shared/model/image.ts'
import { createFakeClock } from '../test-support/fake-clock.ts'
import { createImages, type ImageParts } from './images.ts'

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const decision = {} as Decision

const setUp = (changes: Partial<ImageParts> = {}) => {
  const clock = createFakeClock()
  const seen = { decided: [] as string[], observed: [] as Image[], failSafe: [] as string[] }
  const images = createImages({
    clock,
    log: silent,
    meters: () => ({}),
    chargers: () => ({}),
    circuits: () => ({}),
    decide: (_image, trigger) => {
      seen.decided.push(trigger)
      return decision
    },
    observe: (image) => {
      seen.observed.push(image)
    },
    failSafe: (why) => {
      seen.failSafe.push(why)
    },
    ...changes,
  })
  return { clock, images, seen }
}

describe('the image', () => {
  it('is numbered, has its time in it and is frozen', async () => {
    const { clock, images, seen } = setUp()
    for (let tick = 0; tick < 10; tick += 1) {
      await clock.advance(1000)
      images.make('cycle')
    }
    expect(seen.decided).toHaveLength(10)
    expect(seen.observed.at(-1)).toMatchObject({ seq: 10, atMs: clock.nowMs() })
    expect(() => {
      ;(seen.observed[0] as unknown as Record<string, unknown>)['seq'] = 0
    }).toThrow()
  })

  it('is not made by an overload before the first tick', () => {
    const { images, seen } = setUp()
    images.overload()
    expect(seen.decided).toEqual([])
  })

  it('acts on an overload at once, and bounds a stream of them', async () => {
    const { clock, images, seen } = setUp()
    images.make('cycle')
    images.overload()
    expect(seen.decided).toEqual(['cycle', 'overload'])
    for (let reply = 0; reply < 50; reply += 1) {
      await clock.advance(1)
      images.overload()
    }
    expect(seen.decided).toEqual(['cycle', 'overload'])
    await clock.advance(150)
    images.overload()
    expect(seen.decided.filter((trigger) => trigger === 'overload')).toHaveLength(2)
  })

  it('asks for the fallback once when deciding keeps failing, and goes on observing', () => {
    const { images, seen } = setUp({
      decide: () => {
        throw new Error('a bug')
      },
    })
    for (let tick = 0; tick < 8; tick += 1) images.make('cycle')
    expect(seen.failSafe).toHaveLength(1)
    expect(seen.failSafe[0]).toContain('3 times in a row')
    expect(seen.observed).toHaveLength(8)
  })

  it('is decided on although an observer of it fails', () => {
    const { images, seen } = setUp({
      observe: () => {
        throw new Error('a bug')
      },
    })
    for (let tick = 0; tick < 4; tick += 1) images.make('cycle')
    expect(seen.decided).toHaveLength(4)
    expect(seen.failSafe).toHaveLength(0)
  })
})
