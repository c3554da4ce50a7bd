import { describe, expect, it } from 'vitest'
import type { ChargerAbilities } from '../../../shared/charger/abilities.ts'
import type { Image } from '../../../shared/model/image.ts'
import { goodSample } from '../../../shared/model/sample.ts'
import { checkFallbacks } from '../../../shared/site/check-fallbacks.ts'
import { siteSchema, type SiteCharger } from '../../../shared/site/site.ts'
import { createField } from '../field/field.ts'
import { createController } from '../control/controller.ts'
import type { ChargerOutcome } from './charger-link.ts'
import { createKnown } from '../site/known.ts'
import { createFakeClock } from '../test-support/fake-clock.ts'
import { createFakeLine } from '../test-support/fake-line.ts'
import { meterProfile } from '../test-support/fake-site.ts'
import type { ChargerKind } from './charger-kind.ts'
import { chargerKinds } from './kinds.ts'

// ---- all that another kind of charger needs: this folder, and one line in the list below ------------------------------------

/** What is at the far end: a box that is told its limit by word of mouth, no register anywhere. */
const box = () => ({ limitA: 32, fallbackA: 16, timeoutS: 300, beats: 0, drawnA: 0 })
const boxes = new Map([['cp', box()]])

const abilities: ChargerAbilities = {
  make: 'Spoken',
  models: ['Box'],
  profileId: 'spoken',
  limit: { minimumA: 6, stepA: 2, toleranceA: 0.1, settleMs: 500, spacingMs: 0 },
  canPause: true,
  canReadBack: true,
  says: new Set(['limit', 'i_t1', 'i_t2', 'i_t3', 'fallback_limit', 'watchdog_timeout']),
  watchdog: { kind: 'fed', by: 'heartbeat', timeoutS: 30, isTimeoutOurs: false },
  writableFallback: { limit: true, timeout: true, timeoutS: [10, 60], source: 'its makers' },
  phaseSwitch: null,
  monitoredOnly: null,
}

const spokenKind: ChargerKind = {
  key: 'spoken',
  connect: (charger, { clock, onObservation }) => {
    const { id: chargerId } = charger
    const far = boxes.get(chargerId)
    if (far === undefined) throw new Error(`there is no box ${chargerId}`)
    const done = async <T>(what: T): Promise<ChargerOutcome<T>> => ({ ok: true, atMs: clock.nowMs(), ...what })
    let stop = (): void => undefined
    const say = (): void => {
      const atMs = clock.nowMs()
      const good = (value: number) => goodSample(value, atMs)
      const [amperes, status] = [good(far.drawnA), { value: 'charging', code: 'C', quality: 'good', atMs } as const]
      const samples = { limit: good(far.limitA), i_t1: amperes, i_t2: amperes, i_t3: amperes }
      onObservation({ kind: 'charger-samples', chargerId, atMs, periodMs: 1000, samples, status })
      stop = clock.after(1000, say)
    }
    return {
      start: say,
      stop: async () => stop(),
      link: {
        chargerId,
        abilities,
        writeLimit: async (limitA) => done({ told: (far.limitA = limitA) }),
        readBackLimit: async () => done({ limitA: far.limitA }),
        feedWatchdog: async () => done({ beats: (far.beats += 1) }),
        setOwnFallback: async ({ limitA, timeoutS }) => {
          Object.assign(far, { fallbackA: limitA, timeoutS: timeoutS ?? far.timeoutS })
          return done({})
        },
        readOwnFallback: async () => done({ fallbackA: far.fallbackA, timeoutS: far.timeoutS }),
      },
    }
  },
}
const kinds: readonly ChargerKind[] = [...chargerKinds, spokenKind]

// ---- and the house carries it ------------------------------------------------------------------------------------------------

