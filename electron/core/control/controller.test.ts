import { describe, expect, it } from 'vitest'
import type { Image } from '../../../shared/model/image.ts'
import { goodSample } from '../../../shared/model/sample.ts'
import { createOtherLoad } from './other-load.ts'
import { createPlant, depot, profile, type Plant } from './test-support/plant.ts'

const overLimit = (plant: Plant): string[] => plant.site.circuits.flatMap((circuit) => (['L1', 'L2', 'L3'] as const)
  .filter((phase) => plant.current(circuit.id, phase) > (circuit.limit ?? Infinity) + 0.01).map((phase) => `${circuit.id} ${phase} ${plant.current(circuit.id, phase)}`))

const charged = async (count = 6, options: Parameters<typeof depot>[0] = {}) => {
  const plant = createPlant({ site: depot({ chargers: count, ...options }) })
  for (let index = 1; index <= count; index += 1) plant.plugIn(`cp${index}`)
  await plant.run(4)
  await plant.arm()
  await plant.run(180)
  return plant
}

describe('watching', () => {
  it('decides and explains but writes nothing until it is armed', async () => {
    const plant = createPlant({ site: depot() })
    for (const id of ['cp1', 'cp2', 'cp3']) plant.plugIn(id)
    await plant.run(120)
    expect(plant.last().mode).toBe('monitoring')
    expect(plant.target('cp1')).toBe(21)
    expect(plant.last().chargers['cp1']?.why).toBe('21 A, bound by f1, L1 (limit 63 A, other load 0 A, shared by 3 chargers)')
    expect(Object.values(plant.chargers).flatMap((charger) => charger.writes)).toEqual([])
  })
  it('is armed on purpose, recorded, once per intent, and refused when read-only', async () => {
    const plant = createPlant({ site: depot() })
    await plant.run(5)
    const intent = { intentId: 'i1', who: 'Operator', reason: 'commissioning' }
    expect((await plant.controller.arm(intent)).mode).toBe('armed')
    await plant.controller.arm(intent)
    expect(plant.audit).toEqual([{ who: 'Operator', action: 'arm', subject: 'depot', detail: { reason: 'commissioning' } }])
    const readOnly = createPlant({ site: depot(), readOnly: { why: 'held by process 4711' } })
    await expect(readOnly.controller.arm(intent)).rejects.toThrow('control cannot be armed here: held by process 4711')
  })
})

