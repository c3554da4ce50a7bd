import { describe, expect, it } from 'vitest'
import { charged, overLimit } from './test-support/charged.ts'
import { createPlant, depot, profile } from './test-support/plant.ts'

describe('a charger with fewer phases than declared', () => {
  const oneCharger = (limit: number): unknown => ({
    version: 1,
    id: 'd',
    name: 'D',
    grid: { limit },
    lines: [{ id: 'lan', transport: 'tcp', host: '127.0.0.1', port: 502 }],
    meters: [{ id: 'm0', profile: 'x', line: 'lan' }],
    circuits: [{ id: 'main', meter: 'm0', limit }],
    chargers: [{ id: 'cp1', profile: 'test', line: 'lan', circuit: 'main', maximum: 16, fallback: 6 }],
    control: { margin: 1 },
  })

  it.each([
    [11, 11],
    [20, 16],
  ])(
    'is counted where the meter above shows it, is told of once, and does not start and stop below %d A',
    async (limit, expected) => {
      const plant = createPlant({ site: oneCharger(limit), profile: profile({ terminals: [1, 2, 3] }) })
      plant.charger('cp1').lacks = ['L2', 'L3']
      plant.buildingA['main'] = { L1: 0, L2: 1, L3: 1 }
      // Armed before the car comes: of an excess that stands when control is armed nobody is taken for who ends it, and it pauses at first.
      await plant.run(4)
      await plant.arm()
      plant.plugIn('cp1', { phases: ['L1'] })
      await plant.run(60)
      const targets: number[] = []
      await plant.run(300, () => targets.push(plant.target('cp1')))
      expect(targets).toEqual(Array(300).fill(expected))
      expect(plant.last().chargers['cp1']?.phases).toEqual(['L1'])
      expect(plant.last().circuits['main']?.L1).toMatchObject({ otherLoadA: 0 })
      expect(plant.events.filter((event) => event.kind === 'charger-phases').map((event) => event.message)).toEqual([
        'cp1 is declared on L1, L2, L3, but measures no L2, L3: counted there too until a meter above has shown that it is not; if it is wired to L1 only, correct its phases in the site file to [L1]',
      ])
    },
  )

  it('is counted on a phase again with the first current measured there', async () => {
    const plant = createPlant({ site: oneCharger(20), profile: profile({ terminals: [1, 2, 3] }) })
    plant.charger('cp1').lacks = ['L2', 'L3']
    plant.buildingA['main'] = { L1: 0, L2: 1, L3: 1 }
    plant.plugIn('cp1', { phases: ['L1'] })
    await plant.run(100)
    expect(plant.last().chargers['cp1']?.phases).toEqual(['L1'])
    plant.charger('cp1').lacks = []
    plant.plugIn('cp1')
    await plant.run(4)
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
    expect(plant.events.find((event) => event.kind === 'charger-disobeys')?.message).toContain(
      'cp1 is not under control: 13 A was written, but the charger holds 17 A',
    )
    plant.charger('cp1').fault = 'none'
    await plant.run(60)
    expect(plant.target('cp1')).toBe(13)
    // It has to take its limit for a minute before that is told.
    await plant.run(20)
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
    expect(plant.events.slice(from).map((event) => event.kind)).toEqual([...kinds, 'fallback-ended', 'charger-obeys'])
    expect(plant.target('cp1')).toBeGreaterThan(6)
  })

  it('sets aside what a car draws that ignores its limit', async () => {
    const plant = await charged(6)
    plant.plugIn('cp1', { stubborn: true, maximumA: 24 })
    await plant.run(30)
    expect(plant.decisions.flatMap((decision) => decision.notes)).toContain(
      'cp1 draws 24 A although 17 A was set: what it draws is set aside',
    )
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
    // Beside it the 32 A it may draw do not fit the 63 A of its feeder: else what was not read yet keeps its fallback.
    plant.buildingA['f1'] = { L1: 44, L2: 44, L3: 44 }
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
        expect({
          seed,
          id,
          limitA: last?.limitA,
          inTime: (last?.atMs ?? Infinity) <= diedAtMs + 5000 + periodMs,
        }).toEqual({ seed, id, limitA: fallback, inTime: true })
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
    expect(plant.events.filter((event) => event.kind.startsWith('fallback')).map((event) => event.kind)).toEqual([
      'fallback',
      'fallback-ended',
    ])
    expect(plant.events.find((event) => event.kind === 'fallback')?.message).toMatch(
      /^meter m2 of f2 silent for [45]\.\d s: chargers cp4, cp5, cp6 at their fallback/,
    )
  })
})
