import { describe, expect, it } from 'vitest'
import { goodSample, missingSample } from '../../../shared/model/sample.ts'
import { meterProfileSchema, type MeterProfile } from '../../../shared/profile/meter-profile.ts'
import { siteSchema } from '../../../shared/site/site.ts'
import { createFakeClock } from '../test-support/fake-clock.ts'
import { createFakeLine } from '../test-support/fake-line.ts'
import { eventColumns } from '../../../shared/said/event.ts'
import { createWatchedAcquisition } from './test-support/watched-acquisition.ts'
import type { ExtremeNews } from '../../../shared/said/extreme-news.ts'
import { createExtremeWatch } from './extreme-watch.ts'
import { mapMeter } from './meter-mapping.ts'

const profile = meterProfileSchema.parse({
  id: 'm',
  make: 'Test',
  models: ['M'],
  sources: [{ document: 'test' }],
  confidence: 'high',
  space: 'input',
  wordOrder: 'high-first',
  transports: ['tcp'],
  line: { maxRegisters: 40, maxGap: 4, timeoutMs: 300 },
  probe: { quantity: 'i_l1', low: 0, high: 600 },
  capabilities: {
    windowMs: 200,
    refreshMs: 500,
    minMaxRegisters: true,
    eventLog: false,
    harmonicsToOrder: null,
    angles: false,
  },
  billing: { suitable: 'not-verified', note: 'test' },
  quantities: {
    i_l1: { address: 0, type: 'uint16', every: 'fast' },
    u_l1n: { address: 1, type: 'uint16', every: 'fast' },
    p_total: { address: 2, type: 'int16', every: 'fast' },
    i_demand_l1: { address: 10, type: 'uint16', every: 'slow' },
    i_demand_max_l1: { address: 12, type: 'uint16', every: 'slow' },
  },
  extremes: [
    { quantity: 'i_l1', kind: 'maximum', since: 'reset', address: 50, type: 'uint16' },
    { quantity: 'u_l1n', kind: 'minimum', since: 'reset', address: 51, type: 'uint16' },
    { quantity: 'p_total', kind: 'maximum', since: 'demand-period', address: 52, type: 'int16' },
  ],
}) as unknown as MeterProfile
const meter = (more: object = {}) =>
  siteSchema.parse({
    version: 1,
    id: 's',
    name: 'Site',
    grid: { limit: 100 },
    circuits: [{ id: 'main' }],
    lines: [{ transport: 'tcp', id: 'l', host: 'h', port: 502 }],
    meters: [{ id: 'm1', profile: 'm', line: 'l', ...more }],
  })

const begin = (more: object = {}) => {
  const [site] = meter(more).meters
  if (site === undefined) throw new Error('no meter')
  const news: ExtremeNews[] = []
  const watch = createExtremeWatch(
    profile,
    mapMeter(site, profile),
    () => 1000,
    (one) => news.push(one),
  )
  return {
    news,
    watch,
    poll: (atMs: number, value: number, key: 'i_l1' | 'u_l1n' | 'p_total' = 'i_l1') => {
      watch.observe({ [key]: goodSample(value, atMs) }, atMs)
    },
    register: (atMs: number, value: number, id = 'i_l1.maximum') => {
      watch.accept(id, [value & 0xffff], atMs)
      watch.observe({}, atMs)
    },
  }
}

