import { describe, expect, it } from 'vitest'
import type { Image } from '../../../shared/model/image.ts'
import { goodSample } from '../../../shared/model/sample.ts'
import { createOtherLoad } from './other-load.ts'
import { charged, overLimit } from './test-support/charged.ts'
import { createPlant, depot } from './test-support/plant.ts'

describe('watching', () => {
  it('decides and explains but writes nothing until it is armed', async () => {
    const plant = createPlant({ site: depot() })
    for (const id of ['cp1', 'cp2', 'cp3']) plant.plugIn(id)
    await plant.run(120)
    expect(plant.last().mode).toBe('monitoring')
    expect(plant.target('cp1')).toBe(21)
    expect(plant.last().chargers['cp1']?.why).toBe(
      '21 A, bound by f1, L1 (limit 63 A, other load 0 A, shared by 3 chargers)',
    )
    expect(Object.values(plant.chargers).flatMap((charger) => charger.writes)).toEqual([])
  })
  it('is armed on purpose, recorded, once per intent, and refused when read-only', async () => {
    const plant = createPlant({ site: depot() })
    await plant.run(5)
    const intent = { intentId: 'i1', who: 'Operator', reason: 'commissioning' }
    expect((await plant.controller.arm(intent)).mode).toBe('armed')
    await plant.controller.arm(intent)
    expect(plant.audit).toEqual([
      { who: 'Operator', action: 'arm', subject: 'depot', detail: { reason: 'commissioning' } },
    ])
    const readOnly = createPlant({ site: depot(), readOnly: { why: 'held by process 4711' } })
    await expect(readOnly.controller.arm(intent)).rejects.toThrow('control cannot be armed here: held by process 4711')
  })
})

