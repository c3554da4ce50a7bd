import { describe, expect, it } from 'vitest'
import type { ScanRequest } from '../../../shared/api/scan-contract.ts'
import { scanStateSchema } from '../../../shared/api/scan-contract.ts'
import { siteSchema } from '../../../shared/site/site.ts'
import { createWatchedAcquisition } from '../acquisition/test-support/watched-acquisition.ts'
import type { ModbusRequest } from '../lines/modbus-line.ts'
import { createFakeClock } from '../test-support/fake-clock.ts'
import { createFakeLine, type FakeLine, type FakeReply } from '../test-support/fake-line.ts'
import { createScan } from './scan.ts'
import { allChargers, allMeters, deviceOf } from './test-support/profile-device.ts'
import { guardOf } from '../test-support/ask-guard.ts'

const log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (message: string, data?: unknown) => {
    throw new Error(`${message} ${JSON.stringify(data)}`)
  },
}
const profile = (id: string) => {
  const found = allMeters.get(id) ?? allChargers.get(id)
  if (found === undefined) throw new Error(id)
  return found
}
type Far = (request: ModbusRequest) => FakeReply
const bus =
  (devices: Record<number, Far>, otherwise: FakeReply = 'silence'): Far =>
  (request) =>
    devices[request.unit]?.(request) ?? otherwise

/** `site`: what hangs on the line of the site; `far`: what answers behind an address that is opened for the scan. */
const begin = (
  parts: {
    site?: Far
    meters?: number
    periodMs?: number
    far?: Record<string, Far | 'refused' | 'silent'>
    kept?: Map<string, unknown>
    netHost?: string
  } = {},
) => {
  const clock = createFakeClock()
  const line = createFakeLine('bus', clock, parts.site ?? bus({}))
  const site = siteSchema.parse({
    version: 1,
    id: 's',
    name: 'Site',
    grid: { limit: 100 },
    lines: [
      { transport: 'serial', id: 'bus', path: '/dev/ttyUSB0', baud: 9600 },
      { transport: 'tcp', id: 'net', host: parts.netHost ?? '10.0.0.9', port: 502 },
    ],
    meters: Array.from({ length: parts.meters ?? 1 }, (_, index) => ({
      id: `m${index}`,
      profile: 'carlo-gavazzi-em340',
      line: 'bus',
      unit: index + 1,
      periodMs: parts.periodMs ?? 1000,
    })),
    circuits: [{ id: 'main' }],
    chargers: [
      { id: 'box', profile: 'heidelberg-energy-control', line: 'bus', unit: 200, circuit: 'main', maximum: 16 },
    ],
  })
  const opened: { line: FakeLine; atMs: number; isClosed: boolean; where: string }[] = []
  let mostOpen = 0
  const net = createFakeLine('net', clock, () => 'silence')
  const lines = new Map([
    ['bus', line],
    ['net', net],
  ])
  const acquisition = createWatchedAcquisition({
    site,
    clock,
    log,
    meterProfiles: allMeters,
    chargerProfiles: allChargers,
    lines,
    mayAsk: (id: string) => id !== 'box',
    mbus: { profiles: new Map(), lines: new Map() },
  } as unknown as Parameters<typeof createWatchedAcquisition>[0])
  acquisition.start()
  let ids = 0
  const scan = createScan({
    site,
    meterProfiles: allMeters,
    chargerProfiles: allChargers,
    guard: guardOf(site, allChargers),
    lines,
    acquisition,
    clock,
    log,
    kept: parts.kept ?? new Map(),
    newId: () => `id-${(ids += 1)}`,
    mbusProfiles: new Map(),
    mbusLines: new Map(),
    openMbusLine: () => {
      throw new Error('no M-Bus here')
    },
    openLine: (siteLine) => {
      const where =
        'host' in siteLine
          ? `${siteLine.transport}://${siteLine.host}:${siteLine.port}`
          : 'path' in siteLine
            ? `${siteLine.path}@${siteLine.baud}${siteLine.parity}`
            : ''
      const far = parts.far?.[where] ?? 'silent'
      const fake = createFakeLine(siteLine.id, clock, typeof far === 'function' ? far : () => 'silence')
      const entry = { line: fake, atMs: clock.monotonicMs(), isClosed: false, where }
      opened.push(entry)
      mostOpen = Math.max(mostOpen, opened.filter(({ isClosed }) => !isClosed).length)
      if (far === 'refused') fake.setState('disconnected', { kind: 'refused', where, peer: 'modbus' })
      if (far === 'silent') fake.setState('connecting')
      return {
        ...fake,
        status: fake.status,
        close: async () => {
          entry.isClosed = true
        },
      }
    },
  })
  const run = async (request: ScanRequest, forMs: number) => {
    scan.start(request, 'Test')
    await clock.advance(forMs)
    return scanStateSchema.parse(scan.state())
  }
  return { clock, scan, acquisition, line, net, opened, run, mostOpen: () => mostOpen }
}