describe("the meter's own maximum", () => {
  it('that rose above what polling saw is evidence, with the time between its two reads', () => {
    const { news, poll, register, watch } = begin()
    register(0, 198)
    for (let atMs = 1000; atMs <= 10_000; atMs += 1000) poll(atMs, atMs === 5000 ? 180 : 60)
    register(10_000, 243)
    expect(news).toEqual([])
    poll(11_000, 60)
    expect(news).toEqual([
      {
        kind: 'beyond-polling',
        key: 'i_l1',
        extreme: 'maximum',
        evidence: { fromMs: 0, toMs: 10_000, before: 198, value: 243, polled: 180, unseenMs: 0 },
      },
    ])
    expect(watch.reading()['i_l1']?.maximum).toMatchObject({
      value: 243,
      atMs: 10_000,
      since: 'reset',
      evidence: { polled: 180 },
    })
  })

  it('tells nothing at the first read, when it stays, when polling saw as much, or when polling sees it right afterwards', () => {
    const { news, poll, register } = begin()
    register(0, 500)
    poll(1000, 100)
    register(10_000, 500)
    poll(12_000, 100)
    poll(15_000, 600)
    register(20_000, 600)
    poll(22_000, 100)
    register(30_000, 700)
    poll(30_300, 700)
    poll(32_000, 100)
    expect(news).toEqual([])
  })

  it('says how long polling brought no value, and that it saw nothing at all', () => {
    const { news, poll, register, watch } = begin()
    register(0, 100)
    for (const atMs of [1000, 2000]) poll(atMs, 50)
    for (let atMs = 3000; atMs < 10_000; atMs += 1000) watch.observe({ i_l1: missingSample('timeout', atMs) }, atMs)
    register(10_000, 300)
    poll(11_500, 50)
    expect(news[0]).toMatchObject({ evidence: { polled: 50, unseenMs: 7000 } })
    register(20_000, 300)
    register(90_000, 400)
    watch.observe({}, 95_000)
    expect(news[1]).toMatchObject({ evidence: { fromMs: 20_000, toMs: 90_000, polled: null } })
  })

  it('that was reset at the meter is told and becomes the new base; one that ends with its demand period is not told', () => {
    const { news, poll, register } = begin()
    register(0, 300)
    register(10_000, 40)
    expect(news).toEqual([{ kind: 'set-back', key: 'i_l1', extreme: 'maximum', atMs: 10_000, before: 300, value: 40 }])
    poll(15_000, 20)
    register(20_000, 90)
    poll(22_000, 20)
    expect(news[1]).toMatchObject({ evidence: { before: 40, value: 90, polled: 20 } })
    register(0, 5000, 'p_total.maximum')
    register(10_000, 200, 'p_total.maximum')
    expect(news).toHaveLength(2)
  })

  it('that changed by less than a person would read as a change is no news', () => {
    const { news, register } = begin()
    register(0, 300)
    register(10_000, 299)
    register(20_000, 298)
    expect(news).toEqual([])
  })

  it('a minimum works the other way round, and a reversed meter turns its maximum power into a minimum', () => {
    const { news, poll, register } = begin()
    register(0, 225, 'u_l1n.minimum')
    poll(5000, 228, 'u_l1n')
    register(10_000, 181, 'u_l1n.minimum')
    poll(12_000, 229, 'u_l1n')
    expect(news[0]).toMatchObject({
      key: 'u_l1n',
      extreme: 'minimum',
      evidence: { before: 225, value: 181, polled: 228 },
    })
    const reversed = begin({ reverse: true })
    reversed.register(0, 1000, 'p_total.maximum')
    reversed.poll(5000, -900, 'p_total')
    reversed.register(10_000, 4000, 'p_total.maximum')
    reversed.poll(12_000, -900, 'p_total')
    expect(reversed.news[0]).toMatchObject({
      key: 'p_total',
      extreme: 'minimum',
      evidence: { before: -1000, value: -4000, polled: -900 },
    })
  })
})

describe('through the polling', () => {
  it('the registers are read slowly, never written, and a spike between two polls becomes a notice and stands beside the quantity', async () => {
    const clock = createFakeClock()
    const registers: Record<number, number> = { 0: 60, 1: 230, 2: 100, 10: 50, 12: 70, 50: 120, 51: 222, 52: 400 }
    const line = createFakeLine('l', clock, (request) => ({
      words:
        'count' in request
          ? Array.from({ length: request.count }, (_, index) => registers[request.address + index] ?? 0)
          : [],
    }))
    const notices: ReturnType<typeof eventColumns>[] = []
    const acquisition = createWatchedAcquisition({
      site: meter(),
      clock,
      log: {
        debug: () => undefined,
        info: () => undefined,
        warn: () => undefined,
        error: (message) => {
          throw new Error(message)
        },
      },
      meterProfiles: new Map([['m', profile]]),
      chargerProfiles: new Map(),
      lines: new Map([['l', line]]),
      mayAsk: () => true,
      onNotice: (kind, _severity, _subject, facts) => notices.push(eventColumns(kind, facts)),
    })
    acquisition.start()
    await clock.advance(30_000)
    expect(notices).toEqual([])
    registers[50] = 300
    registers[12] = 90
    await clock.advance(30_000)
    expect(notices.map(({ kind, message }) => [kind, /registered (\d+)/.exec(message)?.[1]])).toEqual([
      ['meter-extreme', '300'],
      ['meter-extreme', '90'],
    ])
    const reading = acquisition.meterReadings(clock.nowMs())['m1']
    expect(reading?.extremes?.['i_l1']?.maximum).toMatchObject({ value: 300, evidence: { before: 120, polled: 60 } })
    expect(reading?.extremes?.['i_demand_l1']?.maximum).toMatchObject({ value: 90, since: 'unknown' })
    expect(reading?.extremes?.['u_l1n']?.minimum).toMatchObject({ value: 222, evidence: null })
    expect(line.sent.every(({ request }) => 'count' in request)).toBe(true)
    expect(line.sent.filter(({ request }) => request.address === 50).length).toBeLessThanOrEqual(7)
    const stopped = acquisition.stop()
    await clock.advance(1000)
    await stopped
  })
})
