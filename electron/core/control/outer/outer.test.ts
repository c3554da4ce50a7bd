import { describe, expect, it } from 'vitest'
import type { Image } from '../../../../shared/model/image.ts'
import { siteSchema } from '../../../../shared/site/site.ts'
import { createPlant, depot, type Plant } from '../test-support/plant.ts'
import { horizonS, thermalCurrentA, thermalLimits } from './thermal-limits.ts'

const withMore = (more: object, options: Parameters<typeof depot>[0] = {}) =>
  createPlant({ site: { ...(depot(options) as object), ...more } })
const sumTargets = (plant: Plant): number =>
  Object.values(plant.last().chargers).reduce((sum, { targetA, phases }) => sum + targetA * phases.length, 0)
const powerW = (plant: Plant): number =>
  (['L1', 'L2', 'L3'] as const).reduce((sum, phase) => sum + plant.current('main', phase) * 230, 0)

describe('the demand target', () => {
  it('is kept by whole intervals, and what binds says so', async () => {
    const plant = withMore({ demand: { target: 30_000, interval: 600 } }, { chargers: 4 })
    for (const id of Object.keys(plant.chargers)) plant.plugIn(id)
    await plant.run(5)
    await plant.arm()
    let joules = 0
    const means: number[] = []
    let isBound = false
    await plant.run(1400, () => {
      joules += powerW(plant)
      isBound ||= Object.values(plant.last().chargers).some(({ boundBy: [first] }) => first?.kind === 'demand-interval')
      if (plant.clock.nowMs() % 600_000 < 1000) {
        means.push(joules / 600)
        joules = 0
      }
    })
    expect(means.length).toBeGreaterThanOrEqual(2)
    for (const mean of means.slice(1)) expect(mean).toBeLessThan(30_300)
    expect(means.at(-1)).toBeGreaterThan(25_000)
    expect(isBound).toBe(true)
    expect(plant.controller.demand().demand?.monthPeakW).toBeLessThan(30_300)
  })
})

