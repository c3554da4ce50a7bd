import { describe, expect, it } from 'vitest'
import type { Caller } from '../../../shared/api/define.ts'
import type { OpenSites } from '../../../shared/api/sites-contract.ts'
import type { Live } from '../../../shared/api/live-contract.ts'
import type { Finding } from '../../../shared/model/finding.ts'
import type { Health } from '../../../shared/model/health.ts'
import { readSite } from '../../../shared/site/read-site.ts'
import { createFakeClock } from '../test-support/fake-clock.ts'
import { createSiteMap, type HeldSite } from './site-map.ts'
import { createSitesHandlers } from './sites-handlers.ts'
import { createSitesTold } from './sites-told.ts'

const raise = (message: string): never => {
  throw new Error(message)
}
const caller: Caller = { role: 'operator', name: 'Test' }
const intentId = '00000000-0000-4000-8000-000000000001'
const newSite = {
  name: 'Depot Süd',
  timezone: 'Europe/Berlin',
  limitA: 100,
  nominalVoltage: 230,
  frequency: 50 as const,
}

const finding = (id: string, part: Partial<Finding> = {}): Finding => ({
  ...{ id, detector: 'overload', subject: { kind: 'circuit', id: 'grid' }, phase: null, severity: 'critical' },
  ...{ state: 'active', raisedAtMs: 1000, updatedAtMs: 1000, clearedAtMs: null, title: `title ${id}` },
  ...{ message: `message ${id}`, numbers: [], evidence: '', blindMs: null, acknowledged: null, ...part },
})

/** A site that pushes what it is told to push. */
const createFakeSite = (name: string) => {
  const pushes = { live: new Set<(value: Live) => void>(), health: new Set<(value: Health) => void>() }
  let isArmed = false
  const stream =
    <K extends keyof typeof pushes>(key: K) =>
    (_input: object, push: (value: never) => void) => {
      pushes[key].add(push as never)
      return () => void pushes[key].delete(push as never)
    }
  const closed: string[] = []
  const site: HeldSite = {
    ...{ name, claims: [], start: () => undefined },
    get isArmed() {
      return isArmed
    },
    handlers: { live: stream('live'), health: stream('health') } as unknown as HeldSite['handlers'],
    close: (why) => {
      closed.push(why)
      return Promise.resolve()
    },
  }
  return {
    site,
    closed,
    arm: () => {
      isArmed = true
    },
    watched: () => pushes.live.size,
    tell: (findings: Finding[], replies: number, mode: 'armed' | 'monitoring' = 'monitoring') => {
      const control = { mode, readOnly: null, armed: null, decision: null, overrides: [], writes: {} }
      const image = { seq: 1, atMs: 5000, meters: {}, chargers: {}, circuits: {} }
      for (const push of pushes.live) push({ image, control, findings, notAssessed: [] })
      const device = (state: string, count: number) => ({ state, replies: count })
      const devices = { a: device('ok', replies), b: device('silent', 0), c: device('degraded', 1) }
      for (const push of pushes.health) push({ devices } as unknown as Health)
    },
  }
}

const begin = async (shown: string | null = 'depot', create = true) => {
  const clock = createFakeClock()
  const made = new Map<string, ReturnType<typeof createFakeSite>>()
  const written: { id: string; text: string }[] = []
  const troubles: string[] = []
  const map = createSiteMap<string, HeldSite>({
    idOf: (name) => name,
    check: (name) =>
      Promise.resolve(
        name === 'bad.yaml' ? { ok: false, message: 'bad.yaml:3:1: unknown key' } : { ok: true, claims: [] },
      ),
    open: (name) => {
      const fake = createFakeSite(name)
      made.set(name, fake)
      return Promise.resolve({ ok: true, site: fake.site })
    },
    onOpened: () => undefined,
    onClosed: () => undefined,
  })
  const told = createSitesTold({
    clock,
    list: () => map.list().map(({ siteId, site }) => ({ siteId, site, file: siteId, problem: null })),
    notOpened: () => [],
  })
  await map.open('depot')
  const handlers = createSitesHandlers(
    {
      ...{ map, told, clock, onTrouble: (why: string) => troubles.push(why) },
      choiceOf: (file: string | null) => file ?? 'simulated',
      fileOf: (choice: string) => choice,
      sites: {
        list: () => ({ recent: [], folder: '/sites' }),
        create: (file, id, text) => {
          if (!create) return Promise.resolve({ ok: false, why: 'x.yaml is there already' })
          written.push({ id, text })
          return Promise.resolve({ ok: true, file: file ?? `/sites/${id}.yaml` })
        },
      },
    },
    shown,
  )
  const names = () => map.list().map(({ siteId }) => siteId)
  const fake = (name: string) => made.get(name) ?? createFakeSite(name)
  const open = async (file: string | null, instead = false) =>
    handlers['sites.open']({ intentId, file, instead, who: 'Ada' }, caller)
  const close = async (siteId: string, evenArmed = false) =>
    handlers['sites.close']({ intentId, siteId, evenArmed, who: 'Ada' }, caller)
  const make = async () => handlers['sites.create']({ intentId, site: newSite, file: null, who: 'Ada' }, caller)
  return { clock, map, handlers, written, troubles, names, fake, open, close, make }
}

