import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { meterProfileSchema, type MeterProfile } from '../../../shared/profile/meter-profile.ts'
import { siteSchema } from '../../../shared/site/site.ts'
import type { ModbusRequest } from '../lines/modbus-line.ts'
import { createFakeClock } from '../test-support/fake-clock.ts'
import { createFakeLine, type FakeReply } from '../test-support/fake-line.ts'
import { eventColumns } from '../../../shared/said/event.ts'
import { createWatchedAcquisition } from './test-support/watched-acquisition.ts'

const log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (message: string, data?: unknown) => {
    throw new Error(`${message} ${JSON.stringify(data)}`)
  },
}
const profile = meterProfileSchema.parse({
  id: 'm',
  make: 'Test',
  models: ['M'],
  sources: [{ document: 'test' }],
  confidence: 'high',
  space: 'input',
  wordOrder: 'high-first',
  transports: ['tcp', 'serial'],
  line: { maxRegisters: 40, maxGap: 4, timeoutMs: 500 },
  probe: { quantity: 'f', low: 45, high: 65 },
  capabilities: {
    windowMs: null,
    refreshMs: null,
    minMaxRegisters: false,
    eventLog: false,
    harmonicsToOrder: null,
    angles: false,
  },
  billing: { suitable: 'not-verified', note: 'test' },
  quantities: {
    i_l1: { address: 0, type: 'int16', every: 'fast' },
    p_total: { address: 2, type: 'int16', every: 'fast' },
    u_l1l2: { address: 60, type: 'uint16', every: 'normal' },
    e_import: { address: 100, type: 'uint32', every: 'slow' },
  },
}) as unknown as MeterProfile

interface Wish {
  readonly line?: object
  readonly meters: readonly object[]
}
const begin = (answer: (request: ModbusRequest, atMs: number) => FakeReply, { line: lineWish, meters }: Wish) => {
  const clock = createFakeClock()
  const line = createFakeLine('bus', clock, (request) => answer(request, clock.monotonicMs()))
  const site = siteSchema.parse({
    version: 1,
    id: 's',
    name: 'Site',
    grid: { limit: 100 },
    lines: [{ id: 'bus', ...(lineWish ?? { transport: 'tcp', host: 'h', port: 502 }) }],
    circuits: [{ id: 'main' }],
    meters: meters.map((meter, index) => ({
      id: `m${String(index + 1)}`,
      profile: 'm',
      line: 'bus',
      unit: index + 1,
      ...meter,
    })),
  })
  const notices: ReturnType<typeof eventColumns>[] = []
  const acquisition = createWatchedAcquisition({
    site,
    clock,
    log,
    meterProfiles: new Map([['m', profile]]),
    chargerProfiles: new Map(),
    lines: new Map([['bus', line]]),
    mayAsk: () => true,
    onNotice: (kind, _severity, _subject, facts) => notices.push(eventColumns(kind, facts)),
  })
  acquisition.start()
  const quality = (id: string, key = 'i_l1') => acquisition.meterReadings(clock.nowMs())[id]?.samples[key]?.quality
  const startsOf = (unit: number, address = 0) =>
    line.sent.filter(({ request }) => request.unit === unit && request.address === address).map(({ atMs }) => atMs)
  const stop = async () => {
    const stopped = acquisition.stop()
    await clock.advance(10_000)
    await stopped
    expect(clock.pending()).toBe(0)
  }
  return { clock, line, acquisition, notices, quality, startsOf, stop }
}
const serial = { transport: 'serial', path: '/dev/x', baud: 19200 }
const answer =
  (afterMs: number) =>
  (request: ModbusRequest): FakeReply => ({
    words: 'count' in request ? Array<number>(request.count).fill(1) : [],
    afterMs,
  })

describe('a line with more to do than it can', () => {
  it('gives each of any devices its share and starves none', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ periodMs: fc.constantFrom(200, 500, 1000, 2000), afterMs: fc.integer({ min: 20, max: 120 }) }),
          { minLength: 4, maxLength: 16 },
        ),
        async (devices) => {
          const { clock, startsOf, stop } = begin(
            (request) => answer(devices[request.unit - 1]?.afterMs ?? 20)(request),
            { line: serial, meters: devices.map(({ periodMs }) => ({ periodMs })) },
          )
          await clock.advance(60_000)
          // Every block of every device once takes this long; nobody waits longer than that beyond their own period.
          const roundMs = devices.reduce((sum, { afterMs }) => sum + 3 * afterMs, 0)
          for (const [index, { periodMs }] of devices.entries()) {
            for (const address of [0, 60, 100]) {
              const ownMs = address === 0 ? periodMs : address === 60 ? Math.max(1000, periodMs) : 10_000
              const starts = [0, ...startsOf(index + 1, address).map((at) => at - 1000), 60_000]
              const longest = Math.max(...starts.slice(1).map((at, place) => at - (starts[place] ?? 0)))
              expect(longest).toBeLessThanOrEqual(2 * ownMs + 2 * roundMs + 500)
            }
          }
          await stop()
        },
      ),
      { numRuns: 25 },
    )
  })

  it('divides the time evenly among equals', async () => {
    const { clock, startsOf, stop } = begin(answer(100), {
      line: serial,
      meters: Array.from({ length: 20 }, () => ({ periodMs: 500 })),
    })
    await clock.advance(120_000)
    const counts = Array.from({ length: 20 }, (_, index) => startsOf(index + 1).length)
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(2)
    await stop()
  })
})

