import { describe, expect, it } from 'vitest'
import { planOf, usualNumbers } from '../../../shared/acceptance/plan.ts'
import { runFormat, runVersion, type AcceptanceRun, type AcceptanceStep } from '../../../shared/acceptance/run.ts'
import type { StepKind } from '../../../shared/acceptance/step-kinds.ts'
import { modbusAbilities } from '../../../shared/charger/modbus-abilities.ts'
import type { Live } from '../../../shared/api/live-contract.ts'
import type { Image } from '../../../shared/model/image.ts'
import { phases } from '../../../shared/model/phase.ts'
import { waitingSample } from '../../../shared/model/sample.ts'
import { circuitLimitA } from '../../../shared/site/circuit-limit.ts'
import { createPlant, depot, profile, type Plant } from '../control/test-support/plant.ts'
import { forgetfulAcceptance, type AcceptanceShelf } from './acceptance-shelf.ts'
import { createConductor } from './conductor.ts'
import { createRunBook } from './run-book.ts'
import type { StepIntents } from './step-world.ts'

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const numbers = { ...usualNumbers, overloadS: 40, overrideS: 30, settleS: 20, communicationMinutes: 0.1 }
const health = (plant: Plant) => ({
  atMs: plant.clock.nowMs(),
  lines: {},
  devices: {},
  store: { state: 'ok' as const, problem: null, readingsSinceMs: null, bytes: 0 },
  cycle: { durationMs: 1, latenessMs: 0 },
})

/** A conductor on a plant: its pictures once a second, its intents to the plant's own controller. */
const conductorOn = async (
  plant: Plant,
  kinds: readonly StepKind[],
  shelf: AcceptanceShelf = forgetfulAcceptance(),
  able = modbusAbilities(profile()),
) => {
  const listeners = new Set<(live: Live) => void>()
  /** As core/derive makes them, which the plant has no need of. */
  const circuitsOf = (image: Image): Image['circuits'] =>
    Object.fromEntries(
      plant.site.circuits.map((circuit) => [
        circuit.id,
        {
          source: 'meter' as const,
          meterId: circuit.meter ?? null,
          ageMs: 0,
          phases: Object.fromEntries(
            phases.map((phase) => [
              phase,
              {
                currentA: image.meters[circuit.meter ?? '']?.samples[`i_${phase.toLowerCase()}`] ?? waitingSample,
                limitA: circuitLimitA(plant.site, circuit),
                headroomA: null,
                thermalUsedPercent: null,
              },
            ]),
          ),
        },
      ]),
    )
  const live = (): Live => {
    const image = plant.image()
    return {
      image: { ...image, circuits: circuitsOf(image) },
      control: plant.controller.state(),
      findings: [],
      notAssessed: [],
    }
  }
  const book = createRunBook(shelf, quiet)
  await book.load()
  const abilities = new Map([...plant.site.chargers].map(({ id }) => [id, able]))
  let ids = 0
  const intents = (who: string, reason: string): StepIntents => ({
    setOverride: (chargerId, limitA, ttlS) =>
      plant.controller.setOverride({ intentId: `acceptance-${(ids += 1)}`, chargerId, limitA, ttlS, who, reason }),
    cancelOverride: (overrideId) => plant.controller.cancelOverride({ overrideId, who, reason }),
    trial: (trial) => plant.controller.trial({ trial, who, reason }),
    setAlarmRules: () => Promise.resolve(),
    acknowledge: () => Promise.resolve(null),
    startSocketTest: () => Promise.reject(new Error('not in this test')),
    stopSocketTest: () => Promise.resolve(),
  })
  const conductor = createConductor({
    site: plant.site,
    abilities,
    alarmRules: () => ({}),
    wiring: () => new Map(),
    socketTest: () => null,
    health: () => health(plant),
    monotonicMs: () => plant.clock.monotonicMs(),
    nowMs: () => plant.clock.nowMs(),
    log: quiet,
    live,
    listen: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    intents,
    arm: (who, reason) => plant.controller.arm({ who, reason }),
    disarm: (who, reason) => plant.controller.disarm({ who, reason }),
    book,
    tell: () => undefined,
  })
  if (book.current() === null) {
    const plan = planOf({ site: plant.site, abilities, numbers })
    const run: AcceptanceRun = {
      format: runFormat,
      version: runVersion,
      id: 'run-1',
      siteId: plant.site.id,
      siteName: plant.site.name,
      timezone: 'UTC',
      program: 'test',
      state: 'prepared',
      says: null,
      who: 'E. Engineer',
      reason: 'first day',
      createdAtMs: plant.clock.nowMs(),
      finishedAtMs: null,
      numbers,
      steps: plan.steps.filter(({ kind }) => kinds.includes(kind)),
      witnesses: [],
      leftOut: [],
      baseline: null,
    }
    await book.add(run)
  }
  /** Until nothing of the test runs any more, for so many seconds at most. */
  const run = async (seconds: number, each?: () => void) => {
    for (let second = 0; second < seconds && book.all()[0]?.state === 'running'; second += 1) {
      await plant.run(1, each)
      const now = live()
      for (const listener of listeners) listener(now)
      for (let turn = 0; turn < 40; turn += 1) await Promise.resolve()
    }
  }
  const step = (id: string): AcceptanceStep => {
    const found = book.all()[0]?.steps.find((each) => each.id === id)
    if (found === undefined) throw new Error(`no step ${id}`)
    return found
  }
  const left = () => ({
    overrides: plant.controller
      .state()
      .overrides.filter(({ state }) => ['pending', 'written', 'verified', 'failed'].includes(state)),
    trials: plant.controller.state().trials,
  })
  return { conductor, book, run, step, left, live }
}
const person = { who: 'E. Engineer', reason: 'first day', stepId: null, arm: true }

