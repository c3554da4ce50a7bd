import { describe, expect, it } from 'vitest'
import { charged } from './test-support/charged.ts'
import { createPlant, depot, profile } from './test-support/plant.ts'

describe('heartbeats', () => {
  it('rewrites a limit that expires within a third of its time, and stops when decisions stop', async () => {
    const plant = await charged(2)
    const beats = plant.writes.filter(
      (write) => write.reason === 'heartbeat' && write.state === 'pending' && write.chargerId === 'cp1',
    )
    expect(beats.length).toBeGreaterThanOrEqual(5)
    const before = plant.charger('cp1').writes.length
    plant.stopCycles()
    await plant.run(120)
    expect(plant.charger('cp1').writes.length).toBe(before)
  })
  it('feeds a token watchdog only from decisions', async () => {
    const register = { address: 90, type: 'uint16' as const, scale: 1 }
    const plant = createPlant({
      site: depot(),
      profile: profile({ watchdog: { kind: 'token', timeoutS: 30, register, value: 1 } }),
    })
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
    expect(plant.mayAsk('cp1')).toBe(true)
    plant.startCycles()
    await plant.arm()
    await plant.run(10)
    expect(plant.mayAsk('cp1')).toBe(true)
    plant.stopCycles()
    await plant.run(5)
    expect(plant.mayAsk('cp1')).toBe(false)
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
    expect(plant.events.at(-1)?.message).toBe(
      'Control ended by Operator (maintenance): every charger is at its fallback',
    )
    const count = plant.writes.length
    await plant.run(60)
    expect(plant.writes.length).toBe(count)
  })
  it('takes 3 s at most when a charger does not answer, and says which', async () => {
    const plant = await charged(6)
    plant.charger('cp2').fault = 'silent'
    let done = false
    void plant.controller.shutdown('the application closes').then(() => {
      done = true
    })
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
    void plant.controller.shutdown('the application closes').then(() => {
      done = true
    })
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
    expect(
      plant.audit.map((row) => row.action),
      'a program that ends here is one that ended while armed',
    ).toEqual(['arm'])
    await plant.run(3)
    await leaving
    expect(plant.events.at(-1)?.message).toContain('cp1 not read until the own watchdog has fired')
    expect(plant.audit.at(-1)).toMatchObject({
      action: 'disarm',
      detail: { reason: 'maintenance', notAtFallback: ['cp1'] },
    })
    await plant.run(60, () => {
      expect(plant.mayAsk('cp1')).toBe(false)
      expect(plant.mayAsk('cp2')).toBe(true)
    })
    await plant.run(15)
    expect(plant.mayAsk('cp1')).toBe(true)
  })
  it('does not touch a charger on shutdown when it only watched', async () => {
    const plant = createPlant({ site: depot() })
    await plant.run(10)
    await plant.controller.shutdown('the application closes')
    expect(plant.writes).toEqual([])
  })
})