describe('dead devices on a shared line', () => {
  for (const deadCount of [1, 5, 15]) {
    it(`${String(deadCount)} of 20 leave the others two thirds of the line, are probed seldom, and each is back within one probe`, async () => {
      let isDead = true
      const { clock, line, acquisition, quality, startsOf, stop } = begin(
        (request) => (isDead && request.unit <= deadCount ? 'silence' : answer(20)(request)),
        { line: serial, meters: Array.from({ length: 20 }, () => ({})) },
      )
      await clock.advance(60_000)
      const before = line.sent.length
      const fromMs = clock.monotonicMs()
      await clock.advance(120_000)
      const probes = line.sent.slice(before).filter(({ request }) => request.unit <= deadCount)
      const spentMs = probes.reduce((sum, { options }) => sum + options.deadlineMs, 0)
      expect(spentMs).toBeLessThanOrEqual(120_000 / 3 + 500)
      for (let unit = deadCount + 1; unit <= 20; unit += 1)
        expect(startsOf(unit).filter((at) => at >= fromMs).length).toBeGreaterThanOrEqual(118)
      const gaps = Array.from({ length: deadCount }, (_, index) => {
        const starts = startsOf(index + 1).filter((at) => at >= fromMs)
        return Math.max(...starts.slice(1).map((at, place) => at - (starts[place] ?? 0)))
      })
      isDead = false
      await clock.advance(Math.max(...gaps) + 500)
      for (let index = 1; index <= deadCount; index += 1) expect(quality(`m${String(index)}`)).toBe('good')
      expect(
        Object.values(acquisition.deviceHealth()).every(({ state }) => state === 'ok' || state === 'degraded'),
      ).toBe(true)
      await stop()
    })
  }

  it('one that died costs less than it would with a fixed deadline, and its deadline is told', async () => {
    let isDead = false
    const { clock, line, acquisition, stop } = begin(
      (request) => (isDead && request.unit === 2 ? 'silence' : answer(20)(request)),
      { line: serial, meters: [{}, {}, {}] },
    )
    await clock.advance(30_000)
    expect(acquisition.deviceHealth()['m2']).toMatchObject({ deadlineMs: 150, longestDeadlineMs: 500 })
    isDead = true
    const before = line.sent.length
    await clock.advance(60_000)
    const probes = line.sent.slice(before).filter(({ request }) => request.unit === 2)
    expect(probes.length).toBeGreaterThan(10)
    expect(probes.reduce((sum, { options }) => sum + options.deadlineMs, 0)).toBeLessThan(0.9 * 500 * probes.length)
    // Writes of chargers and first reads are not concerned: the longest deadline is still what an unknown request gets.
    await stop()
  })
})