const em340 = deviceOf(profile('carlo-gavazzi-em340'))
const sdm630 = deviceOf(profile('eastron-sdm630'))
const onLine = (units: string): ScanRequest => ({ kind: 'line', lineId: 'bus', units })
const overTcp = (more: Partial<Extract<ScanRequest, { kind: 'tcp' }>> = {}): ScanRequest => ({
  kind: 'tcp',
  hosts: '10.0.0.1',
  ports: '502',
  units: '1-5',
  framings: ['tcp'],
  ...more,
})

describe('a search of a line of the site', () => {
  it('finds a meter nobody listed, and costs those that are polled not one sweep', async () => {
    const { acquisition, run } = begin({ site: bus({ 1: em340, 2: em340, 77: sdm630 }), meters: 2 })
    const state = await run(onLine('1-247'), 240_000)
    expect(state).toMatchObject({ phase: 'ended', done: 244, total: 244 })
    expect(state.finds).toHaveLength(1)
    expect(state.finds[0]).toMatchObject({ unit: 77, lineId: 'bus', line: null, verdict: 'identified' })
    expect(state.finds[0]?.candidates[0]?.profileId).toBe('eastron-sdm630')
    for (const id of ['m0', 'm1'])
      expect(acquisition.deviceHealth()[id]).toMatchObject({ skippedSweeps: 0, timeouts: 0 })
  })

  it('asks none of the devices the site has, the charger least of all whose fallback any request holds up', async () => {
    const { line, run } = begin({ site: bus({ 1: em340 }) })
    const state = await run(onLine('1, 198-202'), 60_000)
    expect(state.done).toBe(4)
    expect(line.sent.map(({ request }) => request.unit)).not.toContain(200)
    expect(state.notes.join()).toMatch(/box.*sign of life.*leaves it alone/)
  })

  it('goes on even where the line is never free', async () => {
    // Twenty meters that want to be read every 100 ms: far more than the line carries.
    const devices = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [index + 1, em340]))
    const { clock, scan, acquisition } = begin({ site: bus({ ...devices, 60: sdm630 }), meters: 20, periodMs: 100 })
    await clock.advance(20_000)
    const before = acquisition.lineHealth()['bus']?.requests ?? 0
    scan.start(onLine('58-62'), 'Test')
    await clock.advance(120_000)
    expect(scan.state()).toMatchObject({ phase: 'ended' })
    expect(scan.state().finds.map(({ unit }) => unit)).toEqual([60])
    // One read of the scan in two seconds: the polling keeps nearly all of the line.
    const polled = (acquisition.lineHealth()['bus']?.requests ?? 0) - before
    expect(scan.state().requests).toBeLessThan(polled / 10)
  })

  it('asks at least five absent ids a second of a serial port at 9600', async () => {
    const { clock, scan } = begin({ far: { '/dev/ttyUSB1@9600none': bus({}) } })
    const startMs = clock.monotonicMs()
    scan.start(
      { kind: 'serial', path: '/dev/ttyUSB1', bauds: [9600], parities: ['none'], stopBits: 1, units: '1-247' },
      'Test',
    )
    while (scan.state().phase === 'running') await clock.advance(1000)
    // The fake line counts the deadline alone; the wire's own time is measured on a pseudo terminal (serial-pace.test.ts).
    expect(247 / ((clock.monotonicMs() - startMs) / 1000)).toBeGreaterThan(5)
  })
})

