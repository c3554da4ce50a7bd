import { eventText } from '../../../shared/said/event.ts'
import { describe, expect, it } from 'vitest'
import type { Live } from '../../../shared/api/live-contract.ts'
import type { SocketTest } from '../../../shared/api/commissioning-contract.ts'
import type { Phase } from '../../../shared/model/phase.ts'
import { createPlant, depot, type Plant } from '../control/test-support/plant.ts'
import { createSocketTests } from './socket-tests.ts'

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** The doctor on a plant: its pictures once a second, its intents to the plant's own controller. */
const doctorOn = (plant: Plant) => {
  const listeners = new Set<(live: Live) => void>()
  const live = (): Live => ({ image: plant.image(), control: plant.controller.state(), findings: [], notAssessed: [] })
  let ids = 0
  const events: string[] = []
  const tests = createSocketTests({
    site: plant.site,
    log: quiet,
    newId: () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`,
    nowMs: () => plant.clock.nowMs(),
    live,
    listen: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    control: plant.controller,
    tell: (news) => events.push(eventText('wiring-test', news)),
  })
  const run = async (seconds: number, each?: () => void) => {
    for (let second = 0; second < seconds; second += 1) {
      await plant.run(1, each)
      const now = live()
      for (const listener of listeners) listener(now)
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
    }
  }
  const resultOf = (chargerId: string): SocketTest => {
    const found = tests.all().find((each) => each.chargerId === chargerId)
    if (found === undefined) throw new Error(`no test of ${chargerId}`)
    return found
  }
  const runningOverrides = () =>
    plant.controller
      .state()
      .overrides.filter(({ state }) => ['pending', 'written', 'verified', 'failed'].includes(state))
  return { tests, run, events, resultOf, runningOverrides }
}

const started = async (car: { phases?: readonly Phase[]; maximumA?: number } = {}, options = {}) => {
  const plant = createPlant({ site: depot(options) })
  plant.plugIn('cp1', { maximumA: 16, ...car })
  plant.plugIn('cp2', { maximumA: 16 })
  await plant.run(5)
  await plant.arm()
  const doctor = doctorOn(plant)
  await doctor.run(60)
  return { plant, ...doctor }
}
const person = { who: 'E. Engineer', reason: 'acceptance', repeats: 3 }

describe('the test of a socket', () => {
  it('shows each meter’s answer, its gain, its settle time, and gives everything back, in less than three minutes', async () => {
    const { plant, tests, run, resultOf, runningOverrides } = await started()
    const before = plant.target('cp2')
    await tests.start({ chargerId: 'cp1', ...person })
    let longest = 0
    await run(200, () => {
      if (resultOf('cp1').state === 'running') longest += 1
    })
    const result = resultOf('cp1')
    expect(result).toMatchObject({ state: 'done', steps: 6 })
    expect(longest).toBeLessThan(180)
    const byMeter = Object.fromEntries(result.matrix.map((row) => [row.meterId, row]))
    for (const id of ['m0', 'm1']) {
      expect(byMeter[id]?.isAbove).toBe(true)
      for (const phase of ['L1', 'L2', 'L3'] as const) {
        expect(byMeter[id]?.phases[phase].gain).toBeCloseTo(1, 1)
        expect(byMeter[id]?.phases[phase].stepA).toBeCloseTo(10, 0)
      }
      expect(byMeter[id]?.settleMs).toBeGreaterThan(0)
    }
    expect(byMeter['m2']?.phases.L1.responds).toBe(false)
    expect(result.unknown.join()).toContain('single-phase')
    expect(runningOverrides()).toEqual([])
    await run(30)
    expect(plant.target('cp2')).toBe(before)
  })

  it('reads slow meters between two raises of the load control, not across one', async () => {
    const { tests, run, resultOf } = await started({}, { meterPeriodMs: 2000 })
    await tests.start({ chargerId: 'cp1', ...person })
    await run(330)
    const result = resultOf('cp1')
    expect(result).toMatchObject({ state: 'done', steps: 6 })
    for (const row of result.matrix.filter(({ isAbove }) => isAbove)) {
      expect(row.phases.L2.stepA).toBeCloseTo(10, 0)
      expect(row.phases.L2.gainError).toBeLessThan(0.02)
    }
  })

  it('goes on without a meter that is read once a minute, and says so', async () => {
    const site = depot() as { meters: { id: string; periodMs: number }[] }
    const plant = createPlant({
      site: {
        ...site,
        meters: site.meters.map((meter) => (meter.id === 'm2' ? { ...meter, periodMs: 60_000 } : meter)),
      },
    })
    plant.plugIn('cp1', { maximumA: 16 })
    await plant.run(65)
    await plant.arm()
    const { tests, run, resultOf } = doctorOn(plant)
    await run(20)
    await tests.start({ chargerId: 'cp1', ...person, repeats: 1 })
    await run(100)
    const { matrix, unknown } = resultOf('cp1')
    expect(matrix.map(({ meterId }) => meterId)).toEqual(['m0', 'm1'])
    expect(unknown.join()).toContain('m2 is read every 60 s')
  })

  it('finds a turned socket with a single-phase car, and proposes the map', async () => {
    const { plant, tests, run, resultOf } = await started({ phases: ['L2'] })
    // The charger says what flows at its first terminal, which is declared to be on L1.
    Object.assign(plant.charger('cp1').shows, { L1: 'L2', L2: 'nothing', L3: 'nothing' })
    await tests.start({ chargerId: 'cp1', ...person })
    await run(200)
    const result = resultOf('cp1')
    expect(result.state).toBe('done')
    expect(result.findings.find(({ subject }) => subject.kind === 'charger')).toMatchObject({ state: 'wrong' })
    expect(result.changes).toEqual([
      expect.objectContaining({ change: { kind: 'charger-phases', id: 'cp1', phases: ['L2', 'L3', 'L1'] } }),
    ])
  })

  it('finds a wrong ratio and a reversed transformer', async () => {
    const { plant, tests, run, resultOf } = await started()
    plant.factors['m1'] = 1.25
    plant.reversed.add('m0 L3')
    await tests.start({ chargerId: 'cp1', ...person })
    await run(200)
    const { findings } = resultOf('cp1')
    expect(findings.find(({ subject, says }) => subject.id === 'm1' && says.includes('1.25 times'))?.state).toBe(
      'wrong',
    )
    expect(
      findings.find(({ subject, says }) => subject.id === 'm0' && /transformer L3 reversed/.test(says)),
    ).toBeDefined()
  })

  it.each([
    ['a car that leaves', (plant: Plant) => plant.unplug('cp1'), /car (left|stopped)/],
    ['a silent meter', (plant: Plant) => plant.deadMeters.add('m1'), /silent|fallback/],
    [
      'a charger that ignores',
      (plant: Plant) => (plant.charger('cp1').fault = 'ignore'),
      /does not obey|could not be written|fallback/,
    ],
    ['a breaker that opens', (plant: Plant) => (plant.deadMeters.add('m1'), plant.unplug('cp1')), /./],
    ['a disarm', (plant: Plant) => void plant.controller.disarm({ who: 'X', reason: 'now' }), /disarmed|ended/],
  ])('%s ends it as not done, with the reason, and nothing is left behind', async (_, happens, why) => {
    const { plant, tests, run, resultOf, runningOverrides } = await started()
    await tests.start({ chargerId: 'cp1', ...person })
    await run(30)
    happens(plant)
    await run(130)
    expect(resultOf('cp1').state).toBe('not-done')
    expect(resultOf('cp1').says).toMatch(why)
    expect(runningOverrides()).toEqual([])
  })

  it('is refused without a car, without arming, beside another test and on a person’s override', async () => {
    const plant = createPlant({ site: depot() })
    await plant.run(5)
    const { tests, run } = doctorOn(plant)
    await expect(tests.start({ chargerId: 'cp1', ...person })).rejects.toThrow(/not armed/)
    await plant.arm()
    await run(5)
    await expect(tests.start({ chargerId: 'cp1', ...person })).rejects.toThrow(/no car/)
    plant.plugIn('cp1')
    plant.plugIn('cp2')
    await run(20)
    await plant.controller.setOverride({
      intentId: 'x',
      chargerId: 'cp2',
      limitA: 8,
      ttlS: 600,
      who: 'P',
      reason: 'mine',
    })
    await expect(tests.start({ chargerId: 'cp2', ...person })).rejects.toThrow(/override of P/)
    await tests.start({ chargerId: 'cp1', ...person })
    await expect(tests.start({ chargerId: 'cp1', ...person })).rejects.toThrow(/one socket at a time/)
    await tests.stop('P')
    // A person's own override is not the test's to end.
    expect(
      plant.controller.state().overrides.filter(({ state }) => state === 'verified' || state === 'pending'),
    ).toHaveLength(1)
  })
})
