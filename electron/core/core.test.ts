import { describe, expect, it } from 'vitest'
import type { AuditRow } from '../../shared/model/event.ts'
import type { ChargerProfile } from '../../shared/profile/charger-profile.ts'
import type { Caller } from '../../shared/api/define.ts'
import { type Live, liveSchema } from '../../shared/api/live-contract.ts'
import { overviewSchema } from '../../shared/api/site-contract.ts'
import { seededRandom } from '../../shared/test-support/seeded-random.ts'
import { createCore } from './core.ts'
import type { ModbusLine } from './lines/modbus-line.ts'
import { createFakeClock } from './test-support/fake-clock.ts'
import { createFakeLine, type FakeLine } from './test-support/fake-line.ts'
import {
  chargerProfile,
  createFakeCharger,
  createFakeRecorder,
  fakeSite,
  meterAnswers,
  meterProfile,
  noArchive,
  noSiteEditor,
} from './test-support/fake-site.ts'

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (message: string, data?: unknown) => {
    throw new Error(`${message} ${JSON.stringify(data)}`)
  },
}
const caller: Caller = { role: 'operator', name: 'Test' }
const id = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

/** The whole core on a fake clock and fake lines: registers in, registers out. */
const begin = (
  periodMs = 1000,
  more: {
    held?: boolean
    stillHeld?: () => boolean
    watchdog?: ChargerProfile['watchdog']
    audit?: () => Promise<AuditRow[]>
  } = {},
) => {
  const clock = createFakeClock()
  const site = fakeSite(periodMs)
  const chargers = [createFakeCharger(), createFakeCharger()]
  const building = { feederA: 5 }
  const load = (index: number) => building.feederA + (chargers[index - 1]?.state.drawn() ?? 0)
  const answers: Record<string, FakeLine['answer']> = {
    'meter-0': meterAnswers(() => load(1) + load(2)),
    'meter-1': meterAnswers(() => load(1)),
    'meter-2': meterAnswers(() => load(2)),
    'car-1': (request) => chargers[0]?.answer(request) ?? 'silence',
    'car-2': (request) => chargers[1]?.answer(request) ?? 'silence',
  }
  const lines = new Map<string, FakeLine>()
  const { rows, recorder } = createFakeRecorder()
  const charger: ChargerProfile = { ...chargerProfile, watchdog: more.watchdog ?? chargerProfile.watchdog }
  const told: string[] = []
  let ids = 0
  const core = createCore({
    site,
    siteText: '',
    siteWarnings: [],
    meterProfiles: new Map([[meterProfile.id, meterProfile]]),
    chargerProfiles: new Map([[charger.id, charger]]),
    clock,
    log: silent,
    newId: () => {
      ids += 1
      return id(ids)
    },
    mbusProfiles: new Map(),
    openMbusLine: () => {
      throw new Error('this site has no M-Bus')
    },
    openLine: (line): ModbusLine => {
      const fake = createFakeLine(line.id, clock, (request) => answers[line.id]?.(request) ?? 'silence')
      lines.set(line.id, fake)
      return fake
    },
    recorder: {
      ...recorder,
      audit: more.audit ?? recorder.audit,
      appendEvents: (events) => {
        told.push(...events.map(({ message }) => message))
        return recorder.appendEvents(events)
      },
    },
    archive: noArchive,
    lock: {
      held: more.held ?? true,
      holder: more.held === false ? 'process 4711' : null,
      release: async () => undefined,
      ...(more.stillHeld === undefined ? {} : { stillHeld: more.stillHeld }),
    },
    version: '0.0.0',
    siteEditor: noSiteEditor,
    profileShelf: {
      list: async () => ({ builtIn: [], own: [] }),
      save: async () => ({ ok: true, files: [], backups: [] }),
    },
    listSerialPorts: async () => [],
    reopen: () => undefined,
  })
  let live: Live | null = null
  core.start()
  core.handlers['live'](
    {},
    (value) => {
      live = value
    },
    caller,
  )
  return {
    clock,
    core,
    rows,
    told,
    chargers,
    building,
    answers,
    lines,
    live: (): Live => {
      if (live === null) throw new Error('no live frame yet')
      return live
    },
    /** Closing waits for exchanges in flight, so time must go on meanwhile. */
    stop: async () => {
      const stopped = core.stop('the test is over')
      await clock.advance(5000)
      await stopped
    },
    arm: () => core.handlers['control.arm']({ intentId: id(900), who: 'Test', reason: 'a test of the core' }, caller),
  }
}

