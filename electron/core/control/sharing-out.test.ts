import { describe, expect, it } from 'vitest'
import { overLimit } from './test-support/charged.ts'
import { createPlant, depot, type Plant } from './test-support/plant.ts'

const load = (amperes: number) => ({ L1: amperes, L2: amperes, L3: amperes })
const three = ['cp1', 'cp2', 'cp3'] as const

/** One feeder of three chargers with room for `placesA` beside its other load. */
const armed = async (
  roomA: number,
  more: { priorities?: readonly number[]; prepare?: (plant: Plant) => void } = {},
) => {
  const site = depot({ control: { resumeDelay: 20 } }) as { chargers: { id: string; priority?: number }[] }
  site.chargers.forEach((charger, index) => {
    const priority = more.priorities?.[index]
    if (priority !== undefined) charger.priority = priority
  })
  const plant = createPlant({ site })
  plant.buildingA['f1'] = load(63 - roomA)
  for (const id of three) plant.charger(id).limitA = 0
  more.prepare?.(plant)
  await plant.run(4)
  await plant.arm()
  return plant
}
const override = (plant: Plant, chargerId: string, limitA: number) =>
  plant.controller.setOverride({
    intentId: `${chargerId} ${limitA}`,
    chargerId,
    limitA,
    ttlS: 3600,
    reason: 'test',
    who: 'Operator',
  })

describe('what nobody uses', () => {
  it('is not reserved by an override on an empty socket', async () => {
    const plant = await armed(40, {
      prepare: (made) => {
        made.plugIn('cp2')
        made.plugIn('cp3')
      },
    })
    await override(plant, 'cp1', 25)
    await plant.run(120)
    expect(plant.target('cp2') + plant.target('cp3')).toBe(40)
    expect(plant.target('cp1')).toBe(0)
    // A car that arrives is served by it, after the others came down.
    plant.plugIn('cp1')
    await plant.run(150, () => expect(overLimit(plant)).toEqual([]))
    expect(plant.target('cp1')).toBe(25)
  })

  it('goes to others after half a minute and comes back at once when the car wants it, never above a limit', async () => {
    const plant = await armed(60, {
      prepare: (made) => {
        made.plugIn('cp1', { maximumA: 8 })
        made.plugIn('cp2')
        made.plugIn('cp3')
      },
    })
    await plant.run(200, () => expect(overLimit(plant)).toEqual([]))
    // 8 A and 2 A above it for the one, the rest for the two that use it.
    expect(three.map(plant.target)).toEqual([10, 25, 25])
    plant.plugIn('cp1')
    await plant.run(8, () => expect(overLimit(plant)).toEqual([]))
    expect(plant.target('cp2') + plant.target('cp3')).toBe(40)
    await plant.run(60, () => expect(overLimit(plant)).toEqual([]))
    expect(three.map(plant.target)).toEqual([20, 20, 20])
  })

  it('uses at least 95 % of what is possible when most cars take little', async () => {
    const plant = createPlant({ site: depot({ chargers: 6 }) })
    for (let index = 1; index <= 6; index += 1) plant.plugIn(`cp${index}`, { maximumA: index % 3 === 0 ? 32 : 7 })
    await plant.run(4)
    await plant.arm()
    await plant.run(300)
    // On each feeder two take 7 A, the third could take 32 A: 46 A of 63 A, and the incomer carries 92 A of 100 A.
    const drawn = Object.values(plant.chargers).reduce((sum, charger) => sum + charger.drawnA, 0)
    expect(drawn).toBeGreaterThanOrEqual(0.95 * 92)
  })
})

describe('fair turns', () => {
  it('a full car gives its place to a hungry one within three minutes', async () => {
    const plant = await armed(13, {
      prepare: (made) => {
        made.plugIn('cp1', { status: 'suspended', maximumA: 0 })
        made.plugIn('cp2', { status: 'suspended', maximumA: 0 })
        made.plugIn('cp3')
      },
    })
    await plant.run(180)
    expect(plant.charger('cp3').drawnA).toBeGreaterThanOrEqual(6)
  })

  it('a full car of a high priority gives its place to a hungry one of a low priority', async () => {
    const plant = await armed(7, {
      priorities: [90, 50, 10],
      prepare: (made) => {
        made.plugIn('cp1', { status: 'suspended', maximumA: 0 })
        made.plugIn('cp3')
      },
    })
    await plant.run(200)
    expect(plant.charger('cp3').drawnA).toBeGreaterThanOrEqual(6)
    // And is asked again in its turn: it may want to by then.
    plant.plugIn('cp1')
    await plant.run(17 * 60)
    expect(plant.target('cp1')).toBeGreaterThanOrEqual(6)
  })

  it('strict priorities starve nobody: who waited for 15 min gets 5 min, and the bound is said', async () => {
    const plant = await armed(7, {
      priorities: [90, 50, 10],
      prepare: (made) => three.forEach((id) => made.plugIn(id)),
    })
    const charged = { cp1: 0, cp2: 0, cp3: 0 }
    const waited = { cp1: 0, cp2: 0, cp3: 0 }
    const longest = { cp1: 0, cp2: 0, cp3: 0 }
    await plant.run(60)
    expect(plant.last().chargers['cp3']?.why).toMatch(/; its turn comes within 2[45] min if there is room for one$/)
    await plant.run(2 * 3600, () => {
      for (const id of three) {
        const isOn = plant.charger(id).drawnA >= 5
        charged[id] += isOn ? 1 : 0
        waited[id] = isOn ? 0 : waited[id] + 1
        longest[id] = Math.max(longest[id], waited[id])
      }
      expect(overLimit(plant)).toEqual([])
    })
    for (const id of three) expect(longest[id]).toBeLessThanOrEqual(27 * 60)
    expect(charged.cp1).toBeGreaterThan(charged.cp2)
    expect(charged.cp3).toBeGreaterThanOrEqual(4 * 4 * 60)
  })

  it('a car is not started for less than five minutes by turns', async () => {
    const plant = await armed(7, { prepare: (made) => three.forEach((id) => made.plugIn(id)) })
    const runs: { readonly id: string | undefined; seconds: number }[] = []
    await plant.run(2 * 3600, () => {
      const id = three.find((each) => plant.target(each) > 0)
      const last = runs.at(-1)
      if (last !== undefined && last.id === id) last.seconds += 1
      else runs.push({ id, seconds: 1 })
    })
    const starts = runs.slice(1, -1).filter(({ id }) => id !== undefined)
    expect(starts.length).toBeGreaterThanOrEqual(6)
    expect(Math.min(...starts.map(({ seconds }) => seconds))).toBeGreaterThanOrEqual(290)
  })
})
