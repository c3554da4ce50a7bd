import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi, type Mock } from 'vitest'
import { stringify } from 'yaml'
import type { Live } from '../../shared/api/live-contract.ts'
import type { Caller } from '../../shared/api/define.ts'
import { canShow } from '../../shared/charger/abilities.ts'
import { modbusAbilities } from '../../shared/charger/modbus-abilities.ts'
import type { ChargerProfile } from '../../shared/profile/charger-profile.ts'
import type { Clock } from '../core/ports.ts'
import { systemClock } from '../io/clock.ts'
import { quietLog } from '../io/modbus/test-support/quiet-log.ts'
import { stepS } from '../simulator/physics/world.ts'
import { loadScenario } from '../simulator/scenario/load-scenario.ts'
import { openSimulatedSite, type SimulatedSite } from '../simulator/simulated-site.ts'
import { openCore, type OpenedCore } from './open-core.ts'
import { programPaths } from './program-paths.ts'

/** Every charger of the catalogue on one site, each on a port of its own, under the real core: by the world, not by what the core says. */
const folder = join(programPaths.profiles, 'chargers')
const ids = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml') && !name.endsWith('.golden.yaml'))
  .map((name) => name.slice(0, -5))
const caller: Caller = { role: 'operator', name: 'Test' }
const person = { who: 'Test', reason: 'a test of every charger' }
const fallbackA = 7
/** What a person asks for, A. Of watts a three-phase car gets a third (charger-limit.ts): it needs 21.5 A to charge at all. */
const askedA = (profile: ChargerProfile): number => (profile.limit.watts === undefined ? 10 : 24)

/** What must then be in force for each phase: 4600 W, the whole step of 100 W below 24 A at 195 V, shared by three phases. */
const expectedA = (profile: ChargerProfile): number =>
  !canShow(modbusAbilities(profile)) ? fallbackA : profile.limit.watts === undefined ? 10 : 4600 / 3 / 230

const scenario = (monitored: (id: string) => boolean): unknown => ({
  version: 1,
  name: 'Every charger',
  site: {
    version: 1,
    id: 'every',
    name: 'Every charger',
    timezone: 'Europe/Berlin',
    grid: { limit: 1200 },
    lines: [{ id: 'net-meter', transport: 'tcp' }, ...ids.map((id) => ({ id: `net-${id}`, transport: 'tcp' }))],
    meters: [{ id: 'main-meter', profile: 'siemens-pac2200', line: 'net-meter', unit: 1 }],
    circuits: [{ id: 'main', limit: 1200, meter: 'main-meter', otherLoad: 10 }],
    chargers: ids.map((id) => ({
      id,
      profile: id,
      line: `net-${id}`,
      unit: 1,
      circuit: 'main',
      phases: ['L1', 'L2', 'L3'],
      ...(id === 'heidelberg-energy-control' ? { maximum: 16 } : { maximum: 32 }),
      fallback: monitored(id) ? 32 : fallbackA,
    })),
    control: { increaseDelay: 0, increaseStep: 80, resumeDelay: 0 },
  },
  simulation: {
    seed: 1,
    startHour: 10,
    grid: { voltage: 231, noise: 0.05, drift: 0.2, ohm: 0.001, reactanceOhm: 0.001 },
  },
})

interface Seen {
  profile: ChargerProfile
  writes: Mock
  /** What became of each act; limit in force in the charger and current of its car, A, and what the core then said of its write. */
  armed: boolean
  limited: boolean
  state: string | undefined
  why: string | null | undefined
  override: string | undefined
  drawnA: number
  limitedA: number
  paused: boolean
  resumed: boolean
  starved: { readonly inForceA: number; readonly atFallback: boolean; readonly drawnA: number }
  back: boolean
}
const seen = new Map<string, Seen>()
const of = (id: string): Seen => {
  const one = seen.get(id)
  if (one === undefined) throw new Error(`${id} was not played`)
  return one
}
let site: SimulatedSite
let opened: OpenedCore
let live: Live | null = null
let timer: NodeJS.Timeout | undefined
/** The program's time; it can be let jump with the chargers', as on a computer that slept. */
let jumpedMs = 0
const clock: Clock = {
  nowMs: () => systemClock.nowMs() + jumpedMs,
  monotonicMs: () => systemClock.monotonicMs() + jumpedMs,
  after: (delayMs, task) => systemClock.after(delayMs, task),
}
const place = mkdtempSync(join(tmpdir(), 'tripscope-every-'))

const charger = (id: string) => {
  const one = site.world.chargers.get(id)
  if (one === undefined) throw new Error(`${id} is not in the world`)
  return one
}
const drawnA = (id: string): number => Math.max(...charger(id).currents())
const steps = (seconds: number) => {
  for (let step = 0; step < Math.round(seconds / stepS); step += 1) site.world.step()
}

const systemPause = (ms: number) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })

/** Waits until it is so of every charger, but no longer than told; which it became so of. */
const reached = async (
  which: readonly string[],
  isSo: (id: string) => boolean,
  seconds: number,
): Promise<ReadonlySet<string>> => {
  const endMs = Date.now() + seconds * 1000
  const done = new Set<string>()
  while (done.size < which.length && Date.now() < endMs) {
    for (const id of which) if (!done.has(id) && isSo(id)) done.add(id)
    await systemPause(20)
  }
  return done
}
const set = async (which: readonly string[], limitOf: (profile: ChargerProfile) => number) => {
  for (const id of which) {
    const asked = await opened.core.handlers['override.set'](
      { intentId: crypto.randomUUID(), chargerId: id, limitA: limitOf(of(id).profile), ttlS: 3600, ...person },
      caller,
    )
    of(id).override = asked.state
  }
}

