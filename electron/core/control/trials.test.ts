import { describe, expect, it } from 'vitest'
import { phases } from '../../../shared/model/phase.ts'
import { createPlant, depot, profile, random, type Plant } from './test-support/plant.ts'

const person = { who: 'E. Engineer', reason: 'acceptance' }
const withhold = (plant: Plant, chargerId: string, isOn = true) =>
  plant.controller.trial({ ...person, trial: { kind: 'withhold', chargerId, isOn } })
const model = profile({ watchdog: { kind: 'setpoint-validity', timeoutS: 20 } })
const excess = (plant: Plant) => {
  const limits: Readonly<Record<string, number>> = { m0: 100, m1: 63, m2: 63 }
  const image = plant.image()
  return Math.max(
    ...Object.entries(limits).flatMap(([id, limitA]) =>
      phases.map((phase) => Math.abs(image.meters[id]?.samples[`i_${phase.toLowerCase()}`]?.value ?? 0) - limitA),
    ),
  )
}
const fallWith = (plant: Plant, ownFallbackA: number) => () => {
  for (const { id } of plant.site.chargers) {
    const charger = plant.charger(id)
    if (plant.clock.monotonicMs() - charger.fedMs > 20_000) charger.limitA = ownFallbackA
  }
}

describe('a watchdog left unfed on purpose', () => {
  it('is written nothing while it lasts, ends by itself, and gets its limit again', async () => {
    const plant = createPlant({ site: depot(), profile: model })
    plant.plugIn('cp1', { maximumA: 16 })
    await plant.run(5)
    await plant.arm()
    await plant.run(60)
    const writes = plant.charger('cp1').writes.length
    await withhold(plant, 'cp1')
    await plant.run(25, fallWith(plant, 6))
    expect(plant.charger('cp1').writes.length).toBe(writes)
    expect(plant.charger('cp1').limitA).toBe(6)
    expect(plant.controller.state().trials?.withheld).toMatchObject([{ chargerId: 'cp1', who: 'E. Engineer' }])
    expect(plant.controller.facts().chargers.get('cp1')?.disobeys).toBeNull()
    await plant.run(60)
    expect(plant.controller.state().trials).toBeUndefined()
    expect(plant.charger('cp1').limitA).toBeGreaterThan(6)
  })

  it('is refused without arming, without room for all it may draw, and beside another', async () => {
    const plant = createPlant({ site: depot(), profile: model })
    await plant.run(5)
    await expect(withhold(plant, 'cp1')).rejects.toThrow(/not armed/)
    for (const id of ['cp2', 'cp3']) plant.plugIn(id, { maximumA: 32 })
    await plant.arm()
    await plant.run(120)
    await expect(withhold(plant, 'cp1')).rejects.toThrow(/no room/)
    await withhold(plant, 'cp4')
    await expect(withhold(plant, 'cp5')).rejects.toThrow(/one charger at a time/)
    await withhold(plant, 'cp4', false)
    expect(plant.controller.state().trials).toBeUndefined()
  })

  it('ends with control, and the charger is told its fallback like every other', async () => {
    const plant = createPlant({ site: depot(), profile: model })
    plant.plugIn('cp1', { maximumA: 16 })
    await plant.run(5)
    await plant.arm()
    await plant.run(60)
    await withhold(plant, 'cp1')
    await plant.run(3)
    const ended = plant.controller.disarm(person)
    await plant.run(5)
    await ended
    expect(plant.controller.state().trials).toBeUndefined()
    expect(plant.charger('cp1').limitA).toBe(6)
  })

  it('never lets a circuit carry more than it may, whatever the charger falls to and whatever else happens', async () => {
    for (let seed = 1; seed <= 4; seed += 1) {
      const dice = random(seed)
      const plant = createPlant({ site: depot(), profile: model, seed })
      await plant.run(5)
      await plant.arm()
      let worst = -Infinity
      const ownFallbackA = Math.floor(dice() * 33)
      for (let round = 0; round < 8; round += 1) {
        const id = `cp${1 + Math.floor(dice() * 6)}`
        if (dice() < 0.6) plant.plugIn(id, { maximumA: 16 + Math.floor(dice() * 17) })
        else plant.unplug(id)
        // Refused where there is no room: that is the point.
        await withhold(plant, `cp${1 + Math.floor(dice() * 6)}`).catch(() => undefined)
        await plant.run(12, () => {
          fallWith(plant, ownFallbackA)()
          worst = Math.max(worst, excess(plant))
        })
      }
      expect({ seed, isOver: worst > 0 }).toEqual({ seed, isOver: false })
    }
  })
})

describe('a limit lowered on trial', () => {
  it('binds at once, says so, and is over by itself', async () => {
    const plant = createPlant({ site: depot() })
    for (const id of ['cp1', 'cp2']) plant.plugIn(id, { maximumA: 16 })
    await plant.run(5)
    await plant.arm()
    await plant.run(90)
    const trial = { kind: 'lower-limit', circuitId: 'f1', limitA: 20, forS: 30 } as const
    await plant.controller.trial({ ...person, trial })
    await plant.run(15)
    expect(plant.image().meters['m1']?.samples['i_l1']?.value).toBeLessThanOrEqual(20)
    expect(plant.controller.state().decision?.chargers['cp1']?.why).toContain('lowered to 20 A on trial by E. Engineer')
    await plant.run(80)
    expect(plant.controller.state().trials).toBeUndefined()
    expect(plant.image().meters['m1']?.samples['i_l1']?.value).toBeGreaterThan(25)
  })

  it('is never raised above the real one', async () => {
    const plant = createPlant({ site: depot() })
    await plant.run(5)
    await plant.arm()
    for (const limitA of [63, 80, 0, -1, Number.NaN])
      await expect(
        plant.controller.trial({ ...person, trial: { kind: 'lower-limit', circuitId: 'f1', limitA, forS: 30 } }),
      ).rejects.toThrow(/only be lowered/)
  })
})
