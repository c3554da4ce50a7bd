import { lineProblemText, type LineProblem } from '../../../shared/said/line-problem.ts'
import { describe, expect, it } from 'vitest'
import { chargerProfileSchema } from '../../../shared/profile/charger-profile.ts'
import { meterProfileSchema, type MeterProfile } from '../../../shared/profile/meter-profile.ts'
import { siteSchema } from '../../../shared/site/site.ts'
import type { ModbusRequest } from '../lines/modbus-line.ts'
import { createFakeClock } from '../test-support/fake-clock.ts'
import { createFakeLine, type FakeReply } from '../test-support/fake-line.ts'
import { createWatchedAcquisition } from './test-support/watched-acquisition.ts'

const log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (message: string, data?: unknown) => {
    throw new Error(`${message} ${JSON.stringify(data)}`)
  },
}
const source = { sources: [{ document: 'test' }], confidence: 'high', space: 'input', wordOrder: 'high-first' } as const

const meterProfile = meterProfileSchema.parse({
  id: 'm',
  make: 'Test',
  models: ['M'],
  ...source,
  transports: ['tcp', 'serial'],
  line: { maxRegisters: 40, maxGap: 4, timeoutMs: 300 },
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
  notAvailable: { int16: [-32768] },
  quantities: {
    i_l1: { address: 0, type: 'int16', scale: 0.1, every: 'fast' },
    i_l2: { address: 1, type: 'int16', scale: 0.1, every: 'fast' },
    i_l3: { address: 2, type: 'int16', scale: 0.1, every: 'fast' },
    p_total: { address: 3, type: 'float32', every: 'fast' },
    u_l1l2: { address: 20, type: 'uint16', every: 'normal' },
    u_l2l3: { address: 21, type: 'uint16', every: 'normal' },
    e_import: { address: 100, type: 'uint32', scale: 0.01, every: 'slow' },
    e_export: { address: 102, type: 'uint32', scale: 0.01, every: 'slow' },
  },
}) as unknown as MeterProfile

const chargerProfile = chargerProfileSchema.parse({
  id: 'c',
  make: 'Test',
  models: ['C'],
  ...source,
  space: 'holding',
  transports: ['tcp'],
  line: { maxRegisters: 40, timeoutMs: 300 },
  quantities: {
    i_t1: { address: 1, type: 'uint16', scale: 0.1, every: 'fast' },
    i_t2: { address: 2, type: 'uint16', scale: 0.1, every: 'fast' },
    i_t3: { address: 3, type: 'uint16', scale: 0.1, every: 'fast' },
  },
  status: { address: 0, type: 'uint16', registers: 1, codes: { 2: 'charging' } },
  limit: {
    address: 50,
    type: 'uint16',
    scale: 0.1,
    functionCode: 6,
    minimum: 6,
    pauseValue: 0,
    resolution: 0.5,
    readBack: { address: 60, type: 'uint16', scale: 0.1 },
    tolerance: 0.1,
    settleMs: 100,
  },
  watchdog: { kind: 'poll', timeoutS: 60 },
})

interface Wish {
  readonly meters?: readonly object[]
  readonly chargers?: readonly object[]
  readonly mayAsk?: () => boolean
  readonly profile?: MeterProfile
}

const float = (value: number): number[] => {
  const view = new DataView(new ArrayBuffer(4))
  view.setFloat32(0, value)
  return [view.getUint16(0), view.getUint16(2)]
}
/** A meter at 10, 20, 30 A and 6900 W, 400/401 V, 1234.56 kWh in and 7 out. */
const registers: Record<number, number> = {
  0: 100,
  1: 200,
  2: 300,
  3: float(6900)[0] ?? 0,
  4: float(6900)[1] ?? 0,
  20: 400,
  21: 401,
  100: 1,
  101: 57920,
  102: 0,
  103: 700,
  50: 0,
  60: 155,
}
const wordsOf = (request: ModbusRequest, from: Record<number, number> = registers): number[] =>
  'count' in request ? Array.from({ length: request.count }, (_, index) => from[request.address + index] ?? 0) : []