describe('a search of a serial port', () => {
  it('tries every speed and parity, one after the other, and closes the port each time', async () => {
    const { opened, run } = begin({
      far: {
        '/dev/ttyUSB1@9600none': bus({}),
        '/dev/ttyUSB1@9600even': bus({}),
        '/dev/ttyUSB1@19200none': bus({}),
        '/dev/ttyUSB1@19200even': bus({ 3: sdm630 }),
      },
    })
    const state = await run(
      {
        kind: 'serial',
        path: '/dev/ttyUSB1',
        bauds: [9600, 19200],
        parities: ['none', 'even'],
        stopBits: 1,
        units: '1-5',
      },
      60_000,
    )
    expect(opened.map(({ where }) => where)).toEqual([
      '/dev/ttyUSB1@9600none',
      '/dev/ttyUSB1@9600even',
      '/dev/ttyUSB1@19200none',
      '/dev/ttyUSB1@19200even',
    ])
    expect(opened.every(({ isClosed }) => isClosed)).toBe(true)
    expect(state.finds).toMatchObject([
      { unit: 3, lineId: null, line: { transport: 'serial', path: '/dev/ttyUSB1', baud: 19200, parity: 'even' } },
    ])
    expect(state).toMatchObject({ phase: 'ended', done: 20, total: 20 })
  })

  it('goes through the line of the site where that has the port, and never opens it a second time', async () => {
    const { opened, run } = begin({ site: bus({ 1: em340, 9: sdm630 }) })
    const state = await run(
      { kind: 'serial', path: '/dev/ttyUSB0', bauds: [2400], parities: ['odd'], stopBits: 1, units: '9' },
      60_000,
    )
    expect(opened).toEqual([])
    expect(state.finds).toMatchObject([{ unit: 9, lineId: 'bus' }])
    expect(state.notes.join()).toMatch(/searched through that line at its own settings/)
  })

  it('hears a device that answers after its time and asks it again with patience', async () => {
    let asked = 0
    const { opened, clock, scan } = begin({
      far: {
        '/dev/ttyUSB1@9600none': (request) => {
          if (request.unit !== 2) return 'silence'
          asked += 1
          if (asked > 1) return sdm630(request)
          clock.after(180, () => opened[0]?.line.emit({ kind: 'late-reply', atMs: clock.nowMs(), unit: 2 }))
          return 'silence'
        },
      },
    })
    scan.start(
      { kind: 'serial', path: '/dev/ttyUSB1', bauds: [9600], parities: ['none'], stopBits: 1, units: '1-5' },
      'Test',
    )
    await clock.advance(60_000)
    expect(scan.state().finds.map(({ unit }) => unit)).toEqual([2])
  })

  it('asks the last silent ids once more, since no later question would hear them', async () => {
    let asked = 0
    const { clock, scan } = begin({
      far: {
        '/dev/ttyUSB1@9600none': (request) => (request.unit === 30 && (asked += 1) > 1 ? sdm630(request) : 'silence'),
      },
    })
    scan.start(
      { kind: 'serial', path: '/dev/ttyUSB1', bauds: [9600], parities: ['none'], stopBits: 1, units: '30' },
      'Test',
    )
    await clock.advance(30_000)
    expect(scan.state().finds.map(({ unit }) => unit)).toEqual([30])
  })
})