const siteWith = (fallback: number) => ({
  ...siteSchema.parse({
    version: 1,
    id: 's',
    name: 'S',
    grid: { limit: 40 },
    lines: [{ id: 'lan', transport: 'tcp', host: '192.0.2.1', port: 502 }],
    meters: [{ id: 'm', profile: 'x', line: 'lan' }],
    circuits: [{ id: 'main', meter: 'm', limit: 40, otherLoad: 10 }],
    control: { margin: 1, increaseDelay: 0, increaseStep: 80, resumeDelay: 0 },
  }),
  chargers: [
    // A key of the site file would come from its connection in shared/site; here it is simply there.
    {
      id: 'cp',
      spoken: {},
      circuit: 'main',
      phases: ['L1', 'L2', 'L3'],
      minimum: 6,
      maximum: 32,
      priority: 50,
      fallback,
    } as unknown as SiteCharger,
  ],
})

const begin = async () => {
  const far = box()
  boxes.set('cp', far)
  const clock = createFakeClock()
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
  const site = siteWith(8)
  const profiles = {
    meterProfiles: new Map([['x', meterProfile]]),
    chargerProfiles: new Map(),
    mbusProfiles: new Map(),
  }
  const known = createKnown({ ...profiles, site, abilities: new Map([['cp', abilities]]) })
  const field = createField({
    ...profiles,
    site,
    chargerKinds: kinds,
    lines: new Map([['lan', createFakeLine('lan', clock, () => 'silence')]]),
    clock,
    log,
    mayAsk: () => true,
    onObservation: known.note,
  })
  let ids = 0
  const controller = createController({
    site,
    clock,
    log,
    newId: () => `id-${(ids += 1)}`,
    links: field.chargerLinks,
    readOnly: null,
    record: { decision: () => undefined, write: () => undefined, event: () => undefined, audit: () => undefined },
  })
  let seq = 0
  const image = (buildingA: number): Image => {
    const atMs = clock.nowMs()
    const sample = (factor: number) => goodSample((buildingA + far.drawnA) * factor, atMs)
    const samples = Object.fromEntries(
      ['l1', 'l2', 'l3'].flatMap((phase) => [
        [`i_${phase}`, sample(1)],
        [`p_${phase}`, sample(230)],
      ]),
    )
    seq += 1
    return { seq, atMs, circuits: {}, meters: { m: { samples } }, chargers: known.chargers(atMs) }
  }
  field.start()
  const run = async (seconds: number, buildingA: number): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) {
      await clock.advance(1000)
      controller.step(image(buildingA), 'cycle')
      await clock.advance(100)
      far.drawnA = far.limitA
    }
  }
  await run(3, 10)
  /** The meter's line is silent: whoever asks it just now waits. */
  const end = async (): Promise<void> => {
    const stopped = field.stop()
    await clock.advance(10_000)
    await stopped
  }
  return { far, controller, run, end }
}

describe('a charger of a kind that speaks no Modbus', () => {
  it('is given what is left, in its steps, read back, and brought down when the rest of the site draws', async () => {
    const { far, controller, run, end } = await begin()
    await controller.arm({ who: 'Operator', reason: 'test' })
    await run(20, 10)
    expect(far.limitA).toBe(30)
    expect(controller.state().writes['cp']).toMatchObject({ state: 'verified', readBackA: 30 })
    expect(far.beats).toBeGreaterThan(0)
    await run(5, 25)
    expect(far.limitA).toBe(14)
    await run(5, 38)
    expect(far.limitA).toBe(0)
    await controller.disarm({ who: 'Operator', reason: 'test' })
    expect(far.limitA).toBe(8)
    await end()
  })

  it('counts in the fallback check with what it can do', () => {
    const messages = (fallback: number) =>
      checkFallbacks(siteWith(fallback), new Map([['cp', abilities]]))
        .filter(({ severity }) => severity === 'error')
        .map(({ message }) => message)
    expect(messages(8)).toEqual([])
    expect(messages(4)).toEqual([expect.stringContaining('between 0 and the minimum of 6 A')])
    expect(messages(32)).toEqual([expect.stringContaining("the fallbacks do not fit 'main'")])
  })

  it('has its own fallback written and read back', async () => {
    const { far, controller, end } = await begin()
    expect(await controller.writeFallback({ who: 'Operator', reason: 'test', chargerId: 'cp' })).toMatchObject({
      isProtected: true,
      fallbackA: 8,
      timeoutS: 30,
    })
    expect(far).toMatchObject({ fallbackA: 8, timeoutS: 30 })
    await end()
  })
})
