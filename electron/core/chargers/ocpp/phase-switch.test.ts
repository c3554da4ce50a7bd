import { describe, expect, it } from 'vitest'
import { openFakeSite } from './test-support/fake-site.ts'
import { plugMemoryCharger, type Oddness } from './test-support/memory-charger.ts'

/** A charger that control may switch between one phase and three, over a server in memory. */
const begin = async (odd: Oddness, ocpp: Record<string, unknown>) => {
  const site = openFakeSite(ocpp, { phaseSwitching: { phases: 'auto' } })
  const charger = plugMemoryCharger(site.connect, site.clock, odd)
  charger.boot()
  await site.clock.advance(3000)
  const settled = async <T>(promise: Promise<T> | undefined) => {
    await site.clock.settle()
    return promise
  }
  return {
    ...site,
    charger,
    write: (limitA: number) => settled(site.link.writeLimit(limitA)),
    switchTo: (phases: 1 | 3) => settled(site.link.switchPhases?.(phases)),
    sent: () =>
      charger.received
        .filter(([action]) => action === 'SetChargingProfile')
        .map(([, payload]) => JSON.stringify(payload)),
  }
}

describe('one phase or three over OCPP', () => {
  it('1.6: numberPhases of its schedule, paused, and read back from the schedule in force', async () => {
    const { charger, write, switchTo, latest, clock, sent } = await begin({}, { phaseSwitch: {} })
    await write(10)
    await clock.advance(3000)
    expect([charger.limit(), charger.phases(), latest()]).toMatchObject([10, 3, { phases: 3 }])
    expect(await switchTo(1)).toMatchObject({ ok: true })
    await clock.advance(3000)
    expect([charger.limit(), charger.phases(), latest()]).toMatchObject([0, 1, { phases: 1, limit: 0 }])
    await write(16)
    await clock.advance(3000)
    expect([charger.limit(), charger.phases(), latest()]).toMatchObject([16, 1, { phases: 1, limit: 16 }])
    // What it falls to does not move its contactor either.
    await clock.advance(61_000)
    expect([charger.limit(), charger.phases()]).toEqual([6, 1])
    expect(sent().join()).not.toContain('phaseToUse')
    expect(await switchTo(3)).toMatchObject({ ok: true })
    expect([charger.limit(), charger.phases()]).toEqual([0, 3])
  })

  it('2.0.1: asked whether it can; told which phase stays where it lets that be said', async () => {
    const able = await begin({ version: '2.0.1', switches: 'true' }, { version: '2.0.1' })
    await able.write(10)
    expect(await able.switchTo(1)).toMatchObject({ ok: true })
    await able.clock.advance(3000)
    expect(able.latest()).toMatchObject({ phases: 1, limit: 0 })
    expect(able.sent().at(-1)).toContain('"phaseToUse":1')
    const unable = await begin({ version: '2.0.1' }, { version: '2.0.1' })
    await unable.write(10)
    expect(await unable.switchTo(1)).toMatchObject({ ok: false, why: expect.stringContaining('cannot go from three') })
    expect([unable.charger.limit(), unable.charger.phases()]).toEqual([10, 3])
  })

  it('never while its vehicle draws', async () => {
    const { charger, write, switchTo, clock } = await begin({}, { phaseSwitch: {} })
    charger.begin()
    await write(10)
    charger.draw([10, 10, 10])
    await clock.advance(3000)
    expect(await switchTo(1)).toMatchObject({ ok: false, why: expect.stringContaining('draws current') })
    expect([charger.limit(), charger.phases()]).toEqual([10, 3])
  })

  it('never where nothing it says shows that its vehicle has stopped', async () => {
    const { write, switchTo, charger } = await begin(
      { answers: { TriggerMessage: () => ({ status: 'NotImplemented' }) } },
      { phaseSwitch: {} },
    )
    await write(10)
    expect(await switchTo(1)).toMatchObject({ ok: false, why: expect.stringContaining('it says no current') })
    expect([charger.limit(), charger.phases()]).toEqual([10, 3])
  })

  it('one that shows no number of phases is on nobody knows how many once it was told one; currents on others are three', async () => {
    const { charger, write, switchTo, latest, clock, observations } = await begin(
      { hidesPhases: true },
      { phaseSwitch: {} },
    )
    await write(10)
    await clock.advance(3000)
    expect(latest()).toMatchObject({ phases: 3 })
    await switchTo(1)
    await clock.advance(3000)
    const before = observations.length
    await clock.advance(10_000)
    const said = () =>
      observations
        .slice(before)
        .flatMap((each) => (each.kind === 'charger-samples' ? (each.samples['phases'] ?? []) : []))
    expect(said()).toEqual([])
    await write(16)
    charger.draw([16, 16, 16])
    await clock.advance(5000)
    expect(said().map(({ value }) => value)).toContain(3)
  })

  it('a program that begins anew leaves a charger on the one phase it finds it on', async () => {
    const first = await begin({}, { phaseSwitch: {} })
    await first.write(10)
    await first.switchTo(1)
    await first.write(16)
    const site = openFakeSite({ phaseSwitch: {} }, { phaseSwitching: { phases: 'auto' } })
    const shown = { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 16, numberPhases: 1 }] }
    const written: unknown[] = []
    site.connect('CP-1', '1.6', {
      GetCompositeSchedule: () => ({ status: 'Accepted', connectorId: 1, chargingSchedule: shown }),
      SetChargingProfile: (payload) => {
        written.push(payload)
        return { status: 'Accepted' }
      },
    })
    const outcome = site.link.writeLimit(12)
    await site.clock.advance(2000)
    expect(await outcome).toMatchObject({ ok: true })
    expect(JSON.stringify(written[0])).toContain('"numberPhases":1')
  })
})
