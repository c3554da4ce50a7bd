import { expect, it } from 'vitest'
import type { Image } from '../../../shared/model/image.ts'
import { createMemory, type Saved, type SavingMemory } from '../site/memory.ts'
import { createDecider } from './decide.ts'
import { createFarewell } from './farewell.ts'
import { createPlant, depot, profile } from './test-support/plant.ts'
import { controlledChargers } from './controlled-charger.ts'

// What drawn sites (core/site/going-on.test.ts) seldom come to: a farewell that reached nobody, and one said before the next decision.

const setUp = () => {
  const plant = createPlant({ site: depot(), profile: profile({ watchdog: { kind: 'poll', timeoutS: 60 } }) })
  const { site, clock, links } = plant
  const chargers = controlledChargers(site, new Map([...links].map(([id, { abilities }]) => [id, abilities])))
  return { site, clock, links, chargers }
}
const throughJson = (memory: SavingMemory): Saved => JSON.parse(JSON.stringify(memory.save())) as Saved

it('chargers that a farewell did not reach are left alone for as long, where the site goes on from what was saved', async () => {
  const { clock, links, chargers } = setUp()
  const farewell = (memory: SavingMemory) =>
    createFarewell({
      chargers,
      links,
      clock,
      memory,
      writers: { farewell: () => Promise.resolve(), confirmed: () => false },
      isQuiet: () => false,
      leftAtA: () => 6,
    })
  const memory = createMemory()
  await farewell(memory).say('disarm')
  const next = farewell(createMemory(throughJson(memory)))
  expect(next.isUnreached('cp1')).toBe(true)
  await clock.advance(71_000)
  expect(next.isUnreached('cp1')).toBe(false)
})

it('the last standings are the same, of the very same chargers', () => {
  const { site, clock, chargers } = setUp()
  const decider = (memory: SavingMemory) => {
    for (const charger of chargers) memory.know(charger.id, charger)
    return createDecider(site, chargers, clock, memory)
  }
  const image: Image = { seq: 1, atMs: clock.nowMs(), meters: {}, chargers: {}, circuits: {} }
  const memory = createMemory()
  const first = decider(memory)
  const nothing = { trouble: null, override: null, feeding: null, ownLimit: null, heldA: null }
  first.decide(image, false, () => nothing)
  const next = decider(createMemory(throughJson(memory)))
  expect(next.standings()).toEqual(first.standings())
  expect(next.standings().map(({ view }) => chargers.includes(view.charger))).toEqual(chargers.map(() => true))
  for (const charger of chargers) expect(next.leftAtA(charger)).toBe(first.leftAtA(charger))
})