describe('sites are opened', () => {
  it('beside the one that is shown, which goes on even while it is armed', async () => {
    const { open, names, fake } = await begin()
    fake('depot').arm()
    expect(await open('workshop')).toEqual({ siteId: 'workshop', isOpen: true })
    expect(await open('workshop')).toEqual({ siteId: 'workshop', isOpen: true })
    expect(names()).toEqual(['depot', 'workshop'])
    expect(fake('depot').closed).toEqual([])
    await expect(open('bad.yaml')).rejects.toThrow('unknown key')
  })

  it('instead of it after the screen has its answer, and never while it is armed', async () => {
    const { open, names, clock, fake } = await begin()
    await expect(open('bad.yaml', true)).rejects.toThrow('unknown key')
    expect(await open('workshop', true)).toEqual({ siteId: 'workshop', isOpen: false })
    expect(names()).toEqual(['depot'])
    await clock.advance(1000)
    expect(names()).toEqual(['workshop'])
    expect(fake('depot').closed).toEqual(['another site was opened instead'])
  })

  it('armed, it is not left for another, nor when it was armed just after the question', async () => {
    const { open, names, clock, fake, troubles } = await begin()
    await open('workshop', true)
    fake('depot').arm()
    await clock.advance(1000)
    expect(names()).toEqual(['depot'])
    expect(troubles).toEqual(['control of depot was armed meanwhile, so it stays open'])
    await expect(open('workshop', true)).rejects.toThrow('disarm first')
  })

  it('made new: a sound file under an id of its name', async () => {
    const { make, written, names } = await begin()
    expect(await make()).toEqual({ siteId: '/sites/depot-sud.yaml', file: '/sites/depot-sud.yaml' })
    expect(readSite(written[0]?.text ?? '', 'x').ok).toBe(true)
    expect(names()).toEqual(['depot', '/sites/depot-sud.yaml'])
  })

  it('not made where the words are wrong, the file is there, or there is no room for one more', async () => {
    const wrong = await begin()
    const input = { intentId, site: { ...newSite, timezone: 'Mars/Olympus' }, file: null, who: 'Ada' }
    await expect(Promise.resolve().then(() => wrong.handlers['sites.create'](input, caller))).rejects.toThrow(
      /timezone/,
    )
    const there = await begin('depot', false)
    await expect(there.make()).rejects.toThrow('is there already')
    for (const name of ['b', 'c', 'd']) await wrong.open(name)
    await expect(wrong.make()).rejects.toThrow('close one first')
    expect(wrong.written).toEqual([])
  })
})

describe('sites are closed', () => {
  it('one of several, with who did it; never the last', async () => {
    const { open, close, names, clock, fake } = await begin()
    await expect(close('depot')).rejects.toThrow('the only site that is open')
    await open('workshop')
    await close('depot')
    await clock.advance(1000)
    expect(names()).toEqual(['workshop'])
    expect(fake('depot').closed).toEqual(['Ada closed it; the other sites go on'])
    await expect(close('depot')).rejects.toThrow('not open any more')
  })

  it('armed only when a person said so, by its name', async () => {
    const { open, close, names, clock, fake } = await begin()
    await open('workshop')
    fake('workshop').arm()
    await expect(close('workshop')).rejects.toThrow('armed at workshop')
    await close('workshop', true)
    await clock.advance(1000)
    expect(names()).toEqual(['depot'])
  })
})

describe('how the open sites do', () => {
  it('is told of all of them, the worst alarm first, whichever is shown', async () => {
    const { open, handlers, clock, fake } = await begin()
    await open('workshop')
    const told: OpenSites[] = []
    const stop = handlers.openSites({}, (sites) => told.push(sites), caller)
    expect(told.at(-1)?.sites.map(({ active, replies }) => [active, replies])).toEqual([
      [null, 0],
      [null, 0],
    ])
    fake('workshop').tell(
      [
        finding('w', { severity: 'warning', raisedAtMs: 9000 }),
        finding('c'),
        finding('seen', { acknowledged: { who: 'Ada', atMs: 1, note: '' } }),
        finding('over', { state: 'cleared', clearedAtMs: 2 }),
        finding('n', { severity: 'info' }),
      ],
      40,
      'armed',
    )
    await clock.advance(1000)
    const [depot, workshop] = told.at(-1)?.sites ?? []
    expect(depot).toMatchObject({ name: 'depot', active: null, isArmed: false })
    expect(workshop).toMatchObject({
      ...{ name: 'workshop', isArmed: true, atMs: 5000, answering: 2, devices: 3, replies: 41 },
      active: { critical: 2, warning: 1, info: 1 },
    })
    expect(workshop?.calling.map(({ id }) => id)).toEqual(['c', 'w'])
    expect(fake('workshop').watched()).toBe(1)
    stop()
    expect(fake('workshop').watched()).toBe(0)
  })

  it('one that fails when it is asked costs the others nothing', async () => {
    const { open, handlers, clock, fake } = await begin()
    await open('workshop')
    const broken = { ...fake('depot').site.handlers, live: () => raise('a bug') }
    Object.assign(fake('depot').site, { handlers: broken })
    const told: OpenSites[] = []
    handlers.openSites({}, (sites) => told.push(sites), caller)
    fake('workshop').tell([], 7)
    await clock.advance(1000)
    expect(told.at(-1)?.sites.map(({ problem, replies }) => [problem, replies])).toEqual([
      ['it does not say how it does: Error: a bug', 0],
      [null, 8],
    ])
  })

  it('a closed one is watched no more', async () => {
    const { open, close, handlers, clock, fake } = await begin()
    await open('workshop')
    const told: OpenSites[] = []
    handlers.openSites({}, (sites) => told.push(sites), caller)
    await close('workshop')
    await clock.advance(2000)
    expect(told.at(-1)?.sites.map(({ siteId }) => siteId)).toEqual(['depot'])
    expect(fake('workshop').watched()).toBe(0)
  })
})