const serve = (request: ModbusRequest): { readonly words: readonly number[] } => ({ words: wordsOf(request) })

const begin = (answer: (request: ModbusRequest) => FakeReply, wish: Wish = {}) => {
  const clock = createFakeClock()
  const line = createFakeLine('bus', clock, answer)
  const meters = (wish.meters ?? [{}]).map((meter, index) => ({
    id: `m${String(index + 1)}`,
    profile: 'm',
    line: 'bus',
    unit: index + 1,
    ...meter,
  }))
  const site = siteSchema.parse({
    version: 1,
    id: 's',
    name: 'Site',
    grid: { limit: 100 },
    lines: [{ transport: 'tcp', id: 'bus', host: 'h', port: 502 }],
    meters,
    circuits: [{ id: 'main' }],
    chargers: (wish.chargers ?? []).map((charger) => ({
      id: 'c1',
      profile: 'c',
      line: 'bus',
      unit: 9,
      circuit: 'main',
      maximum: 32,
      ...charger,
    })),
  })
  const seen: { meterId: string; samples: object; atMs: number }[] = []
  const acquisition = createWatchedAcquisition({
    site,
    clock,
    log,
    meterProfiles: new Map([['m', wish.profile ?? meterProfile]]),
    chargerProfiles: new Map([['c', chargerProfile]]),
    lines: new Map([['bus', line]]),
    mayAsk: wish.mayAsk ?? (() => true),
    onMeterSamples: (meterId, samples, atMs) => {
      seen.push({ meterId, samples, atMs })
    },
  })
  acquisition.start()
  const sample = (id: string, key: string) => acquisition.meterReadings(clock.nowMs())[id]?.samples[key]
  const stop = async () => {
    const stopped = acquisition.stop()
    await clock.advance(1000)
    await stopped
    expect(clock.pending()).toBe(0)
  }
  return { clock, line, acquisition, seen, sample, stop }
}