describe('a search of a network', () => {
  it('asks only what was named, a few at once, and tells a refusal from silence', async () => {
    const far = {
      'tcp://10.0.0.3:502': 'refused',
      'tcp://10.0.0.5:502': bus({ 1: deviceOf(profile('janitza-umg')) }),
    } as const
    const { opened, run, mostOpen } = begin({ far })
    const state = await run(overTcp({ hosts: '10.0.0.1-40', units: '1' }), 120_000)
    expect(new Set(opened.map(({ where }) => where))).toEqual(
      new Set(
        Array.from({ length: 40 }, (_, index) => `tcp://10.0.0.${index + 1}:502`).filter(
          (where) => where !== 'tcp://10.0.0.9:502',
        ),
      ),
    )
    expect(mostOpen()).toBeLessThanOrEqual(8)
    for (const { atMs } of opened)
      expect(opened.filter((other) => other.atMs >= atMs && other.atMs < atMs + 1000).length).toBeLessThanOrEqual(11)
    expect(state.troubles.filter(({ kind }) => kind === 'refused').map(({ where }) => where)).toEqual([
      '10.0.0.3:502, Modbus TCP',
    ])
    expect(state.troubles.filter(({ kind }) => kind === 'silent')).toHaveLength(37)
    expect(state.finds).toMatchObject([{ unit: 1, line: { transport: 'tcp', host: '10.0.0.5', port: 502 } }])
    expect(state.notes.join()).toMatch(/10\.0\.0\.9:502 is the line net of the site/)
  })

  it("takes a gateway's word that a unit is absent, and finds those that are there", async () => {
    const { run } = begin({
      far: {
        'tcp://10.0.0.1:502': bus({ 4: sdm630 }, { exception: 11 }),
        'tcp://10.0.0.2:502': bus({}, { exception: 10 }),
      },
    })
    const state = await run(overTcp({ hosts: '10.0.0.1-2' }), 60_000)
    expect(state.finds.map(({ where, unit }) => [where, unit])).toEqual([['10.0.0.1:502, Modbus TCP', 4]])
    expect(state.troubles).toMatchObject([{ kind: 'mute', problem: expect.stringMatching(/a gateway is here/) }])
  })

  it('tells one device that answers to every unit id from many', async () => {
    const { run } = begin({ far: { 'tcp://10.0.0.1:502': deviceOf(profile('siemens-pac2200')) } })
    const state = await run(overTcp({ units: '1-50' }), 120_000)
    expect(state.finds).toHaveLength(1)
    expect(state.finds[0]?.notes.join()).toMatch(/answers to every unit id/)
    expect(state.done).toBe(50)
  })

  it('tries RTU framing where Modbus TCP gets no reply, and not where it did', async () => {
    const { opened, run } = begin({
      far: {
        'tcp://10.0.0.1:502': bus({}),
        'rtu-over-tcp://10.0.0.1:502': bus({ 2: sdm630 }),
        'tcp://10.0.0.2:502': bus({ 1: sdm630 }),
        'tcp://10.0.0.3:502': 'refused',
      },
    })
    const state = await run(overTcp({ hosts: '10.0.0.1-3', units: '1-2', framings: ['tcp', 'rtu-over-tcp'] }), 60_000)
    expect(opened.map(({ where }) => where).toSorted()).toEqual([
      'rtu-over-tcp://10.0.0.1:502',
      'tcp://10.0.0.1:502',
      'tcp://10.0.0.2:502',
      'tcp://10.0.0.3:502',
    ])
    expect(state.finds.map(({ where }) => where).toSorted()).toEqual([
      '10.0.0.1:502, RTU over TCP',
      '10.0.0.2:502, Modbus TCP',
    ])
    expect(state).toMatchObject({ phase: 'ended', done: 12, total: 12 })
  })

  it.each([
    [{ hosts: '10.0.0.0/8' }, /addresses: /],
    [{ units: '1-300' }, /unit ids: /],
    [{ ports: 'all' }, /ports: /],
  ])('refuses %o with words', (more, message) => {
    const { scan } = begin()
    expect(() => scan.start(overTcp(more), 'Test')).toThrow(message)
    expect(scan.state().phase).toBe('idle')
  })
})

