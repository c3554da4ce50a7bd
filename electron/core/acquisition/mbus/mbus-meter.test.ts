import { eventText } from '../../../../shared/said/event.ts'
import { describe, expect, it } from 'vitest'
import { encodeTelegram, type RecordToEncode } from '../../../../shared/mbus/encode-telegram.ts'
import type { LinkFrame } from '../../../../shared/mbus/link-frame.ts'
import { mbusProfileSchema, type MbusProfile } from '../../../../shared/mbus/profile.ts'
import type { Image } from '../../../../shared/model/image.ts'
import { siteSchema } from '../../../../shared/site/site.ts'
import { createDetectors } from '../../detectors/detectors.ts'
import type { MbusLine, MbusOutcome } from '../../lines/mbus-line.ts'
import { createIntervalRecorder } from '../../record/interval-recorder.ts'
import { createFakeClock } from '../../test-support/fake-clock.ts'
import { createWatchedMbus } from '../test-support/watched-mbus.ts'
import { nextDue } from './mbus-meter.ts'

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (message: string, data?: unknown) => {
    throw new Error(`${message} ${JSON.stringify(data)}`)
  },
}
const profile = mbusProfileSchema.parse({
  id: 'p',
  make: 'Any',
  models: ['any'],
  sources: [{ document: 'test' }],
  confidence: 'medium',
  match: [{ medium: 2 }],
  capabilities: { windowMs: null, refreshMs: null, minMax: false, telegrams: null },
  billing: { suitable: 'not-verified', note: 'test' },
  quantities: {
    e_import: { vif: 'energy' },
    e_export: { vif: 'energy', direction: 'backward' },
    u_l1n: { vif: 'voltage', phase: 'L1' },
    i_l1: { vif: 'current', phase: 'L1' },
    p_total: { vif: 'power' },
  },
}) as unknown as MbusProfile
interface Says {
  wattHours: number
  status: number
  id: string
  medium: number
  more: readonly RecordToEncode[]
}
const timeoutMs = 438