describe('sharing', () => {
  it('shares equally inside every limit and verifies each limit by reading it back', async () => {
    const plant = await charged()
    expect(['cp1', 'cp2', 'cp3', 'cp4', 'cp5', 'cp6'].map(plant.target)).toEqual([17, 17, 17, 17, 16, 16])
    expect(Object.values(plant.controller.state().writes).map((write) => write.state)).toEqual(
      Array(6).fill('verified'),
    )
    expect(overLimit(plant)).toEqual([])
    expect(plant.last().circuits['main']?.L1).toMatchObject({ limitA: 100, otherLoadA: 0, allocatedA: 100 })
  })

  it('takes limits down in the very cycle that sees a load step, and up only after the room has lasted', async () => {
    const plant = await charged(6, { control: { increaseDelay: 10, increaseStep: 4 } })
    plant.buildingA['f1'] = { L1: 0, L2: 30, L3: 0 }
    await plant.run(2)
    expect(['cp1', 'cp2', 'cp3'].map(plant.target)).toEqual([11, 11, 11])
    expect(plant.last().chargers['cp1']?.boundBy[0]).toMatchObject({
      kind: 'circuit-limit',
      circuitId: 'f1',
      phase: 'L2',
    })
    const targets: number[] = []
    plant.buildingA['f1'] = { L1: 0, L2: 0, L3: 0 }
    await plant.run(8, () => targets.push(plant.target('cp1')))
    expect(new Set(targets)).toEqual(new Set([11]))
    await plant.run(40)
    expect(plant.target('cp1')).toBe(17)
    expect(overLimit(plant)).toEqual([])
  })

  it('settles: with a building load that flickers by half an ampere nothing swings', async () => {
    const plant = await charged(6)
    let tick = 0
    const seen: number[][] = []
    await plant.run(300, () => {
      tick += 1
      const amperes = 20 + 0.25 * Math.sin(tick * 1.7) + 0.2 * Math.sin(tick * 0.31)
      plant.buildingA['main'] = { L1: amperes, L2: amperes, L3: amperes }
      if (tick > 60) seen.push(['cp1', 'cp2', 'cp3', 'cp4', 'cp5', 'cp6'].map(plant.target))
    })
    for (const column of [0, 1, 2, 3, 4, 5]) {
      const values = seen.map((row) => row[column] ?? NaN)
      expect(Math.max(...values) - Math.min(...values)).toBeLessThanOrEqual(1)
      expect(values.filter((value, index) => index > 0 && value !== values[index - 1]).length).toBeLessThanOrEqual(6)
    }
  })

  it('lets an arriving car start inside every limit and the others make room first', async () => {
    const plant = createPlant({ site: depot() })
    for (const id of ['cp1', 'cp2']) plant.plugIn(id, { maximumA: 32 })
    plant.buildingA['f1'] = { L1: 10, L2: 10, L3: 10 }
    await plant.run(4)
    await plant.arm()
    await plant.run(120)
    expect(plant.target('cp1') + plant.target('cp2')).toBe(53)
    expect(plant.target('cp3')).toBe(0)
    plant.plugIn('cp3')
    await plant.run(90, () => expect(overLimit(plant)).toEqual([]))
    expect(['cp1', 'cp2', 'cp3'].map(plant.target)).toEqual([18, 18, 17])
  })

  it('counts a one-phase car on three phases until the meters above have shown that it is not there', async () => {
    const plant = createPlant({ site: depot() })
    plant.buildingA['f1'] = { L1: 2, L2: 2, L3: 2 }
    plant.plugIn('cp1', { phases: ['L1'] })
    await plant.run(4)
    await plant.arm()
    await plant.run(40)
    expect(plant.last().chargers['cp1']?.phases).toEqual(['L1', 'L2', 'L3'])
    await plant.run(60)
    expect(plant.last().chargers['cp1']?.phases).toEqual(['L1'])
    const car = plant.charger('cp1').car
    if (car !== null) car.phases = ['L1', 'L2']
    await plant.run(2)
    expect(plant.last().chargers['cp1']?.phases).toEqual(['L1', 'L2'])
  })

  it('does not take export for room above the limit', async () => {
    const plant = await charged(3, { generation: true })
    plant.buildingA['main'] = { L1: -80, L2: -80, L3: -80 }
    await plant.run(60)
    expect(['cp1', 'cp2', 'cp3'].map(plant.target).reduce((sum, target) => sum + target)).toBeLessThanOrEqual(100)
    expect(plant.last().circuits['main']?.L1?.otherLoadA).toBe(0)
    const before = plant.writes.length
    await plant.run(15)
    expect(plant.writes.slice(before).filter((write) => write.reason !== 'heartbeat')).toEqual([])
  })

  it('does not take export for load either', async () => {
    const plant = createPlant({ site: depot({ generation: true }) })
    plant.plugIn('cp1', { maximumA: 10 })
    plant.buildingA['f1'] = { L1: -60, L2: -60, L3: -60 }
    await plant.run(4)
    await plant.arm()
    await plant.run(60)
    // 50 A flow out of the feeder; a meter without a sign would show 40 A of other load.
    expect(plant.current('f1', 'L1')).toBe(-50)
    expect(plant.last().circuits['f1']?.L1?.otherLoadA).toBe(0)
    // No circuit holds it: it is the car that takes no more.
    expect(plant.last().chargers['cp1']).toMatchObject({ targetA: 12, boundBy: [{ kind: 'no-demand' }, {}] })
  })

  it('counts a current that only a reversed transformer shows as export as load, and says so', async () => {
    const plant = createPlant({ site: depot() })
    for (const id of ['cp1', 'cp2', 'cp3']) plant.plugIn(id)
    plant.reversed.add('m1 L1')
    await plant.run(4)
    await plant.arm()
    await plant.run(60)
    plant.buildingA['f1'] = { L1: 50, L2: 10, L3: 10 }
    await plant.run(60)
    expect(plant.current('f1', 'L1')).toBeLessThanOrEqual(63)
    expect(plant.last().circuits['f1']?.L1?.otherLoadA).toBe(50)
    expect(plant.last().notes).toEqual([
      'f1 shows export on L1, but no generation is declared: counted as load; check the CT direction',
    ])
  })

  it('does not believe an export of more than the circuit may carry, even where something feeds in', async () => {
    const plant = createPlant({ site: depot({ generation: true }) })
    for (const id of ['cp1', 'cp2', 'cp3']) plant.plugIn(id)
    plant.reversed.add('m1 L1')
    plant.buildingA['f1'] = { L1: 70, L2: 10, L3: 10 }
    await plant.run(4)
    await plant.arm()
    await plant.run(20)
    expect(['cp1', 'cp2', 'cp3'].map(plant.target)).toEqual([0, 0, 0])
  })

  it('does not take the direction of a current from a power of another moment', () => {
    const { site, clock } = createPlant({ site: depot({ generation: true }) })
    const look = createOtherLoad(site, clock)
    const image = (powerAgeMs: number): Image => ({
      seq: 1,
      atMs: clock.nowMs(),
      circuits: {},
      chargers: {},
      meters: Object.fromEntries(
        ['m0', 'm1', 'm2'].map((id) => [
          id,
          {
            samples: {
              ...Object.fromEntries(['l1', 'l2', 'l3'].map((phase) => [`i_${phase}`, goodSample(20, clock.nowMs())])),
              ...Object.fromEntries(
                ['l1', 'l2', 'l3'].map((phase) => [`p_${phase}`, goodSample(-4600, clock.nowMs() - powerAgeMs)]),
              ),
            },
          },
        ]),
      ),
    })
    expect(look(image(2000), []).get('f1')?.nowA).toEqual({ L1: 20, L2: 20, L3: 20 })
    // Its own power comes with the next image.
    expect(look(image(0), []).get('f1')?.nowA).toEqual({ L1: 0, L2: 0, L3: 0 })
  })

  it('holds a car that could charge and does not to the minimum, and lets it go when it draws', async () => {
    const plant = createPlant({ site: depot() })
    plant.plugIn('cp1', { status: 'suspended' })
    plant.plugIn('cp2')
    plant.plugIn('cp3')
    await plant.run(4)
    await plant.arm()
    await plant.run(200)
    expect(plant.last().chargers['cp1']).toMatchObject({ targetA: 6, why: '6 A: the vehicle takes no more than 6 A' })
    expect(plant.target('cp2') + plant.target('cp3')).toBe(57)
    plant.plugIn('cp1')
    await plant.run(60, () => expect(overLimit(plant)).toEqual([]))
    expect(plant.target('cp1')).toBe(21)
  })

  it('lets a car of equal priority that waited for 15 min take its turn', async () => {
    const plant = await charged(6)
    plant.buildingA['f1'] = { L1: 49, L2: 49, L3: 49 }
    await plant.run(60)
    expect(['cp1', 'cp2', 'cp3'].map(plant.target)).toEqual([7, 7, 0])
    await plant.run(950)
    expect(plant.target('cp3')).toBeGreaterThanOrEqual(6)
    expect(plant.target('cp2')).toBe(0)
    expect(overLimit(plant)).toEqual([])
  })

  it('pauses the last in line, resumes it after the resume delay, never with less than 6 A', async () => {
    const plant = await charged(6, { control: { resumeDelay: 30 } })
    plant.buildingA['f1'] = { L1: 49, L2: 49, L3: 49 }
    await plant.run(20)
    // Cars that follow slowly let the excess outlast the time-out: for the minute after it they get the least.
    expect(['cp1', 'cp2', 'cp3'].map(plant.target)).toEqual([6, 6, 0])
    expect(plant.last().chargers['cp3']?.why).toBe(
      'Paused, bound by f1, L1 (limit 63 A, other load 49 A, shared by 2 chargers); its turn comes within 15 min if there is room for one',
    )
    plant.buildingA['f1'] = { L1: 0, L2: 0, L3: 0 }
    await plant.run(25)
    expect(plant.target('cp3')).toBe(0)
    expect(plant.last().chargers['cp3']?.boundBy[0]?.kind).toBe('resume-delay')
    await plant.run(15)
    expect(plant.target('cp3')).toBeGreaterThanOrEqual(6)
    for (const charger of Object.values(plant.chargers))
      for (const write of charger.writes) expect(write.limitA === 0 || write.limitA >= 6).toBe(true)
  })
})