describe('what a meter says', () => {
  it('is waiting before the first reply and good after it, with the time of the reply', async () => {
    const { clock, sample, seen, stop } = begin(serve)
    expect(sample('m1', 'i_l2')).toEqual({ value: null, quality: 'waiting', atMs: null })
    const startMs = clock.nowMs()
    await clock.advance(10)
    expect(sample('m1', 'i_l2')).toEqual({ value: 20, quality: 'good', atMs: startMs + 10 })
    expect(seen[0]).toMatchObject({
      meterId: 'm1',
      samples: { i_l1: { value: 10 }, p_total: { value: 6900 } },
      atMs: startMs + 10,
    })
    await clock.advance(2000)
    expect(sample('m1', 'e_import')).toMatchObject({ value: 1234.56, quality: 'good' })
    await stop()
  })

  const faults: readonly [string, FakeReply, string][] = [
    ['silence', 'silence', 'timeout'],
    ['a device-busy exception', { exception: 6 }, 'refused'],
    ['a wrong check sum', { fault: 'crc' }, 'corrupt'],
    ['another unit', { fault: 'wrong-unit' }, 'corrupt'],
    ['a wrong length', { fault: 'malformed' }, 'corrupt'],
    ['infinity', { words: [100, 200, 300, 0x7f80, 0] }, 'implausible'],
    ['NaN', { words: [100, 200, 300, 0x7fc0, 0] }, 'absent'],
    ['a power no installation has', { words: [100, 200, 300, ...float(9e9)] }, 'implausible'],
  ]
  for (const [name, reply, quality] of faults) {
    it(`${name} becomes ${quality}, and the value is back within three polls`, async () => {
      let isBroken = false
      const { clock, line, sample, stop } = begin(
        (request) => (isBroken && request.address === 0 ? reply : serve(request)),
        { meters: [{ periodMs: 500 }] },
      )
      await clock.advance(5000)
      expect(sample('m1', 'p_total')?.quality).toBe('good')
      isBroken = true
      await clock.advance(3000)
      expect(sample('m1', 'p_total')).toMatchObject({ value: null, quality })
      isBroken = false
      line.answer = serve
      await clock.advance(3 * 500)
      expect(sample('m1', 'p_total')).toMatchObject({ value: 6900, quality: 'good' })
      await stop()
    })
  }

  it.each([5, 6])(
    'a device that puts off every second request (exception %i) is asked once more, and loses nothing',
    async (exception) => {
      let asked = 0
      const { clock, line, sample, stop } = begin(
        (request) => {
          asked += 1
          return asked % 2 === 1 ? { exception } : serve(request)
        },
        { meters: [{ periodMs: 500 }] },
      )
      await clock.advance(200)
      const first = line.sent.length
      for (let second = 0; second < 10; second += 1) {
        expect(sample('m1', 'i_l1')).toMatchObject({ value: 10, quality: 'good' })
        await clock.advance(1000)
      }
      // No more often than in the ten seconds before: one that is busy for long is not pressed.
      line.answer = () => ({ exception })
      const before = line.sent.length
      await clock.advance(10_000)
      expect(line.sent.length - before).toBeLessThanOrEqual(before - first + 2)
      expect(sample('m1', 'i_l1')).toMatchObject({ value: null, quality: 'refused' })
      await stop()
    },
  )

  it('marks a code of the maker for "not available" absent, and only that register', async () => {
    const { clock, sample, stop } = begin((request) => ({ words: wordsOf(request, { ...registers, 1: 0x8000 }) }))
    await clock.advance(100)
    expect([sample('m1', 'i_l1')?.value, sample('m1', 'i_l2')?.quality]).toEqual([10, 'absent'])
    await stop()
  })

  it('applies the current transformer, the phase map and the direction of the site file', async () => {
    const { clock, sample, acquisition, stop } = begin(serve, {
      meters: [
        { currentTransformer: { primary: 200, secondary: 5, appliedIn: 'app' } },
        { phases: ['L2', 'L3', 'L1'] },
        { phases: ['L3'] },
        { reverse: true },
      ],
    })
    await clock.advance(12_000)
    expect([sample('m1', 'i_l1')?.value, sample('m1', 'p_total')?.value, sample('m1', 'u_l1l2')?.value]).toEqual([
      400, 276_000, 400,
    ])
    expect(sample('m1', 'e_import')?.value).toBeCloseTo(1234.56 * 40, 6)
    // Terminal 1 is on L2: its 10 A are L2's, and what it measures between 1 and 2 is L2-L3.
    expect([
      sample('m2', 'i_l2')?.value,
      sample('m2', 'i_l3')?.value,
      sample('m2', 'i_l1')?.value,
      sample('m2', 'u_l2l3')?.value,
      sample('m2', 'u_l3l1')?.value,
    ]).toEqual([10, 20, 30, 400, 401])
    expect(
      Object.keys(acquisition.meterReadings(clock.nowMs())['m3']?.samples ?? {}).filter((key) => /^[iu]_/.test(key)),
    ).toEqual(['i_l3'])
    expect([sample('m4', 'p_total')?.value, sample('m4', 'e_import')?.value, sample('m4', 'e_export')?.value]).toEqual([
      -6900, 7, 1234.56,
    ])
    await stop()
  })
})

