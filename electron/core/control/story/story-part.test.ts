import { describe, expect, it } from 'vitest'
import type { Caller } from '../../../../shared/api/define.ts'
import type { Decision } from '../../../../shared/model/decision.ts'
import type { Image } from '../../../../shared/model/image.ts'
import { createPlant, depot } from '../test-support/plant.ts'
import { createStoryPart } from './story-part.ts'
import { createStoryRing, keptPoints, stepMs } from './story-ring.ts'

const caller: Caller = { role: 'viewer', name: 'Test' }

/** The story beside a plant: what it hears, and a record that keeps every decision. */
const begin = () => {
  const plant = createPlant({ site: depot({ chargers: 2 }) })
  const listeners = new Set<(image: Image) => void>()
  const part = createStoryPart({
    site: plant.site,
    recorder: {
      decisions: async ({ fromMs, toMs }, limit) =>
        plant.decisions.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).slice(-limit),
    },
    control: () => plant.controller.state(),
    images: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    now: plant.clock.nowMs,
  })
  part.start?.()
  return { plant, part, hear: (image: Image) => listeners.forEach((listener) => listener(image)) }
}

describe('the story', () => {
  it('tells of a moment in the past what was decided then, not what is decided now', async () => {
    const { plant, part } = begin()
    plant.plugIn('cp1')
    await plant.run(5)
    const thenMs = plant.clock.nowMs()
    const before = plant.decisions.at(-1) as Decision
    plant.buildingA['main'] = { L1: 90, L2: 90, L3: 90 }
    await plant.run(10)
    const past = await part.handlers['control.why']({ chargerId: 'cp1', atMs: thenMs }, caller)
    const now = await part.handlers['control.why']({ chargerId: 'cp1', atMs: null }, caller)
    expect(past.decisionId).toBe(before.id)
    expect(past.decidedAtMs).toBeLessThanOrEqual(thenMs)
    expect(now.decisionId).not.toBe(past.decisionId)
    const story = await part.handlers['control.story'](
      { chargerId: 'cp1', fromMs: thenMs - 5000, toMs: plant.clock.nowMs() + 1 },
      caller,
    )
    expect(story.changes.map(({ toA }) => toA)).toEqual(
      story.changes.map(({ toA }) => toA).filter((toA, index, all) => index === 0 || toA !== all[index - 1]),
    )
    await expect(part.handlers['control.why']({ chargerId: 'cp1', atMs: 1 }, caller)).rejects.toThrow('no decision')
    await expect(part.handlers['control.why']({ chargerId: 'nobody', atMs: null }, caller)).rejects.toThrow(
      'no charger',
    )
  })
})

describe('its ring', () => {
  const image = (atMs: number, amperes: number): Image => ({
    seq: 1,
    atMs,
    meters: {},
    circuits: {},
    chargers: {
      c: {
        status: { value: 'charging', code: null, quality: 'good', atMs },
        samples: {},
        siteCurrentA: {
          L1: { value: amperes, quality: 'good', atMs },
          L2: { value: null, quality: 'absent', atMs },
          L3: { value: -amperes / 2, quality: 'good', atMs },
        },
      },
    },
  })
  it('keeps an hour, a gap as a gap, and begins anew where the clock was set back', () => {
    const ring = createStoryRing(['c'])
    for (let at = 0; at < keptPoints + 10; at += 1) ring.push(image(1e6 + at * stepMs, at), null)
    const { atMs, drawnA, heldA } = ring.read('c', 0, Infinity)
    expect([atMs.length, drawnA[0], drawnA.at(-1), heldA[0]]).toEqual([keptPoints, 10, keptPoints + 9, null])
    expect(ring.sinceMs()).toBe(1e6 + 10 * stepMs)
    ring.push(image(5, 1), null)
    expect(ring.read('c', 0, Infinity).atMs).toEqual([5])
    expect(ring.read('toString', 0, Infinity).atMs).toEqual([])
  })
})
