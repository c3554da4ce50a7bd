import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFakeClock } from '../test-support/fake-clock.ts'
import { createWaitingLine } from './waiting-line.ts'

const tickS = 10
const fuzz = process.env['TRIPSCOPE_FUZZ']
const numRuns = fuzz === undefined ? 60 : Math.max(60, Math.floor(Number(fuzz) / 200))

const cases = fc.record({
  chargers: fc.array(
    fc.record({ priority: fc.integer({ min: 0, max: 100 }), arrivesS: fc.integer({ min: 0, max: 7200 }) }),
    {
      minLength: 2,
      maxLength: 7,
    },
  ),
  room: fc.integer({ min: 1, max: 2 }),
  rotation: fc.record({
    wait: fc.integer({ min: 60, max: 1800 }),
    on: fc.integer({ min: 60, max: 600 }),
    off: fc.integer({ min: 60, max: 600 }),
  }),
})

describe('nobody starves', () => {
  it('whoever waits gets something within the stated bound, whatever the priorities and however little fits', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ chargers, room, rotation }) => {
        const clock = createFakeClock()
        const line = createWaitingLine(clock, undefined, rotation)
        const given = new Set<string>()
        const waits = new Map<string, { sinceS: number; boundS: number }>()
        for (let nowS = 0; nowS < 14_400; nowS += tickS) {
          const present = chargers.flatMap(({ arrivesS, priority }, index) =>
            arrivesS <= nowS ? [{ id: `c${index}`, priority }] : [],
          )
          line.update(present.map(({ id }) => ({ id, wants: true, waits: !given.has(id), rests: false })))
          for (const { id } of present) {
            if (given.has(id)) {
              waits.delete(id)
              continue
            }
            // Those that wait already, and the turn that is being taken.
            const ahead = waits.size + 1
            const since = waits.get(id) ?? {
              sinceS: nowS,
              boundS: rotation.wait + ahead * (rotation.on + rotation.off) + 3 * tickS,
            }
            waits.set(id, since)
            expect(nowS - since.sinceS, `${id} at ${nowS} s`).toBeLessThanOrEqual(since.boundS)
          }
          const ranked = present
            .map(({ id, priority }) => ({ id, place: line.placeOf(id), priority }))
            .sort(
              (one, other) =>
                Number(other.place.hasTurn) - Number(one.place.hasTurn) ||
                other.priority - one.priority ||
                other.place.turn - one.place.turn,
            )
          given.clear()
          for (const { id } of ranked.slice(0, room)) given.add(id)
          await clock.advance(tickS * 1000)
        }
      }),
      { numRuns, seed: 11 },
    )
  }, 600_000)
})