describe('the loop of a line', () => {
  const startsOf = (line: ReturnType<typeof begin>['line'], unit: number, address = 0) =>
    line.sent.filter(({ request }) => request.unit === unit && request.address === address).map(({ atMs }) => atMs)

  it('keeps the cadence of the fast quantities to the millisecond, slow blocks or not', async () => {
    const { clock, line, acquisition, stop } = begin(serve, { meters: [{ periodMs: 200 }] })
    await clock.advance(30_000)
    const starts = startsOf(line, 1)
    expect(starts.length).toBe(151)
    const phase = starts[0] ?? 0
    // A normal or slow read in flight may hold a fast one up for its own ten milliseconds, but nothing adds up.
    for (const [index, at] of starts.entries()) expect(at - phase - index * 200).toBeLessThanOrEqual(10)
    expect(starts.at(-1)).toBeLessThanOrEqual(phase + 30_010)
    expect(acquisition.deviceHealth()['m1']).toMatchObject({ state: 'ok', skippedSweeps: 0, periodMs: 200 })
    expect(startsOf(line, 1, 20).length).toBeGreaterThanOrEqual(29)
    expect(startsOf(line, 1, 100).length).toBeGreaterThanOrEqual(3)
    await stop()
  })

  it('skips and counts what it cannot keep, and stays on the beat', async () => {
    const { clock, line, acquisition, stop } = begin((request) => ({ ...serve(request), afterMs: 350 }), {
      meters: [{ periodMs: 200 }],
    })
    await clock.advance(20_000)
    const starts = startsOf(line, 1)
    const phase = starts[0] ?? 0
    expect(starts.some((at) => (at - phase) % 200 === 0 && at !== phase)).toBe(true)
    expect(acquisition.deviceHealth()['m1']?.skippedSweeps).toBeGreaterThan(20)
    await stop()
  })

  it('a dead meter costs the others nothing but its slot, and is back within three polls', async () => {
    let isDead = true
    const { clock, line, acquisition, sample, stop } = begin(
      (request) => (isDead && request.unit === 2 ? 'silence' : serve(request)),
      { meters: [{}, {}, {}] },
    )
    await clock.advance(60_000)
    expect(startsOf(line, 1).length).toBeGreaterThanOrEqual(59)
    expect(startsOf(line, 3).length).toBeGreaterThanOrEqual(59)
    const spent = line.sent.filter(({ request }) => request.unit === 2).length * 300
    expect(spent).toBeLessThan(60_000 / 3)
    expect(acquisition.deviceHealth()).toMatchObject({
      m1: { state: 'ok' },
      m2: { state: 'silent', lastFault: { kind: 'timeout' } },
      m3: { state: 'ok' },
    })
    expect(sample('m2', 'i_l1')?.quality).toBe('timeout')
    expect(sample('m2', 'e_import')?.quality).toBe('timeout')
    isDead = false
    await clock.advance(3000)
    expect(sample('m2', 'i_l1')?.quality).toBe('good')
    expect(sample('m2', 'e_import')?.quality).toBe('good')
    await stop()
  })

  it('shows offline while the line is down, in its own words, and reads at once when it is up', async () => {
    const { clock, line, acquisition, sample, stop } = begin(serve)
    await clock.advance(2000)
    const problem: LineProblem = { kind: 'refused', where: 'h:502', peer: 'modbus' }
    line.setState('disconnected', problem)
    expect(sample('m1', 'i_l1')?.quality).toBe('offline')
    expect(acquisition.deviceHealth()['m1']).toMatchObject({
      state: 'silent',
      lastFault: { kind: 'offline', message: lineProblemText(problem) },
    })
    expect(acquisition.lineHealth()['bus']).toMatchObject({
      state: 'disconnected',
      problem: lineProblemText(problem),
      address: 'h:502',
    })
    await clock.advance(10_000)
    line.setState('connected')
    await clock.advance(50)
    expect(sample('m1', 'i_l1')?.quality).toBe('good')
    await stop()
  })

  it('lets a good value go stale when nobody could read it in time', async () => {
    const { clock, line, sample, stop } = begin(serve)
    await clock.advance(500)
    line.answer = (request) => ({ ...serve(request), afterMs: 60_000 })
    // Read at 10 ms, stale more than three periods later.
    await clock.advance(2500)
    expect(sample('m1', 'i_l1')?.quality).toBe('good')
    await clock.advance(20)
    expect(sample('m1', 'i_l1')).toMatchObject({ value: null, quality: 'stale' })
    line.answer = serve
    await clock.advance(120_000)
    await stop()
  })

  it('counts late replies for the unit they came from', async () => {
    const { clock, line, acquisition, stop } = begin(serve, { meters: [{}, {}] })
    line.emit({ kind: 'late-reply', atMs: clock.nowMs(), unit: 2 })
    line.emit({ kind: 'stray', atMs: clock.nowMs(), bytes: 7 })
    await clock.advance(100)
    expect(acquisition.deviceHealth()).toMatchObject({ m1: { lateReplies: 0 }, m2: { lateReplies: 1 } })
    expect(acquisition.lineHealth()['bus']).toMatchObject({ lateReplies: 1, strayBytes: 7 })
    await stop()
  })
})