describe('sharing', () => {
  it('shares equally inside every limit and verifies each limit by reading it back', async () => {
    const plant = await charged()
    expect(['cp1', 'cp2', 'cp3', 'cp4', 'cp5', 'cp6'].map(plant.target)).toEqual([17, 17, 17, 17, 16, 16])
    expect(Object.values(plant.controller.state().writes).map((write) => write.state)).toEqual(Array(6).fill('verified'))
    expect(overLimit(plant)).toEqual([])
    expect(plant.last().circuits['main']?.L1).toEqual({ limitA: 100, otherLoadA: 0, allocatedA: 100 })
  })

  it('takes limits down in the very cycle that sees a load step, and up only after the room has lasted', async () => {
    const plant = await charged(6, { control: { increaseDelay: 10, increaseStep: 4 } })
    plant.buildingA['f1'] = { L1: 0, L2: 30, L3: 0 }
    await plant.run(2)
    expect(['cp1', 'cp2', 'cp3'].map(plant.target)).toEqual([11, 11, 11])
    expect(plant.last().chargers['cp1']?.boundBy[0]).toMatchObject({ kind: 'circuit-limit', circuitId: 'f1', phase: 'L2' })
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

  it('counts a one-phase car on three phases until it has charged steadily, then only where it draws', async () => {
    const plant = createPlant({ site: depot() })
    plant.plugIn('cp1', { phases: ['L1'] })
    await plant.run(4)
    await plant.arm()
    await plant.run(10)
    expect(plant.last().chargers['cp1']?.phases).toEqual(['L1', 'L2', 'L3'])
    await plant.run(40)
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
    expect(plant.target('cp1')).toBe(32)
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
    expect(plant.last().notes).toEqual(['f1 shows export on L1, but no generation is declared: counted as load; check the CT direction'])
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
      seq: 1, atMs: clock.nowMs(), circuits: {}, chargers: {},
      meters: Object.fromEntries(['m0', 'm1', 'm2'].map((id) => [id, { samples: {
        ...Object.fromEntries(['l1', 'l2', 'l3'].map((phase) => [`i_${phase}`, goodSample(20, clock.nowMs())])),
        ...Object.fromEntries(['l1', 'l2', 'l3'].map((phase) => [`p_${phase}`, goodSample(-4600, clock.nowMs() - powerAgeMs)])),
      } }])),
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
    await plant.run(10)
    expect(['cp1', 'cp2', 'cp3'].map(plant.target)).toEqual([7, 7, 0])
    expect(plant.last().chargers['cp3']?.why).toBe('Paused, bound by f1, L1 (limit 63 A, other load 49 A, shared by 2 chargers)')
    plant.buildingA['f1'] = { L1: 0, L2: 0, L3: 0 }
    await plant.run(25)
    expect(plant.target('cp3')).toBe(0)
    expect(plant.last().chargers['cp3']?.boundBy[0]?.kind).toBe('resume-delay')
    await plant.run(15)
    expect(plant.target('cp3')).toBeGreaterThanOrEqual(6)
    for (const charger of Object.values(plant.chargers)) for (const write of charger.writes) expect(write.limitA === 0 || write.limitA >= 6).toBe(true)
  })
})

describe('a charger with fewer phases than declared', () => {
  const oneCharger = (limit: number): unknown => ({
    version: 1, id: 'd', name: 'D', grid: { limit }, lines: [{ id: 'lan', transport: 'tcp', host: '127.0.0.1', port: 502 }],
    meters: [{ id: 'm0', profile: 'x', line: 'lan' }], circuits: [{ id: 'main', meter: 'm0', limit }],
    chargers: [{ id: 'cp1', profile: 'test', line: 'lan', circuit: 'main', maximum: 16, fallback: 6 }], control: { margin: 1 },
  })

  it.each([[11, 11], [20, 16]])('is counted where it is wired, is told of once, and does not start and stop below %d A', async (limit, expected) => {
    const plant = createPlant({ site: oneCharger(limit), profile: profile({ terminals: [1, 2, 3] }) })
    plant.charger('cp1').lacks = ['L2', 'L3']
    plant.plugIn('cp1', { phases: ['L1'] })
    await plant.run(4)
    await plant.arm()
    await plant.run(30)
    const targets: number[] = []
    await plant.run(300, () => targets.push(plant.target('cp1')))
    expect(targets).toEqual(Array(300).fill(expected))
    expect(plant.last().chargers['cp1']?.phases).toEqual(['L1'])
    expect(plant.last().circuits['main']?.L1).toMatchObject({ otherLoadA: 0 })
    expect(plant.events.filter((event) => event.kind === 'charger-phases').map((event) => event.message)).toEqual([
      'cp1 is declared on L1, L2, L3, but says it has no L2, L3: counted on L1 only; correct its phases in the site file to [L1]',
    ])
  })

  it('is counted on a phase again with the first current measured there', async () => {
    const plant = createPlant({ site: oneCharger(20), profile: profile({ terminals: [1, 2, 3] }) })
    plant.charger('cp1').lacks = ['L2', 'L3']
    plant.plugIn('cp1')
    await plant.run(10)
    expect(plant.last().chargers['cp1']?.phases).toEqual(['L1'])
    plant.charger('cp1').lacks = []
    await plant.run(3)
    expect(plant.last().chargers['cp1']?.phases).toEqual(['L1', 'L2', 'L3'])
    plant.charger('cp1').lacks = ['L2', 'L3']
    await plant.run(60)
    expect(plant.last().chargers['cp1']?.phases).toEqual(['L1', 'L2', 'L3'])
  })

  it('is not inferred where the profile has no register for the terminal', async () => {
    const plant = createPlant({ site: oneCharger(20), profile: profile({ terminals: [1] }) })
    plant.charger('cp1').lacks = ['L2', 'L3']
    plant.plugIn('cp1')
    await plant.run(60)
    expect(plant.last().chargers['cp1']?.phases).toEqual(['L1', 'L2', 'L3'])
    expect(plant.events).toEqual([])
  })
})

describe('losing sight', () => {
  it('sets aside what a charger that cannot be read may draw, on all its phases', async () => {
    const plant = await charged(6)
    plant.charger('cp1').readable = false
    await plant.run(8)
    expect(plant.last().notes.join()).toContain('cp1 has not been read for')
    expect(plant.last().chargers['cp1']).toMatchObject({ state: 'fallback', targetA: 6 })
    // cp1 still draws what it was last told, inside the metered current, and 32 A are set aside beside it.
    expect(plant.target('cp2') + plant.target('cp3')).toBeLessThanOrEqual(31)
    plant.charger('cp1').readable = true
    await plant.run(120)
    expect(plant.target('cp1')).toBeGreaterThanOrEqual(16)
  })

  it('one lost poll only holds raises; nothing falls back', async () => {
    const plant = await charged(6)
    plant.deadMeters.add('m1')
    await plant.run(2)
    plant.deadMeters.delete('m1')
    await plant.run(3)
    expect(plant.events.filter((event) => event.kind === 'fallback')).toEqual([])
    expect(plant.decisions.flatMap((decision) => decision.notes).join()).toContain('meter m1 is late')
  })

  it('reserves what a charger holds that ignores its limit, and says who does not obey', async () => {
    const plant = await charged(6)
    plant.charger('cp1').fault = 'ignore'
    plant.buildingA['f1'] = { L1: 24, L2: 24, L3: 24 }
    await plant.run(60)
    // cp1 stays at 17 A: 63 - 24 - 17 = 22 for two.
    expect(['cp2', 'cp3'].map(plant.target)).toEqual([11, 11])
    expect(overLimit(plant)).toEqual([])
    expect(plant.events.find((event) => event.kind === 'charger-disobeys')?.message).toContain('cp1 is not under control: 13 A was written, but the charger holds 17 A')
    plant.charger('cp1').fault = 'none'
    await plant.run(60)
    expect(plant.target('cp1')).toBe(13)
    expect(plant.events.map((event) => event.kind)).toContain('charger-obeys')
  })

  it('sets aside what another system sets, tells it once, and does not fight over it', async () => {
    const plant = await charged(2)
    const from = plant.events.length
    let overwrites = true
    const overwrite = (): void => {
      if (overwrites) plant.charger('cp1').limitA = 25
      plant.clock.after(8000, overwrite)
    }
    overwrite()
    await plant.run(600)
    const kinds = plant.events.slice(from).map((event) => event.kind)
    expect(kinds).toEqual(['charger-problem', 'charger-problem', 'charger-disobeys', 'fallback'])
    expect(plant.last().chargers['cp1']).toMatchObject({ state: 'fallback', targetA: 6 })
    expect(plant.last().notes.join()).toContain('cp1 is not under control: another system sets its limit')
    expect(plant.last().circuits['f1']?.L1?.allocatedA).toBe(25)
    overwrites = false
    await plant.run(180)
    expect(plant.events.slice(from).map((event) => event.kind)).toEqual([...kinds, 'charger-obeys', 'fallback-ended'])
    expect(plant.target('cp1')).toBeGreaterThan(6)
  })

  it('sets aside what a car draws that ignores its limit', async () => {
    const plant = await charged(6)
    plant.plugIn('cp1', { stubborn: true, maximumA: 24 })
    await plant.run(30)
    expect(plant.decisions.flatMap((decision) => decision.notes)).toContain('cp1 draws 24 A although 17 A was set: what it draws is set aside')
    expect(plant.last().chargers['cp1']).toMatchObject({ state: 'fallback', targetA: 6 })
    expect(plant.current('f1', 'L1')).toBeLessThanOrEqual(63)
    expect(plant.current('main', 'L1')).toBeLessThanOrEqual(100)
  })

  it('never tells a charger that cannot be read more than its last order while the meters are seen', async () => {
    const plant = await charged(6, { fallback: 10 })
    plant.buildingA['f1'] = { L1: 62, L2: 62, L3: 62 }
    await plant.run(15)
    expect(['cp1', 'cp2', 'cp3'].map(plant.target)).toEqual([0, 0, 0])
    for (const id of ['cp1', 'cp2', 'cp3']) plant.charger(id).readable = false
    await plant.run(30, () => expect(plant.current('f1', 'L1')).toBeLessThanOrEqual(63))
    expect(plant.last().chargers['cp1']).toMatchObject({ state: 'fallback', targetA: 0 })
  })

  it('does not raise a charger to its fallback because its car draws more than it was given', async () => {
    const plant = await charged(6, { fallback: 16 })
    plant.buildingA['f1'] = { L1: 44, L2: 44, L3: 44 }
    await plant.run(20)
    expect(plant.target('cp1')).toBe(7)
    for (const id of ['cp1', 'cp2', 'cp3']) plant.plugIn(id, { stubborn: true, maximumA: 8.5 })
    await plant.run(25)
    for (const id of ['cp1', 'cp2', 'cp3']) expect(plant.target(id)).toBeLessThanOrEqual(7)
    for (const id of ['cp1', 'cp2', 'cp3']) plant.plugIn(id)
    await plant.run(20, () => expect(overLimit(plant).filter((line) => line.startsWith('main'))).toEqual([]))
    expect(plant.current('f1', 'L1')).toBeLessThanOrEqual(63.01)
  })

  it('tells the lowest it can hold where the charger cannot be paused', async () => {
    const plant = createPlant({ site: depot({ chargers: 2, fallback: 12 }), profile: profile({ pause: false }) })
    plant.charger('cp1').readable = false
    await plant.run(4)
    await plant.arm()
    await plant.run(10)
    expect(plant.target('cp1')).toBe(6)
  })

  it('does not count twice what an unread charger draws where the other load is declared', async () => {
    const declared = depot({ chargers: 4 }) as { circuits: { id: string; otherLoad?: number }[] }
    for (const circuit of declared.circuits) circuit.otherLoad = circuit.id === 'main' ? 30 : 0
    const plant = createPlant({ site: declared })
    for (const id of ['cp1', 'cp2']) plant.plugIn(id)
    await plant.run(4)
    await plant.arm()
    await plant.run(120)
    plant.charger('cp1').readable = false
    await plant.run(10)
    // 63 A - 32 A set aside; the 31 A cp1 draws inside the metered current are its own, not a building's.
    expect(plant.last().circuits['f1']?.L1?.otherLoadA).toBe(0)
    expect(plant.target('cp2')).toBe(31)
  })

  it('keeps a dead meter dead when the computer clock is set back', async () => {
    const plant = await charged(6)
    plant.deadMeters.add('m1')
    plant.clock.setUtc(plant.clock.nowMs() - 3_600_000)
    await plant.run(6)
    expect(plant.last().chargers['cp1']?.state).toBe('fallback')
  })
})

describe('dead meter', () => {
  it('brings the chargers below it to the fallback within 5 s plus one poll, in every one of 100 runs', async () => {
    for (let seed = 1; seed <= 100; seed += 1) {
      const periodMs = [200, 500, 1000, 2000][seed % 4] ?? 1000
      const plant = createPlant({ site: depot({ meterPeriodMs: periodMs, fallback: seed % 3 === 0 ? 0 : 8 }), seed })
      for (let index = 1; index <= 6; index += 1) plant.plugIn(`cp${index}`)
      await plant.run(4)
      await plant.arm()
      await plant.clock.advance(40_000 + seed * 37)
      const diedAtMs = plant.clock.nowMs()
      plant.deadMeters.add(seed % 2 === 0 ? 'm1' : 'm0')
      const under = seed % 2 === 0 ? ['cp1', 'cp2', 'cp3'] : ['cp1', 'cp2', 'cp3', 'cp4', 'cp5', 'cp6']
      await plant.clock.advance(5000 + periodMs + 20)
      const fallback = seed % 3 === 0 ? 0 : 8
      for (const id of under) {
        const last = plant.charger(id).writes.at(-1)
        expect({ seed, id, limitA: last?.limitA, inTime: (last?.atMs ?? Infinity) <= diedAtMs + 5000 + periodMs }).toEqual({ seed, id, limitA: fallback, inTime: true })
        expect(plant.charger(id).limitA).toBe(fallback)
      }
      expect(plant.last().notes.some((note) => note.includes('at their fallback'))).toBe(true)
    }
  })

  it('says it once and says when it is over', async () => {
    const plant = await charged(6)
    plant.deadMeters.add('m2')
    await plant.run(20)
    plant.deadMeters.delete('m2')
    await plant.run(20)
    expect(plant.events.filter((event) => event.kind.startsWith('fallback')).map((event) => event.kind)).toEqual(['fallback', 'fallback-ended'])
    expect(plant.events.find((event) => event.kind === 'fallback')?.message).toMatch(/^meter m2 of f2 silent for [45]\.\d s: chargers cp4, cp5, cp6 at their fallback/)
  })
})

describe('heartbeats', () => {
  it('rewrites a limit that expires within a third of its time, and stops when decisions stop', async () => {
    const plant = await charged(2)
    const beats = plant.writes.filter((write) => write.reason === 'heartbeat' && write.state === 'pending' && write.chargerId === 'cp1')
    expect(beats.length).toBeGreaterThanOrEqual(5)
    const before = plant.charger('cp1').writes.length
    plant.stopCycles()
    await plant.run(120)
    expect(plant.charger('cp1').writes.length).toBe(before)
  })
  it('feeds a token watchdog only from decisions', async () => {
    const register = { address: 90, type: 'uint16' as const, scale: 1 }
    const plant = createPlant({ site: depot(), profile: profile({ watchdog: { kind: 'token', timeoutS: 30, register, value: 1 } }) })
    await plant.run(4)
    expect(plant.charger('cp1').feeds).toBe(0)
    await plant.arm()
    await plant.run(60)
    expect(plant.charger('cp1').feeds).toBeGreaterThanOrEqual(6)
    plant.stopCycles()
    const before = plant.charger('cp1').feeds
    await plant.run(60)
    expect(plant.charger('cp1').feeds).toBe(before)
  })
  it('stops polling a charger whose watchdog any request feeds, when decisions stop', async () => {
    const plant = createPlant({ site: depot(), profile: profile({ watchdog: { kind: 'poll', timeoutS: 30 } }) })
    await plant.run(4)
    plant.stopCycles()
    await plant.run(10)
    expect(plant.controller.mayPoll('cp1')).toBe(true)
    plant.startCycles()
    await plant.arm()
    await plant.run(10)
    expect(plant.controller.mayPoll('cp1')).toBe(true)
    plant.stopCycles()
    await plant.run(5)
    expect(plant.controller.mayPoll('cp1')).toBe(false)
  })
})

describe('the end', () => {
  it('writes the fallback to every charger on disarm and on shutdown, and nothing after it', async () => {
    const plant = await charged(6)
    const leaving = plant.controller.disarm({ who: 'Operator', reason: 'maintenance' })
    await plant.run(2)
    expect((await leaving).mode).toBe('monitoring')
    expect(Object.values(plant.chargers).map((charger) => charger.limitA)).toEqual(Array(6).fill(6))
    expect(plant.audit.map((row) => row.action)).toEqual(['arm', 'disarm'])
    expect(plant.events.at(-1)?.message).toBe('Control ended by Operator (maintenance): every charger is at its fallback')
    const count = plant.writes.length
    await plant.run(60)
    expect(plant.writes.length).toBe(count)
  })
  it('takes 3 s at most when a charger does not answer, and says which', async () => {
    const plant = await charged(6)
    plant.charger('cp2').fault = 'silent'
    let done = false
    void plant.controller.shutdown('the application closes').then(() => { done = true })
    await plant.run(3)
    await plant.clock.advance(10)
    expect(done).toBe(true)
    expect(plant.charger('cp2').writes.length).toBeGreaterThan(1)
    expect(plant.events.at(-1)?.message).toContain('not confirmed at their fallback: cp2')
    expect(plant.charger('cp1').limitA).toBe(6)
    const count = plant.charger('cp1').writes.length
    await plant.run(30)
    expect(plant.charger('cp1').writes.length).toBe(count)
    await expect(plant.arm()).rejects.toThrow('control has ended')
  })
  it('is over before control is armed again: no farewell is written over a new decision', async () => {
    const plant = await charged(6)
    plant.charger('cp1').fault = 'refuse'
    void plant.controller.disarm({ who: 'Operator', reason: 'by mistake' })
    await plant.run(1)
    plant.charger('cp1').fault = 'none'
    const arming = plant.arm()
    await plant.run(4)
    expect((await arming).mode).toBe('armed')
    const kinds = plant.events.map((event) => event.kind).filter((kind) => kind === 'armed' || kind === 'disarmed')
    expect(kinds).toEqual(['armed', 'disarmed', 'armed'])
    const armedAtMs = plant.controller.state().armed?.atMs ?? Infinity
    await plant.run(60)
    expect(plant.writes.filter((write) => write.reason === 'disarm' && write.atMs > armedAtMs)).toEqual([])
    expect(plant.target('cp1')).toBe(17)
    expect(plant.charger('cp1').limitA).toBe(plant.target('cp1'))
  })
  it('is waited for by a shutdown that comes during a disarm', async () => {
    const plant = await charged(6)
    plant.charger('cp1').fault = 'silent'
    let done = false
    void plant.controller.disarm({ who: 'Operator', reason: 'maintenance' })
    void plant.controller.shutdown('the application closes').then(() => { done = true })
    await plant.run(2)
    expect(done).toBe(false)
    await plant.run(2)
    expect(done).toBe(true)
  })
  it('leaves a charger it could not bring to its fallback alone until its own watchdog has fired, where reading would feed it', async () => {
    const plant = createPlant({ site: depot(), profile: profile({ watchdog: { kind: 'poll', timeoutS: 60 } }) })
    plant.plugIn('cp1')
    await plant.run(4)
    await plant.arm()
    await plant.run(60)
    plant.charger('cp1').fault = 'refuse'
    const leaving = plant.controller.disarm({ who: 'Operator', reason: 'maintenance' })
    await plant.run(1)
    expect(plant.audit.map((row) => row.action), 'a program that ends here is one that ended while armed').toEqual(['arm'])
    await plant.run(3)
    await leaving
    expect(plant.events.at(-1)?.message).toContain('cp1 not read until the own watchdog has fired')
    expect(plant.audit.at(-1)).toMatchObject({ action: 'disarm', detail: { reason: 'maintenance', notAtFallback: ['cp1'] } })
    await plant.run(60, () => {
      expect(plant.controller.mayPoll('cp1')).toBe(false)
      expect(plant.controller.mayPoll('cp2')).toBe(true)
    })
    await plant.run(15)
    expect(plant.controller.mayPoll('cp1')).toBe(true)
  })
  it('does not touch a charger on shutdown when it only watched', async () => {
    const plant = createPlant({ site: depot() })
    await plant.run(10)
    await plant.controller.shutdown('the application closes')
    expect(plant.writes).toEqual([])
  })
})