const isMonitored = (id: string): boolean => of(id).profile.monitoredOnly !== undefined
beforeAll(async () => {
  const scenarioFile = join(place, 'scenario.yaml')
  const monitoredIds = new Set(
    ids.filter((id) => /^monitoredOnly:/m.test(readFileSync(join(folder, `${id}.yaml`), 'utf8'))),
  )
  writeFileSync(scenarioFile, stringify(scenario((id) => monitoredIds.has(id))))
  const outcome = loadScenario(scenarioFile, programPaths.profiles)
  if (!outcome.ok) throw new Error(outcome.problems.join('\n'))
  site = await openSimulatedSite(outcome.loaded, { folder: place, seed: 1, speed: 1 })
  for (const [id, traffic] of site.world.traffic) {
    traffic.plugByHand({ phases: 3, maximum: 32 }, Infinity)
    const device = site.devices.get(id)
    const profile = outcome.loaded.chargerProfiles.get(id)
    if (device === undefined || profile === undefined) throw new Error(`${id} is not simulated`)
    seen.set(id, {
      profile,
      writes: vi.spyOn(device, 'write'),
      armed: false,
      limited: false,
      state: undefined,
      why: undefined,
      override: undefined,
      drawnA: NaN,
      limitedA: NaN,
      paused: false,
      resumed: false,
      starved: { inForceA: NaN, atFallback: false, drawnA: NaN },
      back: false,
    })
  }
  steps(30)
  const started = await openCore({
    siteFile: site.siteFile,
    dataFolder: join(place, 'data'),
    clock,
    log: quietLog,
    reopen: () => undefined,
  })
  if (!started.ok) throw new Error(started.message)
  opened = started.opened
  opened.core.start()
  opened.core.handlers['live'](
    {},
    (value) => {
      live = value
    },
    caller,
  )
  let lastMs = performance.now()
  timer = setInterval(() => {
    for (; performance.now() - lastMs >= stepS * 1000; lastMs += stepS * 1000) site.world.step()
  }, 25)

  const steered = ids.filter((id) => !isMonitored(id))
  await opened.core.handlers['control.arm']({ intentId: crypto.randomUUID(), ...person }, caller)
  const settled = (id: string) => live?.control.writes[id]?.settledAtMs != null
  for (const id of await reached(steered, settled, 40)) of(id).armed = true

  await set(ids, askedA)
  const obeys = (id: string): boolean => {
    const [amperes, drawn, write] = [charger(id).inForceA(), drawnA(id), live?.control.writes[id]]
    if (!settled(id) || Math.abs(amperes - expectedA(of(id).profile)) >= 0.5 || drawn <= 5 || drawn > amperes)
      return false
    Object.assign(of(id), { limited: true, state: write?.state, why: write?.why, limitedA: amperes, drawnA: drawn })
    return true
  }
  await reached(steered, obeys, 60)

  await set(steered, () => 0)
  for (const id of await reached(steered, (id) => settled(id) && charger(id).offeredA() === 0 && drawnA(id) === 0, 40))
    of(id).paused = true
  await set(steered, askedA)
  for (const id of await reached(steered, (id) => settled(id) && charger(id).inForceA() >= 6 && drawnA(id) > 5, 60))
    of(id).resumed = true

  // The cable is pulled: nothing reaches any charger, and its own time runs on, two minutes of it at once.
  for (const bus of site.buses.values()) bus.setResetting(true)
  const reachedBefore = new Map(ids.map((id) => [id, of(id).writes.mock.calls.length]))
  await systemPause(500)
  steps(120)
  jumpedMs = 120_000
  for (const id of ids)
    of(id).starved = { inForceA: charger(id).inForceA(), atFallback: charger(id).isAtFallback(), drawnA: drawnA(id) }
  for (const bus of site.buses.values()) bus.setResetting(false)
  const isBack = (id: string) =>
    ('timeoutS' in of(id).profile.watchdog ? of(id).writes.mock.calls.length > (reachedBefore.get(id) ?? 0) : true) &&
    !charger(id).isAtFallback() &&
    Math.abs(charger(id).inForceA() - of(id).limitedA) < 0.5
  // A slow one that was paused meanwhile waits for lasting room, a minute, before it may rise.
  for (const id of await reached(steered, isBack, 130)) of(id).back = true
}, 400_000)

afterAll(async () => {
  clearInterval(timer)
  await opened.close('the test is over')
  await site.close()
  rmSync(place, { recursive: true, force: true })
}, 30_000)

describe.each(ids)('%s', (id) => {
  it('does what its profile says, from a decision to the car and to its own fallback', () => {
    const one = of(id)
    const { limit, watchdog } = one.profile
    if (isMonitored(id)) {
      expect(one.writes).not.toHaveBeenCalled()
      expect(one.override).toBe('refused')
      return
    }
    expect(one).toMatchObject({ armed: true, back: true })
    expect(one).toMatchObject({ limited: true, paused: true, resumed: true })
    expect(one.limitedA).toBeCloseTo(expectedA(one.profile), 0)
    if (limit.readBack === null)
      expect(one).toMatchObject({ state: 'written', why: 'written; this charger has no register to read it back from' })
    else expect(one).toMatchObject({ state: 'verified', why: null })
    expect(one.drawnA).toBeLessThanOrEqual(one.limitedA)
    const hasOwn = 'timeoutS' in watchdog
    expect(one.starved.atFallback).toBe(hasOwn)
    expect(one.starved.inForceA).toBeCloseTo(hasOwn ? fallbackA : one.limitedA, 0)
    expect(one.starved.drawnA).toBeLessThanOrEqual(one.starved.inForceA)
  })
})