describe('a register this firmware lacks', () => {
  it('is found by halving, marked refused alone, remembered, asked for again ever more seldom, and no fault of the device', async () => {
    const missing = 2
    const touches = (request: ModbusRequest) =>
      'count' in request && request.address <= missing && request.address + request.count > missing
    const { clock, line, acquisition, sample, stop } = begin((request) =>
      touches(request) ? { exception: 2 } : serve(request),
    )
    await clock.advance(5000)
    expect(sample('m1', 'i_l3')?.quality).toBe('refused')
    expect([sample('m1', 'i_l1')?.value, sample('m1', 'i_l2')?.value, sample('m1', 'p_total')?.value]).toEqual([
      10, 20, 6900,
    ])
    const refusals = line.sent.filter(({ request }) => touches(request)).length
    expect(refusals).toBeLessThanOrEqual(6)
    await clock.advance(300_000)
    // After 2, 10 and 60 s, and then not for ten minutes.
    expect(line.sent.filter(({ request }) => touches(request)).length).toBeLessThanOrEqual(refusals + 3)
    expect(acquisition.deviceHealth()['m1']).toMatchObject({ state: 'ok', requestsPerSweep: 3 })
    line.answer = serve
    await clock.advance(601_000)
    expect(sample('m1', 'i_l3')?.value).toBe(30)
    await stop()
  })

  it('is found where the whole profile is one block, too', async () => {
    const { i_l1, i_l2, i_l3, p_total } = meterProfile.quantities
    const { clock, sample, stop } = begin(
      (request) =>
        'count' in request && request.address <= 1 && request.address + request.count > 1
          ? { exception: 2 }
          : serve(request),
      { profile: { ...meterProfile, quantities: { i_l1, i_l2, i_l3, p_total } as MeterProfile['quantities'] } },
    )
    await clock.advance(20_000)
    expect([
      sample('m1', 'i_l1')?.value,
      sample('m1', 'i_l2')?.quality,
      sample('m1', 'i_l3')?.value,
      sample('m1', 'p_total')?.value,
    ]).toEqual([10, 'refused', 30, 6900])
    await stop()
  })

  it('two that are refused come back both, whichever is asked for first', async () => {
    const missing = [0, 2]
    const touches = (request: ModbusRequest) =>
      'count' in request && missing.some((at) => request.address <= at && request.address + request.count > at)
    const { clock, line, sample, stop } = begin((request) => (touches(request) ? { exception: 2 } : serve(request)))
    await clock.advance(100_000)
    expect([sample('m1', 'i_l1')?.quality, sample('m1', 'i_l2')?.value, sample('m1', 'i_l3')?.quality]).toEqual([
      'refused',
      20,
      'refused',
    ])
    line.answer = serve
    await clock.advance(602_000)
    expect([sample('m1', 'i_l1')?.value, sample('m1', 'i_l2')?.value, sample('m1', 'i_l3')?.value]).toEqual([
      10, 20, 30,
    ])
    await stop()
  })
})

