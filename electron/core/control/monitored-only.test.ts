import { describe, expect, it } from 'vitest'
import { createPlant, profile } from './test-support/plant.ts'
import { checkFallbacks } from '../../../shared/site/check-fallbacks.ts'
import { siteSchema } from '../../../shared/site/site.ts'
import { modbusAbilities } from '../../../shared/charger/modbus-abilities.ts'

const site = (fallbackOfBoth: number): unknown => ({
  version: 1,
  id: 'd',
  name: 'D',
  grid: { limit: 40 },
  lines: [{ id: 'lan', transport: 'tcp', host: '127.0.0.1', port: 502 }],
  meters: [{ id: 'm0', profile: 'x', line: 'lan' }],
  circuits: [{ id: 'main', meter: 'm0', limit: 40, otherLoad: 0 }],
  chargers: ['cp1', 'cp2'].map((id) => ({
    id,
    profile: 'test',
    line: 'lan',
    circuit: 'main',
    maximum: 16,
    fallback: fallbackOfBoth,
  })),
  control: { margin: 1 },
})

describe('a charger that is only monitored', () => {
  const monitored = { ...profile(), monitoredOnly: 'the unit of its limit is in dispute' }

  it('is never written to, not when armed, decided or disarmed, and its maximum is set aside', async () => {
    const plant = createPlant({ site: site(16), profile: monitored })
    plant.plugIn('cp1')
    await plant.run(4)
    await plant.arm()
    await plant.run(30)
    expect(plant.last().circuits['main']?.L1?.allocatedA).toBe(32)
    expect(plant.target('cp1')).toBe(16)
    expect(plant.last().chargers['cp1']?.why).toContain('the unit of its limit is in dispute')
    expect([plant.charger('cp1').writes, plant.charger('cp2').writes]).toEqual([[], []])
  })

  it('takes no override, and says why', async () => {
    const plant = createPlant({ site: site(16), profile: monitored })
    plant.plugIn('cp1')
    await plant.run(4)
    await plant.arm()
    for (const limitA of [0, 10]) {
      const asked = await plant.controller.setOverride({
        intentId: `wish ${limitA}`,
        chargerId: 'cp1',
        limitA,
        ttlS: 60,
        reason: 'a test',
        who: 'Operator',
      })
      expect(asked).toMatchObject({ state: 'refused' })
      expect(asked.why).toContain(
        'is only monitored, nothing is ever written to it: the unit of its limit is in dispute',
      )
    }
    await plant.run(10)
    expect(plant.last().chargers['cp1']?.state).not.toBe('override')
    expect(plant.charger('cp1').writes).toEqual([])
  })

  it('has no other fallback than its maximum', () => {
    const problems = checkFallbacks(siteSchema.parse(site(6)), new Map([['cp1', modbusAbilities(monitored)]]))
    expect(problems.map(({ message }) => message)).toEqual(
      expect.arrayContaining([expect.stringContaining("'cp1' is only monitored") as string]),
    )
    expect(
      checkFallbacks(siteSchema.parse(site(16)), new Map([['cp1', modbusAbilities(monitored)]])).filter(
        ({ severity }) => severity === 'error',
      ),
    ).toEqual([])
  })
})

describe('a charger that can neither be read back nor measures a current', () => {
  it('is set aside at its maximum, because nothing would show that it follows', async () => {
    const blind = profile({ readBack: false })
    const plant = createPlant({ site: site(6), profile: { ...blind, quantities: {} } })
    plant.charger('cp1').lacks = ['L1', 'L2', 'L3']
    plant.plugIn('cp1')
    await plant.run(4)
    await plant.arm()
    await plant.run(30)
    expect(plant.last().notes.join('\n')).toContain('cp1 neither says its limit nor measures a current')
    expect(plant.last().chargers['cp1']).toMatchObject({ state: 'fallback', targetA: 6 })
    expect(plant.charger('cp1').writes.at(-1)).toMatchObject({ limitA: 6 })
  })
})

describe('a charger that says no limit and whose currents are not read yet when control is armed', () => {
  const early = async (buildingA: number) => {
    const plant = createPlant({ site: site(6), profile: profile({ readBack: false, terminals: [1, 2, 3] }) })
    plant.buildingA['main'] = { L1: buildingA, L2: buildingA, L3: buildingA }
    plant.charger('cp1').lacks = ['L1', 'L2', 'L3']
    plant.plugIn('cp1')
    await plant.run(2)
    await plant.arm()
    await plant.run(1)
    return plant
  }

  it('keeps its fallback where its maximum would fit, and is not paused', async () => {
    const plant = await early(0)
    expect(plant.last().chargers['cp1']).toMatchObject({ state: 'fallback', targetA: 6 })
    plant.charger('cp1').lacks = []
    await plant.run(30)
    const given = plant.charger('cp1').writes.map(({ limitA }) => limitA)
    expect(Math.min(...given)).toBe(6)
    expect(plant.last().chargers['cp1']?.targetA).toBeGreaterThan(6)
  })

  it('is given nothing where it would not fit', async () => {
    const plant = await early(38)
    expect(plant.last().chargers['cp1']).toMatchObject({ state: 'fallback', targetA: 0 })
  })
})