describe('behind a gateway', () => {
  it('0x0B is a silent device: no reply, counted apart, probed seldom; 0x0A is a setting, told as one; its own exceptions stay its own', async () => {
    let reply: Record<number, FakeReply | undefined> = {
      1: { exception: 0x0b, afterMs: 800 },
      2: { exception: 0x0a },
      3: { exception: 6 },
    }
    const { clock, line, acquisition, quality, startsOf, stop } = begin(
      (request) => reply[request.unit] ?? answer(20)(request),
      { meters: [{}, {}, {}, {}] },
    )
    await clock.advance(60_000)
    const health = acquisition.deviceHealth()
    expect(health['m1']).toMatchObject({
      state: 'silent',
      timeouts: 0,
      exceptions: 0,
      lastFault: { kind: 'gateway: no reply from the device' },
    })
    expect(health['m1']?.gatewaySilent).toBeGreaterThan(5)
    expect(health['m2']).toMatchObject({
      state: 'unrouted',
      exceptions: 0,
      gatewaySilent: 0,
      lastFault: { kind: 'gateway: no path to this unit' },
    })
    expect(health['m2']?.gatewayNoPath).toBeGreaterThan(5)
    expect(health['m3']).toMatchObject({ gatewaySilent: 0, gatewayNoPath: 0, state: 'degraded' })
    expect([quality('m1'), quality('m2'), quality('m3'), quality('m4')]).toEqual([
      'timeout',
      'no-path',
      'refused',
      'good',
    ])
    expect(acquisition.lineHealth()['bus']).toMatchObject({
      gatewaySilent: health['m1']?.gatewaySilent,
      gatewayNoPath: health['m2']?.gatewayNoPath,
    })
    // The gateway waits 800 ms for it each time: no more than a third of the line.
    expect(startsOf(1).length * 800).toBeLessThan(60_000 / 2)
    expect(startsOf(4).length).toBeGreaterThanOrEqual(50)
    reply = {}
    line.answer = (request) => answer(20)(request)
    await clock.advance(12_000)
    expect([quality('m1'), quality('m2'), quality('m3')]).toEqual(['good', 'good', 'good'])
    expect(acquisition.deviceHealth()['m2']?.state).not.toBe('unrouted')
    await stop()
  })

  it('a lost request holds the gateway up: the others get the time it takes instead of timeouts of their own', async () => {
    let isDead = false
    // A gateway that serves one request after the other and gives each 1 s: what comes meanwhile waits.
    let busyUntilMs = 0
    const { clock, acquisition, stop } = begin(
      (request, atMs) => {
        const startMs = Math.max(atMs, busyUntilMs)
        if (isDead && request.unit === 2) {
          busyUntilMs = startMs + 1000
          return 'silence'
        }
        busyUntilMs = startMs + 20
        return answer(busyUntilMs - atMs)(request)
      },
      { meters: [{}, {}, {}] },
    )
    await clock.advance(30_000)
    isDead = true
    await clock.advance(120_000)
    expect(acquisition.deviceHealth()['m1']?.timeouts).toBe(0)
    expect(acquisition.deviceHealth()['m3']?.timeouts).toBe(0)
    expect(acquisition.deviceHealth()['m2']?.timeouts).toBeGreaterThan(5)
    await stop()
  })
})

describe('periods of single quantities', () => {
  it('override the profile, slower and faster, and are read at them', async () => {
    const { clock, startsOf, stop } = begin(answer(10), {
      meters: [{ periodMs: 1000, periods: { e_import: 60_000, u_l1l2: 200 } }],
    })
    await clock.advance(120_000)
    expect(startsOf(1, 0).length).toBeGreaterThanOrEqual(120)
    expect(startsOf(1, 100).length).toBeLessThanOrEqual(3)
    expect(startsOf(1, 60).length).toBeGreaterThanOrEqual(595)
    await stop()
  })
})

describe('a line that sends ahead', () => {
  it('keeps as many requests under way as it may, on one device too, and reads one at a time where something is amiss', async () => {
    let isBroken = false
    let open = 0
    let most = 0
    const clock = createFakeClock()
    const fake = createFakeLine('bus', clock, answer(10))
    const line = {
      ...fake,
      transact: async (request: ModbusRequest, options: Parameters<typeof fake.transact>[1]) => {
        open += 1
        most = Math.max(most, open)
        await new Promise<void>((resolve) => {
          clock.after(900, resolve)
        })
        open -= 1
        return isBroken
          ? { ok: false as const, atMs: clock.nowMs(), fault: { kind: 'timeout' as const, code: null, message: 'no' } }
          : {
              ok: true as const,
              atMs: clock.nowMs(),
              turnaroundMs: 900,
              completeMs: 900,
              words: 'count' in request ? Array<number>(request.count).fill(1) : [],
              options,
            }
      },
    }
    const site = siteSchema.parse({
      version: 1,
      id: 's',
      name: 'Site',
      grid: { limit: 100 },
      lines: [{ transport: 'tcp', id: 'bus', host: 'h', port: 502, link: 'cellular', pipeline: 3 }],
      circuits: [{ id: 'main' }],
      meters: [{ id: 'm1', profile: 'm', line: 'bus', unit: 1 }],
    })
    const acquisition = createWatchedAcquisition({
      site,
      clock,
      log,
      meterProfiles: new Map([['m', profile]]),
      chargerProfiles: new Map(),
      lines: new Map([['bus', line]]),
      mayAsk: () => true,
    })
    acquisition.start()
    await clock.advance(30_000)
    expect(most).toBe(3)
    expect(acquisition.deviceHealth()['m1']).toMatchObject({ state: 'ok' })
    expect(acquisition.deviceHealth()['m1']?.achievedPeriodMs).toBeLessThan(1300)
    isBroken = true
    await clock.advance(3000)
    most = 0
    await clock.advance(30_000)
    expect(most).toBe(1)
    isBroken = false
    await clock.advance(30_000)
    expect(acquisition.meterReadings(clock.nowMs())['m1']?.samples['e_import']?.quality).toBe('good')
    const stopped = acquisition.stop()
    await clock.advance(5000)
    await stopped
  })
})