describe('the core, from a register to a charger', () => {
  it('shows what the registers say, in frames that fit the contract', async () => {
    const site = begin()
    await site.clock.advance(3000)
    const { image, control } = liveSchema.parse(site.live())
    expect(image.meters['m1']?.samples['u_l1n']).toMatchObject({ value: 230, quality: 'good' })
    expect(image.meters['m1']?.samples['i_l2']?.value).toBeCloseTo(37)
    expect(image.circuits['f1']?.phases.L2?.headroomA).toBeCloseTo(3)
    expect(image.chargers['c1']?.siteCurrentA.L3.value).toBeCloseTo(32)
    expect(control.mode).toBe('monitoring')
    overviewSchema.parse(await site.core.handlers['site.describe']({}, caller))
    await site.stop()
    expect(site.clock.pending()).toBe(0)
  })

  it('writes nothing while monitoring, and keeps every feeder under its limit once armed', async () => {
    const site = begin()
    await site.clock.advance(5000)
    site.building.feederA = 20
    await site.clock.advance(20_000)
    expect(site.chargers.map(({ state }) => state.limitA)).toEqual([32, 32])
    await site.arm()
    await site.clock.advance(10_000)
    for (const { state } of site.chargers) expect(20 + state.limitA).toBeLessThanOrEqual(40)
    for (const { state } of site.chargers) expect(state.limitA).toBeGreaterThanOrEqual(6)
    expect(site.live().control.writes['c1']?.state).toBe('verified')
    expect(site.live().control.decision?.chargers['c1']?.why).toMatch(/f1/)
    expect(site.rows.audit).toContain('arm')
    await site.stop()
    expect(
      site.chargers.map(({ state }) => state.limitA),
      'closing leaves the declared fallback',
    ).toEqual([7, 7])
  })

  it('an overload is acted on with the reading that shows it, not at the next cycle', async () => {
    const site = begin(200)
    await site.arm()
    await site.clock.advance(30_000)
    const before = site.chargers[0]?.state.limitA ?? 0
    site.building.feederA = 30
    await site.clock.advance(200 + 10 + 10 + 5)
    expect(site.chargers[0]?.state.limitA, 'one poll, one reply and one write later').toBeLessThan(before)
    expect(site.live().control.decision?.trigger).toBe('overload')
    await site.stop()
  })

  it('dead meter: the chargers under it are at the fallback within 5 s plus one poll, 100 of 100 times', async () => {
    const random = seededRandom(20261123)
    for (let run = 0; run < 100; run += 1) {
      const periodMs = [200, 500, 1000, 2000][run % 4] ?? 1000
      const site = begin(periodMs)
      await site.arm()
      await site.clock.advance(15_000 + random() * periodMs + random() * 1000)
      expect(site.chargers[0]?.state.limitA, `run ${run} before`).toBeGreaterThan(7)
      site.answers['meter-1'] = () => 'silence'
      await site.clock.advance(5000 + periodMs)
      expect(site.chargers[0]?.state.limitA, `run ${run}, polled every ${periodMs} ms`).toBe(7)
      expect(site.live().control.decision?.chargers['c1']?.state).toBe('fallback')
      expect(site.live().control.decision?.circuits['f1']?.L1?.otherLoadA, 'what is not seen is not 0').toBeNull()
      expect(site.live().control.decision?.chargers['c2']?.state, 'the other feeder is seen and goes on').not.toBe(
        'fallback',
      )
      await site.stop()
      expect(site.clock.pending()).toBe(0)
    }
  }, 120_000)

  it('lets go of the chargers when the lock became another program’s, not for one look', async () => {
    let looks: boolean[] = []
    const site = begin(1000, { stillHeld: () => looks.shift() ?? true })
    await site.clock.advance(3000)
    await site.arm()
    looks = [false, true, true]
    await site.clock.advance(20_000)
    expect(site.live().control.mode, 'the file was away for a moment').toBe('armed')
    looks = [false, false]
    await site.clock.advance(20_000)
    expect(site.live().control.mode).toBe('monitoring')
    expect(site.told.some((message) => message.includes('no longer ours'))).toBe(true)
    expect(site.chargers.map(({ state }) => state.limitA)).toEqual([7, 7])
    await site.stop()
  })

  it('a meter that comes back is trusted again without a restart', async () => {
    const site = begin()
    const healthy = site.answers['meter-1']
    await site.arm()
    await site.clock.advance(15_000)
    site.answers['meter-1'] = () => 'silence'
    await site.clock.advance(30_000)
    expect(site.live().image.meters['m1']?.samples['i_l1']).toMatchObject({ value: null })
    if (healthy !== undefined) site.answers['meter-1'] = healthy
    await site.clock.advance(20_000)
    expect(site.live().image.meters['m1']?.samples['i_l1']?.quality).toBe('good')
    expect(site.live().control.decision?.chargers['c1']?.state).not.toBe('fallback')
    expect(site.rows.events).toEqual(expect.arrayContaining(['finding-raised', 'finding-cleared']))
    await site.stop()
  })
})