describe('cancelling and going on', () => {
  it('stops within one exchange, keeps what it has, and asks nothing twice when it goes on', async () => {
    const asked: number[] = []
    const { clock, scan } = begin({
      far: {
        '/dev/ttyUSB1@9600none': (request) => {
          asked.push(request.unit)
          return bus({ 4: sdm630, 90: em340 })(request)
        },
      },
    })
    scan.start(
      { kind: 'serial', path: '/dev/ttyUSB1', bauds: [9600], parities: ['none'], stopBits: 1, units: '1-100' },
      'Test',
    )
    await clock.advance(5000)
    const cancelled = scan.cancel()
    await clock.advance(150)
    await cancelled
    const at = scan.state()
    expect(at.phase).toBe('cancelled')
    expect(at.done).toBeGreaterThan(10)
    expect(at.finds.map(({ unit }) => unit)).toEqual([4])
    const count = asked.length
    await clock.advance(60_000)
    expect(asked).toHaveLength(count)
    scan.resume()
    await clock.advance(60_000)
    expect(scan.state()).toMatchObject({ phase: 'ended', done: 100 })
    expect(scan.state().finds.map(({ unit }) => unit)).toEqual([4, 90])
    // One may be asked twice where the cancel fell, and the last three silent ones are, with patience.
    const absent = asked.filter((unit) => unit !== 4 && unit !== 90)
    expect(absent.length).toBeLessThanOrEqual(99 + 3)
    expect(() => scan.resume()).toThrow(/no cancelled scan/)
  })

  it('opens no second connection when it goes on after its find became a line of the site', async () => {
    const kept = new Map<string, unknown>()
    const first = begin({ kept, netHost: '10.0.0.8', far: { 'tcp://10.0.0.9:502': bus({ 3: sdm630 }) } })
    first.scan.start(overTcp({ hosts: '10.0.0.9', units: '1-200' }), 'Test')
    await first.clock.advance(10_000)
    void first.scan.cancel()
    await first.clock.advance(5000)
    expect(first.scan.state().phase).toBe('cancelled')
    const second = begin({ kept, far: { 'tcp://10.0.0.9:502': bus({ 3: sdm630 }) } })
    second.scan.resume()
    await second.clock.advance(10_000)
    expect(second.opened).toEqual([])
    expect(second.scan.state()).toMatchObject({ phase: 'ended', total: 200, done: 200 })
    expect(JSON.stringify(second.scan.state())).toContain('is a line of the site now')
  })

  it('refuses a second scan while one runs', async () => {
    const { scan } = begin({ far: { 'tcp://10.0.0.1:502': bus({}) } })
    scan.start(overTcp(), 'Test')
    expect(() => scan.start(overTcp(), 'Test')).toThrow(/a scan is running/)
  })

  it('is still there, to be looked at and gone on with, when the site was opened anew', async () => {
    const kept = new Map<string, unknown>()
    const far = { '/dev/ttyUSB1@9600none': bus({ 4: sdm630, 90: em340 }) }
    const first = begin({ far, kept })
    first.scan.start(
      { kind: 'serial', path: '/dev/ttyUSB1', bauds: [9600], parities: ['none'], stopBits: 1, units: '1-100' },
      'Test',
    )
    await first.clock.advance(5000)
    const stopped = first.scan.stop()
    await first.clock.advance(500)
    await stopped
    const second = begin({ far, kept })
    expect(second.scan.state()).toMatchObject({ phase: 'cancelled', finds: [{ unit: 4 }] })
    second.scan.resume()
    await second.clock.advance(60_000)
    expect(second.scan.state()).toMatchObject({ phase: 'ended', done: 100, finds: [{ unit: 4 }, { unit: 90 }] })
  })
})