/** Meters on a fake line: each exchange takes 100 ms, a silent meter's its deadline. The site is assessed every second. */
const begin = (meters: Record<string, { primary: number; periodMs?: number }>, circuit = {}) => {
  const clock = createFakeClock()
  const says = new Map(
    Object.values(meters).map(({ primary }): [number, Says | null] => [
      primary,
      { wattHours: 1000, status: 0, id: String(primary).padStart(8, '0'), medium: 2, more: [] },
    ]),
  )
  const asked: { readonly atMs: number; readonly address: number }[] = []
  const wait = (ms: number) =>
    new Promise<void>((resolve) => {
      clock.after(ms, resolve)
    })
  const exchange: MbusLine['exchange'] = async (frame): Promise<MbusOutcome> => {
    if (frame.kind === 'ack') throw new Error('a master acknowledges nothing')
    asked.push({ atMs: clock.monotonicMs(), address: frame.address })
    const meter = says.get(frame.address) ?? null
    await wait(meter === null ? timeoutMs : 100)
    const atMs = clock.nowMs()
    if (meter === null) return { ok: false, fault: { kind: 'timeout', code: null, message: 'no answer' }, atMs }
    const data = encodeTelegram(
      { id: meter.id, manufacturer: 'TST', version: 1, medium: meter.medium, accessNumber: 1, status: meter.status },
      [{ vif: [0x03], data: { coding: 'int32', value: meter.wattHours } }, ...meter.more],
    )
    const answer: LinkFrame =
      frame.control === 0x40 ? { kind: 'ack' } : { kind: 'long', control: 8, address: frame.address, ci: 0x72, data }
    return { ok: true, frame: answer, atMs, turnaroundMs: 60 }
  }
  const line: MbusLine = {
    id: 'bus',
    answerMs: timeoutMs,
    exchange,
    converse: (task) => task(exchange),
    onEvent: () => () => undefined,
    onFrame: () => () => undefined,
    close: async () => undefined,
    status: () => ({ state: 'connected', problem: null, reconnects: 0, bytesSent: 0, bytesReceived: 0 }),
  }
  const site = siteSchema.parse({
    version: 1,
    id: 's',
    name: 'S',
    grid: { limit: 100 },
    lines: [{ transport: 'mbus-tcp', id: 'bus', host: '192.0.2.1', port: 10001 }],
    meters: Object.entries(meters).map(([id, { primary, periodMs }]) => ({
      id,
      profile: 'p',
      line: 'bus',
      mbus: { primary },
      ...(periodMs === undefined ? {} : { periodMs }),
    })),
    circuits: [{ id: 'main', limit: 100, ...circuit }],
  })
  let ids = 0
  const detectors = createDetectors({ site, newId: () => `finding-${String((ids += 1))}` })
  const recorder = createIntervalRecorder(site.meters)
  const notices: string[] = []
  const told: string[] = []
  const messages: string[] = []
  const qualities = new Map<string, Set<string>>()
  const intervals: ReturnType<typeof recorder.close>[number][] = []
  const acquisition = createWatchedMbus({
    site,
    clock,
    log: silent,
    profiles: new Map([['p', profile]]),
    lines: new Map([['bus', line]]),
    onMeterSamples: (id, samples) => {
      detectors.observe(id, samples)
      recorder.observe(id, samples)
    },
    onNotice: (kind, severity, _subject, facts) => {
      notices.push(`${severity}: ${eventText(kind, facts)}`)
    },
  })
  acquisition.start()
  return {
    clock,
    says,
    asked,
    notices,
    told,
    messages,
    intervals,
    qualities,
    acquisition,
    async run(seconds: number): Promise<void> {
      for (let second = 0; second < seconds; second += 1) {
        await clock.advance(1000)
        const readings = acquisition.meterReadings(clock.nowMs())
        const image: Image = { seq: second, atMs: clock.nowMs(), meters: readings, chargers: {}, circuits: {} }
        for (const { kind, finding } of detectors.step(image).changes) {
          told.push(`${kind} ${finding.title}`)
          messages.push(finding.message)
        }
        intervals.push(...recorder.close(clock.nowMs()))
        for (const [id, { samples }] of Object.entries(readings))
          qualities.set(id, (qualities.get(id) ?? new Set()).add(samples['e_import']?.quality ?? ''))
      }
    },
    sample: (id: string, key: 'e_import' | 'e_export' | 'u_l1n') =>
      acquisition.meterReadings(clock.nowMs())[id]?.samples[key],
    async stop(): Promise<void> {
      const stopped = acquisition.stop()
      await clock.advance(5000)
      await stopped
    },
  }
}

describe('a meter read once a minute', () => {
  it('with energy only raises nothing in an hour, its value never flickers, and its intervals note no register it does not have', async () => {
    const site = begin({ heat: { primary: 5 } }, { meter: 'heat' })
    await site.run(5)
    site.qualities.clear()
    await site.run(3600)
    expect(site.told).toEqual([])
    expect([...(site.qualities.get('heat') ?? [])]).toEqual(['good'])
    expect(site.sample('heat', 'u_l1n')).toMatchObject({ value: null, quality: 'absent' })
    site.says.set(5, null)
    await site.run(400)
    expect(site.told, 'silence beyond two periods is told, in one finding').toEqual([
      'raised No readings from meter heat',
      ...site.told.slice(1),
    ])
    site.says.set(5, { wattHours: 2000, status: 0, id: '00000005', medium: 2, more: [] })
    await site.run(200)
    expect(site.messages[0]).toMatch(/M-Bus address or number/)
    expect(site.told.at(-1)).toBe('cleared No readings from meter heat')
    expect(site.intervals.filter(({ note }) => note?.includes('export') === true)).toEqual([])
    expect(site.sample('heat', 'u_l1n')?.quality).toBe('absent')
    await site.stop()
    expect(site.clock.pending()).toBe(0)
  })

  it('loses one reading and has its value back within seconds, not after another minute', async () => {
    const site = begin({ a: { primary: 1 } })
    await site.run(5)
    site.says.set(1, null)
    await site.run(60)
    expect(site.sample('a', 'e_import')?.quality).toBe('timeout')
    site.says.set(1, { wattHours: 7000, status: 0, id: '00000001', medium: 2, more: [] })
    await site.run(12)
    expect(site.sample('a', 'e_import')).toMatchObject({ value: 7, quality: 'good' })
    expect(site.told).toEqual([])
    await site.stop()
  })
})

