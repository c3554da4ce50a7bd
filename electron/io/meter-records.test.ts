import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCaptureFrames } from './test-support/capture-frames.ts'
import type { ModbusSiteLine } from '../../shared/site/site.ts'
import type { BackgroundRead } from '../core/field/field-source.ts'
import { createCaptureBook } from '../core/meter-records/capture-book.ts'
import { createMeterDesk, type MeterDesk } from '../core/meter-records/meter-desk.ts'
import { createMeterFacts } from '../core/meter-records/meter-facts.ts'
import { createMeterWay } from '../core/meter-records/meter-way.ts'
import type { MeterEventData } from '../../shared/meter-records/meter-event.ts'
import type { FactShelf } from '../core/field/fact-shelf.ts'
import type { ModbusLine } from '../core/lines/modbus-line.ts'
import { startSimulator, type RunningSimulation } from '../simulator/start-simulator.ts'
import { profilesFolder, scenarioFile } from '../simulator/test-support/paths.ts'
import { loadCatalogue } from './catalogue.ts'
import { systemClock } from './clock.ts'
import { openLine, until } from './modbus/test-support/real-line.ts'

/** Real lines on real ports to simulated meters that keep records of their own; the desk of each is the product's. */
let simulation: RunningSimulation
const lines = new Map<string, ModbusLine>()
const { meters: profiles } = await loadCatalogue(profilesFolder)

beforeAll(async () => {
  const started = await startSimulator({
    scenario: scenarioFile('recorders'),
    profiles: profilesFolder,
    seed: 1,
    folder: null,
    speed: 1,
  })
  if (!started.ok) throw new Error(started.problems.join('\n'))
  simulation = started.simulation
  for (const line of simulation.site.site.lines) lines.set(line.id, openLine(line as ModbusSiteLine).line)
  await until('every line is connected', () => [...lines.values()].every((line) => line.status().state === 'connected'))
  await until('the meters have measured', () =>
    [...simulation.site.world.meters.values()].every((meter) => meter.window() !== null),
  )
})
afterAll(async () => {
  await Promise.all([...lines.values()].map((line) => line.close()))
  await simulation.stop()
})

const background: BackgroundRead = (lineId, request, options) =>
  lines.get(lineId)?.transact(request, { ...options, priority: 'read' }) ?? null

const memoryShelf = (): FactShelf => {
  const kept = new Map<string, unknown>()
  return { recall: (id) => kept.get(id), keep: (id, facts) => void kept.set(id, JSON.parse(JSON.stringify(facts))) }
}

const deskOf = (id: string, shelf = memoryShelf()) => {
  const meter = simulation.site.site.meters.find((each) => each.id === id)
  const profile = profiles.get(meter?.profile ?? '')
  if (meter === undefined || profile === undefined) throw new Error(`no meter ${id}`)
  const events: MeterEventData[] = []
  const book = createCaptureBook()
  const desk: MeterDesk = createMeterDesk({
    meterId: id,
    name: id,
    profile,
    way: createMeterWay(meter, profile, { clock: systemClock, background, mayAsk: () => true }),
    facts: createMeterFacts(id, shelf),
    book,
    nominalV: 230,
    nominalHz: 50,
    now: systemClock.nowMs,
    mayTake: true,
    onEvent: (data) => events.push(data),
    onCapture: () => undefined,
  })
  return { desk, events, book, shelf }
}

const rms = (samples: ArrayLike<number>): number =>
  Math.sqrt(Array.from(samples).reduce((sum, value) => sum + value * value, 0) / samples.length)