describe('dimming', () => {
  it('by a digital input narrows all chargers together, holds while the input is not read, and ends with it', async () => {
    const plant = withMore({ dimming: { input: { meter: 'm0' } } })
    plant.inputs['m0'] = 0
    for (const id of Object.keys(plant.chargers)) plant.plugIn(id)
    await plant.run(90)
    await plant.arm()
    await plant.run(60)
    const before = sumTargets(plant)
    plant.inputs['m0'] = 1
    await plant.run(5)
    // Six chargers above 4.2 kW: 4.2 kW x (1 + 5 x 0.60) = 16.8 kW.
    expect(plant.controller.demand().dimming).toMatchObject({ isDimmed: true, allowedW: 16_800, devices: 6 })
    expect(sumTargets(plant) * 230).toBeLessThanOrEqual(16_800)
    expect(before * 230).toBeGreaterThan(16_800)
    delete plant.inputs['m0']
    await plant.run(5)
    expect(plant.controller.demand().dimming?.isDimmed).toBe(true)
    plant.inputs['m0'] = 0
    await plant.run(5)
    expect(plant.controller.demand().dimming?.isDimmed).toBe(false)
  })

  it('by a file holds while its entry is valid, then by the rule, each change once in the history', async () => {
    const plant = withMore({ dimming: { file: { path: 'grid.csv', validity: 60 } } })
    for (const id of Object.keys(plant.chargers)) plant.plugIn(id)
    const now = () => plant.controller.demand().dimming
    const said = (allowedW: number | null, seconds: number) =>
      plant.controller.want({
        want: { kind: 'dim-file', allowedW, validUntilMs: plant.clock.nowMs() + seconds * 1000 },
        who: 'grid operator',
      })
    await plant.run(5)
    expect(now()).toBeNull()
    said(null, 200)
    await plant.run(90)
    await plant.arm()
    await plant.run(60)
    expect(sumTargets(plant) * 230).toBeGreaterThan(20_000)
    said(10_000, 20)
    await plant.run(5)
    expect(now()).toMatchObject({ isDimmed: true, allowedW: 10_000, source: 'the file grid.csv' })
    expect(sumTargets(plant) * 230).toBeLessThanOrEqual(10_000)
    await plant.run(20)
    // Out of date: what the rule leaves six chargers.
    expect(now()).toMatchObject({ isDimmed: true, allowedW: 16_800 })
    expect(now()?.source).toContain('no entry that is valid now')
    said(null, 60)
    await plant.run(3)
    expect(now()?.isDimmed).toBe(false)
    expect(plant.events.map(({ kind }) => kind).filter((kind) => kind.startsWith('dimming'))).toEqual([
      'dimming',
      'dimming',
      'dimming-ended',
    ])
  })

  it('by a file that was never read begins after half a minute, unless a stale file releases', async () => {
    const file = { path: 'grid.csv', validity: 60 }
    const dimmed = withMore({ dimming: { file } }, { chargers: 1 })
    const released = withMore({ dimming: { file: { ...file, stale: 'released' } } }, { chargers: 1 })
    await dimmed.run(20)
    expect(dimmed.controller.demand().dimming).toBeNull()
    for (const plant of [dimmed, released]) await plant.run(20)
    expect(dimmed.controller.demand().dimming?.isDimmed).toBe(true)
    expect(released.controller.demand().dimming).toBeNull()
  })

  it('does not count other load, which it does not dim', async () => {
    const plant = withMore({ dimming: {} })
    plant.buildingA['main'] = { L1: 60, L2: 60, L3: 60 }
    plant.plugIn('cp1')
    await plant.run(5)
    await plant.arm()
    plant.controller.want({ want: { kind: 'dim', isDimmed: true }, who: 'Grid operator' })
    await plant.run(20)
    expect(plant.target('cp1')).toBeGreaterThanOrEqual(6)
    expect(plant.last().chargers['cp1']?.why).toContain('dimmed by Grid operator')
  })
})

describe('plans and targets', () => {
  it('a plan holds a charger for its slot only, and never one whose turn it is', async () => {
    const plant = withMore({})
    plant.plugIn('cp1')
    await plant.run(5)
    const now = plant.clock.nowMs()
    const slots = [{ fromMs: now, toMs: now + 30_000, limitA: 0 }]
    plant.controller.want({ want: { kind: 'plan', plans: [{ chargerId: 'cp1', slots }] }, who: 'Planner' })
    await plant.run(3)
    expect(plant.target('cp1')).toBe(0)
    expect(plant.last().chargers['cp1']?.why).toContain('the plan gives it 0 A now')
    await plant.run(110)
    expect(plant.target('cp1')).toBeGreaterThanOrEqual(6)
  })

  it('who needs most until it leaves rises first where the strategy says so', async () => {
    const plant = withMore({}, { control: { strategy: 'departure', increaseDelay: 0 } })
    for (const id of ['cp1', 'cp2', 'cp3']) plant.plugIn(id)
    await plant.run(3)
    await plant.arm()
    plant.controller.want({
      want: {
        kind: 'target',
        chargerId: 'cp2',
        target: { energyKWh: 20, departAtMs: plant.clock.nowMs() + 3_600_000 },
      },
      who: 'Driver',
    })
    await plant.run(150)
    expect(plant.target('cp2')).toBe(32)
    expect(plant.target('cp1')).toBeLessThan(20)
    const [target] = plant.controller.demand().targets
    expect(target?.gotKWh).toBeGreaterThan(0.1)
    plant.unplug('cp2')
    await plant.run(5)
    expect(plant.controller.demand().targets).toEqual([])
  })
})