describe('chargers whose watchdog any request feeds', () => {
  const watchdog = { kind: 'poll', timeoutS: 60 } as const
  const row = (seq: number, action: string, detail: Record<string, unknown> = {}): AuditRow => ({
    seq,
    atMs: Date.UTC(2026, 10, 23, 9, seq),
    who: 'Operator',
    action,
    subject: 'two-feeders',
    detail,
    hash: '',
  })
  const asked = (site: ReturnType<typeof begin>, charger = 1): number =>
    site.lines.get(`car-${charger}`)?.sent.length ?? 0

  it('are left alone after a program that ended while armed, until they have fallen by themselves', async () => {
    const site = begin(1000, { watchdog, audit: async () => [row(2, 'override-verified'), row(1, 'arm')] })
    await site.clock.advance(69_000)
    expect(asked(site)).toBe(0)
    expect(site.told.filter((message) => message.includes('ended while control was armed'))).toEqual([
      'the program ended while control was armed (by Operator, 2026-11-23 09:01 UTC): c1, c2 are left alone for 70 s so that they fall to their own fallback (any request would keep their limit alive)',
    ])
    expect(site.rows.audit).toEqual([])
    await site.clock.advance(5000)
    expect(asked(site)).toBeGreaterThan(0)
    expect(site.rows.audit).toEqual(['left-alone'])
    await site.stop()
    expect(site.clock.pending()).toBe(0)
  })

  it('are read again at once when a person arms control', async () => {
    const site = begin(1000, { watchdog, audit: async () => [row(1, 'arm')] })
    await site.clock.advance(5000)
    await site.arm()
    await site.clock.advance(3000)
    expect(asked(site)).toBeGreaterThan(0)
    await site.stop()
  })

  it.each([['disarm'], ['shutdown']])(
    'are read from the start after a session with a last word: %s',
    async (action) => {
      const site = begin(1000, {
        watchdog,
        audit: async () => [row(1, 'arm'), row(2, action), row(3, 'finding-acknowledged')],
      })
      await site.clock.advance(3000)
      expect(asked(site)).toBeGreaterThan(0)
      expect(site.told.join()).not.toContain('left alone')
      await site.stop()
    },
  )

  it('that a farewell did not reach are left alone, the others are not', async () => {
    const site = begin(1000, {
      watchdog,
      audit: async () => [row(1, 'arm'), row(2, 'shutdown', { notAtFallback: ['c2'] })],
    })
    await site.clock.advance(60_000)
    expect(asked(site, 1)).toBeGreaterThan(0)
    expect(asked(site, 2)).toBe(0)
    await site.stop()
  })

  it('are read when they were given their time once, but not after a later session that ended without a word', async () => {
    const settled = begin(1000, { watchdog, audit: async () => [row(1, 'arm'), row(2, 'left-alone', { after: 1 })] })
    await settled.clock.advance(3000)
    expect(asked(settled)).toBeGreaterThan(0)
    await settled.stop()
    // Armed while the chargers of the session before were still left alone, and then lost as well.
    const again = begin(1000, {
      watchdog,
      audit: async () => [row(1, 'arm'), row(2, 'arm'), row(3, 'left-alone', { after: 1 })],
    })
    await again.clock.advance(60_000)
    expect(asked(again)).toBe(0)
    await again.stop()
  })

  it('wait for the store, which keeps nothing else from starting, and no longer than their watchdog needs', async () => {
    const site = begin(1000, { watchdog, audit: () => new Promise(() => undefined) })
    await site.clock.advance(65_000)
    expect(asked(site)).toBe(0)
    expect(site.live().image.meters['m1']?.samples['i_l1']?.quality).toBe('good')
    await site.clock.advance(10_000)
    expect(asked(site)).toBeGreaterThan(0)
    await site.stop()
  })

  it('are never read by an instance without the site lock', async () => {
    const site = begin(1000, { watchdog, held: false, audit: async () => [row(1, 'arm')] })
    await site.clock.advance(120_000)
    expect(asked(site)).toBe(0)
    expect(site.told.join()).toContain('c1, c2: not read here, because any request would keep alive')
    expect(site.told.join()).not.toContain('ended while control was armed')
    await site.stop()
  })

  it('that have another watchdog are read whatever happened', async () => {
    const site = begin(1000, { audit: async () => [row(1, 'arm')] })
    await site.clock.advance(3000)
    expect(asked(site)).toBeGreaterThan(0)
    expect(site.told.join()).toContain('check the chargers on site')
    await site.stop()
  })
})