describe('meters that keep records of their own, on real ports', () => {
  it('show how far their clocks are off, and let them be set and read back', async () => {
    const { desk } = deskOf('q100')
    await desk.lookAtState()
    const { clock } = desk.told()
    // Set to run one hour and 4.2 s ahead.
    expect(clock?.zoneMinutes).toBe(60)
    expect(Math.abs(clock!.errorMs - 4200)).toBeLessThanOrEqual(clock!.uncertaintyMs + 60)
    const other = deskOf('imeter').desk
    await other.lookAtState()
    expect(Math.abs(other.told().clock!.errorMs + 2500)).toBeLessThanOrEqual(other.told().clock!.uncertaintyMs + 60)
    const done = await other.setClock()
    expect(typeof done).toBe('object')
    if (typeof done === 'object') expect(Math.abs(done.after.errorMs)).toBeLessThan(1100)
    expect(await deskOf('umd').desk.setClock()).toContain('not documented')
  })

  it('give a dip of the supply from their logs, each in its own way, each once, in UTC', async () => {
    const ids = ['q100', 'umd', 'imeter', 'b30'] as const
    const all = ids.map((id) => deskOf(id))
    for (const { desk } of all) {
      await desk.lookAtState()
      await desk.lookAtLogs(() => false)
    }
    const before = Date.now()
    await simulation.board.on('dip', '', { depth: 40, ms: 300 })
    await until('the dip is in the meters', () => simulation.site.world.meters.get('b30')!.events().length > 0)
    const after = Date.now()
    for (const [index, { desk, events, shelf }] of all.entries()) {
      const id = ids[index] ?? ''
      await desk.lookAtState()
      await desk.lookAtLogs(() => false)
      await desk.lookAtLogs(() => false)
      // Its EN 50160 log tells the dip too (own-records.test.ts).
      const found = events.filter(({ event, log }) => event === 'dip' && log !== 'EN 50160 log')
      expect(found, id).toHaveLength(1)
      const [dip] = found
      expect(dip!.fromMs, id).toBeGreaterThan(before - dip!.uncertaintyMs - 100)
      expect(dip!.fromMs, id).toBeLessThan(after + dip!.uncertaintyMs + 100)
      expect(dip!.durationMs, id).toBeGreaterThan(240)
      expect(dip!.durationMs, id).toBeLessThan(420)
      expect(dip!.extremePercent!, id).toBeGreaterThan(55)
      expect(dip!.extremePercent!, id).toBeLessThan(65)
      // The program is started again: nothing is taken a second time.
      const again = deskOf(id, shelf)
      await again.desk.lookAtState()
      await again.desk.lookAtLogs(() => false)
      expect(
        again.events.filter(({ log }) => log !== 'EN 50160 log'),
        id,
      ).toHaveLength(0)
    }
  })

  it.each([
    ['pqm', ['i1', 'i2', 'i3', 'in', 'u1'], 3200],
    ['epm', ['u1', 'u2', 'u3'], 6400],
    ['imeter', ['u1', 'u2', 'u3', 'i1', 'i2', 'i3'], 6400],
    ['imeter-bus', ['u1', 'u2', 'u3', 'i1', 'i2', 'i3'], 6400],
  ])('%s gives a capture with its channels, its rate and its volts', async (id, names, rateHz) => {
    const { desk, book } = deskOf(id)
    await desk.lookAtState()
    const taken = await desk.capture()
    expect(taken, JSON.stringify(taken)).toHaveProperty('ids')
    const [summary] = book.list(id)
    expect(summary?.cause.kind).toBe('meter')
    const file = readCaptureFrames((await book.bytesOf(id, summary!.captureId))!)
    expect(file.channels.map(({ name }) => name)).toEqual(names)
    expect(Math.abs(file.rateHz / rateHz - 1)).toBeLessThan(0.01)
    expect(file.device).toContain('captured by the meter itself')
    const volts = rms(file.samples[names.indexOf('u1')] ?? [])
    expect(Math.abs(volts - 231)).toBeLessThan(8)
  })

  it('has its log given back after a capture', async () => {
    const { desk, shelf } = deskOf('epm')
    await desk.lookAtCaptures()
    expect(shelf.recall('records of epm')).toMatchObject({ isOwed: false })
    // A second look reads nothing anew.
    const again = deskOf('epm', shelf)
    await again.desk.lookAtCaptures()
    expect(again.book.list('epm')).toHaveLength(0)
  })

  it('gives harmonics with angles for one cycle, and asks for the unit where its registers do not tell', async () => {
    const { desk } = deskOf('q100')
    const open = await desk.reconstruct(null)
    if (typeof open === 'string') throw new Error(open)
    expect(open.asksVoltageUnit).toBe(true)
    expect(open.channels.map(({ name }) => name)).toEqual(['i1', 'i2', 'i3'])
    expect(open.without.map(({ name }) => name)).toEqual(['u1', 'u2', 'u3'])
    const made = await desk.reconstruct('V')
    if (typeof made === 'string') throw new Error(made)
    expect(made.channels).toHaveLength(6)
    expect(made.label).toContain('not a captured waveform')
    const umd = await deskOf('umd').desk.reconstruct(null)
    if (typeof umd === 'string') throw new Error(umd)
    // Of the two places the document gives for what follows the angles of U2, the device answers only at one.
    expect(umd.channels.map(({ name }) => name)).toEqual(['u1', 'u2', 'u3', 'i1', 'i2', 'i3'])
    expect(await deskOf('pqm').desk.reconstruct(null)).toContain('no shape to draw')
  })

  it('reports a broken seal, and nothing while it is whole', async () => {
    const { desk } = deskOf('acuvim')
    await desk.lookAtState()
    expect(desk.told().alarms).toEqual([])
  })
})