const worstOf = (plant: Plant, live: () => Live) => {
  let worst = -Infinity
  return {
    look: () => {
      for (const circuit of Object.values(live().image.circuits))
        for (const phase of Object.values(circuit.phases))
          worst = Math.max(worst, Math.abs(phase.currentA.value ?? 0) - phase.limitA)
      return plant
    },
    excessA: () => worst,
  }
}

describe('the acceptance test', () => {
  it('shows that limits are obeyed and read back, arms only for itself, and leaves nothing behind', async () => {
    const plant = createPlant({ site: depot() })
    plant.plugIn('cp1', { maximumA: 16 })
    await plant.run(10)
    const test = await conductorOn(plant, ['limit'])
    expect(plant.controller.state().mode).toBe('monitoring')
    await test.conductor.run({ ...person, stepId: 'limit:cp1' })
    await test.run(140)
    expect(test.step('limit:cp1')).toMatchObject({ state: 'pass' })
    expect(test.step('limit:cp1').measures.map(({ where }) => where)).toEqual(['read back', 'current'])
    expect(test.step('limit:cp2').state).toBe('open')
    expect(test.left()).toEqual({ overrides: [], trials: undefined })
    expect(plant.controller.state().mode).toBe('monitoring')
  })

  it('fails a charger that acknowledges and ignores', async () => {
    const plant = createPlant({ site: depot() })
    plant.plugIn('cp1', { maximumA: 16 })
    await plant.run(10)
    await plant.arm()
    await plant.run(60)
    plant.charger('cp1').fault = 'ignore'
    const test = await conductorOn(plant, ['limit'])
    await test.conductor.run({ ...person, stepId: 'limit:cp1' })
    await test.run(60)
    expect(test.step('limit:cp1').state).toBe('fail')
    expect(test.left()).toEqual({ overrides: [], trials: undefined })
    expect(plant.controller.state().mode).toBe('armed')
  })

  it.each([
    ['as declared', 6, 'pass'],
    ['otherwise than declared', 10, 'fail'],
  ] as const)('withdraws the heartbeat and finds the fallback %s', async (_, ownFallbackA, expected) => {
    const model = profile({ watchdog: { kind: 'setpoint-validity', timeoutS: 30 } })
    const plant = createPlant({ site: depot(), profile: model })
    plant.charger('cp1').ownFallbackA = ownFallbackA
    await plant.run(10)
    const test = await conductorOn(plant, ['fallback'], forgetfulAcceptance(), modbusAbilities(model))
    const worst = worstOf(plant, test.live)
    await test.conductor.run({ ...person, stepId: 'fallback:cp1' })
    // A charger that shows in its read back what it fell to; the plant itself moves the car's current only.
    const falls = () => {
      worst.look()
      const charger = plant.charger('cp1')
      if (plant.clock.monotonicMs() - charger.fedMs > 30_000) charger.limitA = ownFallbackA
    }
    await test.run(160, falls)
    expect({ ...test.step('fallback:cp1') }).toMatchObject({
      state: expected,
      says: expect.stringContaining(expected === 'pass' ? 'as declared' : 'is declared') as string,
    })
    expect(test.left()).toEqual({ overrides: [], trials: undefined })
    expect(worst.excessA()).toBeLessThanOrEqual(0)
  })

  it('lays nothing to the fallback of a charger whose trial ended before its time', async () => {
    const model = profile({ watchdog: { kind: 'setpoint-validity', timeoutS: 30 } })
    const plant = createPlant({ site: depot(), profile: model })
    await plant.run(10)
    const test = await conductorOn(plant, ['fallback'], forgetfulAcceptance(), modbusAbilities(model))
    await test.conductor.run({ ...person, stepId: 'fallback:cp1' })
    let asked = false
    await test.run(120, () => {
      if (asked || plant.controller.state().trials?.withheld.length !== 1) return
      if (plant.clock.monotonicMs() - plant.charger('cp1').fedMs < 12_000) return
      asked = true
      void plant.controller.trial({ trial: { kind: 'withhold', chargerId: 'cp1', isOn: false }, ...person })
    })
    expect(asked).toBe(true)
    expect(test.step('fallback:cp1')).toMatchObject({
      state: 'not-done',
      says: expect.stringContaining('before the 30 s were over') as string,
    })
    expect(test.left()).toEqual({ overrides: [], trials: undefined })
  })

  it('lowers a limit for a while: control acts, and the real limit is never passed', async () => {
    const plant = createPlant({ site: depot() })
    plant.plugIn('cp1', { maximumA: 16 })
    plant.plugIn('cp2', { maximumA: 16 })
    await plant.run(10)
    await plant.arm()
    await plant.run(90)
    const test = await conductorOn(plant, ['overload'])
    const worst = worstOf(plant, test.live)
    const ids = test.book.need().steps.map(({ id }) => id)
    await test.conductor.run(person)
    await test.run(50 * ids.length, worst.look)
    const states = ids.map((id) => test.step(id).state)
    expect(states).toContain('pass')
    expect(states).not.toContain('fail')
    expect(worst.excessA()).toBeLessThanOrEqual(0)
    expect(test.left()).toEqual({ overrides: [], trials: undefined })
  })

  it('sets a person’s limit, lets it end, and the share is back', async () => {
    const plant = createPlant({ site: depot() })
    plant.plugIn('cp1', { maximumA: 16 })
    await plant.run(10)
    const test = await conductorOn(plant, ['override'])
    await test.conductor.run(person)
    await test.run(80)
    expect(test.step('override:cp1')).toMatchObject({ state: 'pass' })
  })

  it('is open again after a pause and after a program that was killed, and everything is as it was', async () => {
    const plant = createPlant({ site: depot() })
    await plant.run(10)
    const shelf = forgetfulAcceptance()
    const test = await conductorOn(plant, ['limit'], shelf)
    await test.conductor.run(person)
    await test.run(4)
    const running = (await shelf.list()).runs[0]
    expect(running?.steps[0]?.state).toBe('running')
    const paused = test.conductor.pause('E. Engineer')
    await test.run(8)
    await paused
    expect(test.step('limit:cp1')).toMatchObject({ state: 'open' })
    expect(test.left()).toEqual({ overrides: [], trials: undefined })
    expect(plant.controller.state().mode).toBe('monitoring')
    // As it lay on the disk in the middle of the step.
    if (running !== undefined) await shelf.keep(running)
    const book = createRunBook(shelf, quiet)
    await book.load()
    expect(book.need().state).toBe('paused')
    expect(book.need().steps.every(({ state }) => state === 'open')).toBe(true)
  })

  it('does nothing that needs control while it is not armed', async () => {
    const plant = createPlant({ site: depot() })
    await plant.run(10)
    const test = await conductorOn(plant, ['limit'])
    await test.conductor.run({ ...person, arm: false })
    await test.run(5)
    expect(test.step('limit:cp1')).toMatchObject({ state: 'not-done', says: 'control was disarmed' })
    expect(plant.charger('cp1').writes).toEqual([])
  })
})