describe('a device or gateway that is starting and refuses everything', () => {
  for (const seconds of [0.5, 1, 3, 10, 100]) {
    it(`for ${String(seconds)} s loses no register, and all is read again within three polls`, async () => {
      let isStarting = false
      const { clock, acquisition, stop } = begin((request) => (isStarting ? { exception: 2 } : serve(request)))
      const good = () =>
        Object.values(acquisition.meterReadings(clock.nowMs())['m1']?.samples ?? {}).filter(
          (sample) => sample.quality === 'good',
        ).length
      await clock.advance(5300)
      expect(good()).toBe(8)
      const requestsPerSweep = acquisition.deviceHealth()['m1']?.requestsPerSweep
      isStarting = true
      await clock.advance(seconds * 1000)
      isStarting = false
      await clock.advance(3000)
      expect(good()).toBe(8)
      expect(acquisition.deviceHealth()['m1']?.requestsPerSweep).toBe(requestsPerSweep)
      await clock.advance(60_000)
      expect(acquisition.deviceHealth()['m1']?.state).toBe('ok')
      await stop()
    })
  }
})

describe('a charger', () => {
  const chargerRegisters = { ...registers, 0: 2, 1: 100, 2: 110, 3: 120 }
  const serveCharger = (request: ModbusRequest): FakeReply => ({ words: wordsOf(request, chargerRegisters) })

  it('shows its status and its terminals on the phases they are wired to', async () => {
    const { clock, acquisition, stop } = begin(serveCharger, { meters: [], chargers: [{ phases: ['L3', 'L1'] }] })
    await clock.advance(1500)
    const reading = acquisition.chargerReadings(clock.nowMs())['c1']
    expect(reading?.status).toMatchObject({ value: 'charging', code: '2', quality: 'good' })
    expect(reading?.siteCurrentA).toMatchObject({
      L3: { value: 10 },
      L1: { value: 11 },
      L2: { value: null, quality: 'absent' },
    })
    await stop()
  })

  it('gets no request while decisions are not fresh, because any request feeds its watchdog', async () => {
    let may = true
    const { clock, line, acquisition, stop } = begin(serveCharger, { meters: [], chargers: [{}], mayAsk: () => may })
    await clock.advance(3000)
    may = false
    await clock.advance(500)
    const before = line.sent.length
    await clock.advance(30_000)
    expect(line.sent.length).toBe(before)
    expect(acquisition.chargerReadings(clock.nowMs())['c1']?.siteCurrentA.L1.quality).toBe('stale')
    may = true
    await clock.advance(1000)
    expect(acquisition.chargerReadings(clock.nowMs())['c1']?.siteCurrentA.L1.value).toBe(10)
    await stop()
  })

  it('takes a limit ahead of the sweep, rounded down to its step, and says what is in force', async () => {
    const { clock, line, acquisition, stop } = begin(serveCharger, { meters: [{}, {}], chargers: [{}] })
    const link = acquisition.chargerLinks.get('c1') ?? expect.fail('no link')
    const outcomes: unknown[] = []
    void link.writeLimit(15.74).then((outcome) => outcomes.push(outcome))
    await clock.advance(25)
    expect(line.sent[1]).toMatchObject({
      request: { unit: 9, functionCode: 6, address: 50, words: [155] },
      options: { priority: 'write' },
    })
    void link.readBackLimit().then((outcome) => outcomes.push(outcome))
    void link.writeLimit(0).then((outcome) => outcomes.push(outcome))
    void link.writeLimit(3).then((outcome) => outcomes.push(outcome))
    await clock.advance(100)
    expect(outcomes).toMatchObject([
      { ok: true },
      { ok: false, why: expect.stringContaining('below the smallest limit') },
      { ok: true, limitA: 15.5 },
      { ok: true },
    ])
    expect(line.sent.some(({ request }) => 'words' in request && request.words[0] === 0)).toBe(true)
    await stop()
  })
})