describe('a dead meter on an M-Bus', () => {
  it('costs the others next to nothing and is back within one probe', async () => {
    const names = Object.fromEntries(
      Array.from({ length: 10 }, (_, index) => [`m${String(index)}`, { primary: index + 1, periodMs: 10_000 }]),
    )
    const site = begin(names)
    site.says.set(4, null)
    await site.run(600)
    const readsOf = (address: number) => site.asked.filter((each) => each.address === address).length
    // A reset and a request, sixty times.
    for (const address of [1, 2, 3, 5, 10]) expect(readsOf(address) / 2).toBeGreaterThanOrEqual(59)
    expect(site.acquisition.deviceHealth()['m0']?.skippedSweeps).toBe(0)
    expect(readsOf(4) * timeoutMs, 'of 600 s').toBeLessThan(60_000)
    site.says.set(4, { wattHours: 1, status: 0, id: '00000004', medium: 2, more: [] })
    await site.run(12)
    expect(site.sample('m3', 'e_import')?.quality).toBe('good')
    await site.stop()
  })
})

describe('what an M-Bus meter says of itself', () => {
  it('is told once when it is set, and once when it is gone', async () => {
    const site = begin({ a: { primary: 1, periodMs: 10_000 } })
    const meter = site.says.get(1) as Says
    meter.status = 0x0c
    await site.run(60)
    expect(site.notices).toEqual([
      expect.stringMatching(/^warning: a reports low power/),
      expect.stringMatching(/^warning: a reports a permanent error/),
    ])
    site.notices.length = 0
    meter.status = 0x08
    await site.run(60)
    expect(site.notices).toEqual(['info: a no longer reports low power'])
    await site.stop()
  })

  it('another meter in its place is told, and a heat meter’s kWh are never electricity', async () => {
    const site = begin({ a: { primary: 1, periodMs: 10_000 } })
    const meter = site.says.get(1) as Says
    await site.run(5)
    expect(site.notices).toEqual([])
    meter.id = '99999999'
    await site.run(20)
    expect(site.notices).toEqual([
      expect.stringMatching(/another meter answers, TST 99999999.*before it was TST 00000001/),
    ])
    meter.medium = 4
    await site.run(20)
    expect(site.sample('a', 'e_import')).toMatchObject({ value: null, quality: 'corrupt' })
    expect(site.acquisition.deviceHealth()['a']?.lastFault?.message).toMatch(
      /meter for heat \(outlet\) answers .*99999999/,
    )
    await site.stop()
  })
})

describe('when a meter is read next', () => {
  it('is on its beat however long a reading took, and every skipped beat is counted', () => {
    for (const tookMs of [0, 999, 1000, 1001, 4000, 123_456]) {
      const { dueMs, skipped } = nextDue(5000, 1000, 5000 + tookMs, null)
      expect((dueMs - 5000) % 1000).toBe(0)
      expect(dueMs).toBeGreaterThan(5000 + tookMs)
      expect(skipped).toBe((dueMs - 5000) / 1000 - 1)
    }
  })
  it('is soon after a reading that failed, later each time, and a minute after at most', () => {
    const waits = [1, 2, 3, 4, 9].map((failures) => nextDue(0, 900_000, 0, failures).dueMs)
    expect(waits).toEqual([10_000, 20_000, 40_000, 60_000, 60_000])
    expect(nextDue(0, 5000, 0, 9).dueMs).toBe(5000)
  })
})