describe('solar surplus', () => {
  it('gives what is fed in and no more, and nothing where it is not measured', async () => {
    const plant = createPlant({ site: depot({ generation: true, control: { strategy: 'surplus', increaseDelay: 0 } }) })
    plant.buildingA['main'] = { L1: -20, L2: -20, L3: -20 }
    plant.plugIn('cp1')
    await plant.run(5)
    await plant.arm()
    await plant.run(120)
    expect(plant.target('cp1')).toBeGreaterThanOrEqual(15)
    expect(powerW(plant)).toBeLessThanOrEqual(300)
    plant.deadMeters.add('m0')
    await plant.run(10)
    expect(plant.target('cp1')).toBeLessThanOrEqual(6)
  })
})

describe('the thermal limit', () => {
  it('brings the element to the share that may be used and no further, whatever it begins with', () => {
    for (const used of [0, 0.3, 0.6, 0.79, 0.9]) {
      let heat = used
      let limit = 0
      for (let second = 0; second < 1200; second += 1) {
        limit = thermalCurrentA(heat, 0.8, 70, 34.3)
        const settled = (limit / 70) ** 2
        heat = settled + (heat - settled) * Math.exp(-1 / 34.3)
      }
      expect(heat).toBeCloseTo(0.8, 2)
      expect(limit).toBeCloseTo(70 * Math.sqrt(0.8), 0)
    }
    expect(thermalCurrentA(0, 0.8, 70, 34.3)).toBeGreaterThan(80)
    expect(thermalCurrentA(1.5, 0.8, 70, 34.3)).toBe(0)
    expect(horizonS).toBeGreaterThan(10)
  })

  it('never passes the ceiling, and says nothing where the heat is not known', () => {
    const site = siteSchema.parse({
      version: 1,
      id: 's',
      name: 'S',
      grid: { limit: 100 },
      lines: [{ id: 'l', transport: 'tcp', host: '192.0.2.1', port: 502 }],
      meters: [{ id: 'm', profile: 'p', line: 'l' }],
      circuits: [
        {
          id: 'main',
          meter: 'm',
          breaker: { standard: 'IEC 60898-1', curve: 'C', rating: 63 },
          thermalLimit: { ceiling: 70 },
        },
      ],
    })
    const image = (percent: number | null): Image => ({
      seq: 1,
      atMs: 0,
      meters: {},
      chargers: {},
      circuits: {
        main: {
          source: 'meter',
          meterId: 'm',
          ageMs: 0,
          phases: {
            L1: {
              currentA: { value: 50, quality: 'good', atMs: 0 },
              limitA: 63,
              headroomA: 13,
              thermalUsedPercent: percent,
            },
          },
        },
      },
    })
    expect(thermalLimits(site, image(10)).get('main')?.['L1']).toMatchObject({ limitA: 70, kind: 'thermal' })
    expect(thermalLimits(site, image(90)).get('main')?.['L1']?.limitA).toBeLessThan(63)
    expect(thermalLimits(site, image(null)).size).toBe(0)
  })
})

describe('loads about to come', () => {
  it('are kept room for where the site file asks for it: a slope at once, a start after the third', async () => {
    const breaches = async (ahead: string) => {
      const plant = withMore({}, { control: { ahead, margin: 1, increaseDelay: 2 } })
      for (const id of ['cp1', 'cp2', 'cp3']) plant.plugIn(id)
      plant.buildingA['f1'] = { L1: 5, L2: 5, L3: 5 }
      await plant.run(5)
      await plant.arm()
      let over = 0
      for (let round = 0; round < 8; round += 1) {
        await plant.run(100, () => (over += Math.max(0, plant.current('f1', 'L1') - 63)))
        plant.buildingA['f1'] = { L1: 20, L2: 20, L3: 20 }
        await plant.run(20, () => (over += Math.max(0, plant.current('f1', 'L1') - 63)))
        plant.buildingA['f1'] = { L1: 5, L2: 5, L3: 5 }
      }
      return over
    }
    const off = await breaches('off')
    const known = await breaches('slope-and-starts')
    expect(known).toBeLessThan(off * 0.6)
  })
})
