import { describe, expect, it } from 'vitest'
import type { Caller } from '../../../shared/api/define.ts'
import type { AuditRow } from '../../../shared/model/event.ts'
import type { Image } from '../../../shared/model/image.ts'
import { createPlant, depot } from '../control/test-support/plant.ts'
import { createDemandPart } from './demand-part.ts'

const caller: Caller = { role: 'operator', name: 'Test' }
const person = { who: 'Operator', reason: 'test' }
const uuid = '00000000-0000-4000-8000-000000000001'
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

const begin = (more: object = {}) => {
  const plant = createPlant({
    site: {
      ...(depot({ chargers: 2 }) as object),
      demand: { target: 40_000, charge: 100 },
      tariff: { price: 0.3 },
      ...more,
    },
  })
  const audit: Omit<AuditRow, 'seq' | 'hash'>[] = []
  const listeners = new Set<(image: Image) => void>()
  const nowMs = plant.clock.nowMs()
  const interval = (hoursAgo: number, importKwh: number | null) => ({
    meterId: 'm0',
    startMs: Math.floor((nowMs - hoursAgo * 3.6e6) / 9e5) * 9e5,
    lengthS: 900 as const,
    importKwh,
    exportKwh: 0,
    registerStartKwh: 0,
    registerEndKwh: 0,
    stats: {},
    coverage: 1,
    note: null,
  })
  const file = { text: null as string | null, warnings: [] as unknown[] }
  const part = createDemandPart({
    site: plant.site,
    log: { ...quiet, warn: (_what, facts) => file.warnings.push(facts?.['why']) },
    readDimming: async () => (file.text === null ? { ok: false, why: 'ENOENT' } : { ok: true, text: file.text }),
    recorder: { intervals: async () => [interval(1, 12.5), interval(2, null), interval(3, 5)] },
    audit: async (row) => {
      audit.push(row)
    },
    state: plant.controller.demand,
    want: async (input) => plant.controller.want(input),
    images: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    now: plant.clock.nowMs,
  })
  const beat = (): void => {
    for (const listener of listeners) listener(plant.image())
  }
  return { plant, part, audit, file, beat }
}

describe('demand and tariff', () => {
  it('knows the peak of the month from the record of earlier runs, in money too', async () => {
    const { plant, part } = begin()
    part.start?.()
    await plant.run(3)
    const read = await part.handlers['demand.read']({}, caller)
    expect(read.demand?.monthPeakW).toBeCloseTo(50_000, 3)
    expect(read.demand?.targetW).toBeCloseTo(50_000, 3)
    expect(read.peakMoney).toBeCloseTo(5000, 3)
    expect(read.intervals.map(({ watts }) => watts)).toEqual([20_000, 50_000])
    expect(read.pricesFrom).toBe("the site file's tariff")
    await part.stop?.('test')
  })

  it('a plan that is followed holds a charger until its cheap hours; not followed, it holds nobody', async () => {
    const { plant, part, audit } = begin()
    plant.plugIn('cp1')
    await plant.run(5)
    const now = plant.clock.nowMs()
    const text = `start,end,price EUR/kWh\n${[0.4, 0.1, 0.4]
      .map((price, hour) => {
        const at = (add: number) => new Date(now - 60_000 + (hour + add) * 3_600_000).toISOString()
        return `${at(0)},${at(1)},${price}`
      })
      .join('\n')}`
    const answer = await part.handlers['demand.setPrices'](
      { intentId: uuid, ...person, name: 'prices.csv', text },
      caller,
    )
    expect(answer.prices).toHaveLength(3)
    await part.handlers['demand.setTarget'](
      { intentId: uuid, ...person, chargerId: 'cp1', target: { energyKWh: 10, departAtMs: now + 3 * 3_600_000 } },
      caller,
    )
    const plan = await part.handlers['demand.plan']({}, caller)
    expect(plan.money).toBeLessThan(plan.naiveMoney ?? NaN)
    await plant.run(5)
    expect(plant.target('cp1')).toBeGreaterThan(0)
    await part.handlers['demand.applyPlan']({ intentId: uuid, ...person, isApplied: true }, caller)
    await plant.run(3)
    expect(plant.target('cp1')).toBe(0)
    await part.handlers['demand.applyPlan']({ intentId: uuid, ...person, isApplied: false }, caller)
    await plant.run(120)
    expect(plant.target('cp1')).toBeGreaterThan(0)
    expect(audit.map(({ action }) => action)).toEqual(['prices', 'target', 'plan', 'plan-end'])
  })

  it("follows the grid operator's file, and what can't be read runs out by itself", async () => {
    const { plant, part, file, beat } = begin({ dimming: { file: { path: 'grid.csv', validity: 60 } } })
    const line = (kW: string) => `time,allowed_kw\n${new Date(plant.clock.nowMs()).toISOString()},${kW}\n`
    part.start?.()
    file.text = line('5.5')
    await plant.run(5, beat)
    expect(plant.controller.demand().dimming).toMatchObject({ isDimmed: true, allowedW: 5500 })
    file.text = line('')
    await plant.run(5, beat)
    expect(plant.controller.demand().dimming?.isDimmed).toBe(false)
    file.text = 'nothing of use'
    await plant.run(40, beat)
    expect(plant.controller.demand().dimming?.isDimmed).toBe(false)
    expect(plant.controller.facts().dimmingFile).toMatchObject({ goesBy: 'entry', saidW: null, thenW: 7560 })
    expect(plant.controller.facts().dimmingFile?.problem).toContain('must be "time,allowed_kw"')
    expect(file.warnings).toEqual(['the head line is "nothing of use" and must be "time,allowed_kw"'])
    await plant.run(30, beat)
    expect(plant.controller.demand().dimming).toMatchObject({ isDimmed: true, allowedW: 7560 })
    expect(plant.controller.facts().dimmingFile).toMatchObject({ goesBy: 'dimmed' })
    file.text = line('')
    await plant.run(5, beat)
    expect(plant.controller.facts().dimmingFile).toMatchObject({ problem: null, goesBy: 'entry' })
    await part.stop?.('test')
  })

  it('refuses with what to do', async () => {
    const { part, plant } = begin()
    const target = { energyKWh: 1, departAtMs: 1 }
    const tried = (chargerId: string) =>
      part.handlers['demand.setTarget']({ intentId: uuid, ...person, chargerId, target }, caller)
    await expect(tried('x')).rejects.toThrow('no charger x')
    await expect(tried('cp1')).rejects.toThrow('over already')
    await expect(part.handlers['demand.dim']({ intentId: uuid, ...person, isDimmed: true }, caller)).rejects.toThrow(
      "add 'dimming: {}'",
    )
    await expect(
      part.handlers['demand.setPrices']({ intentId: uuid, ...person, name: 'x.csv', text: '' }, caller),
    ).rejects.toThrow('x.csv: the file is empty')
    expect(plant.controller.demand().targets).toEqual([])
  })
})
