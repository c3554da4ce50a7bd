import { eventText } from '../../../shared/said/event.ts'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readMeterProfile } from '../../../shared/profile/read-profile.ts'
import { siteSchema } from '../../../shared/site/site.ts'
import { common, floatMeter, mapOf, tracedMeter } from '../../../shared/sunspec/test-support/map.ts'
import { overviewSchema } from '../../../shared/api/site-contract.ts'
import { describeSite, withFound } from '../api/describe-site.ts'
import type { ModbusRequest } from '../lines/modbus-line.ts'
import { createFakeClock } from '../test-support/fake-clock.ts'
import { createFakeLine, type FakeReply } from '../test-support/fake-line.ts'
import { createWatchedAcquisition } from './test-support/watched-acquisition.ts'

const load = (id: string) => {
  const file = join(import.meta.dirname, '..', '..', '..', 'assets', 'profiles', 'meters', `${id}.yaml`)
  const read = readMeterProfile(readFileSync(file, 'utf8'), file)
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return [id, read.profile] as const
}
const meterProfiles = new Map(['sunspec-meter', 'sunspec-meter-float'].map(load))
const log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (message: string, data?: unknown) => {
    throw new Error(`${message} ${JSON.stringify(data)}`)
  },
}
const maker = common('SolarEdge', 'SE5000H', '7405E7D8')
const otherMaker = common('SolarEdge', 'SE5000H', '99999999')

const from =
  (map: ReadonlyMap<number, number>) =>
  (request: ModbusRequest): FakeReply => {
    if (!('count' in request)) return { exception: 1 }
    const words = Array.from({ length: request.count }, (_, index) => map.get(request.address + index))
    return words.every((word) => word !== undefined) ? { words: words as number[] } : { exception: 2 }
  }

/** Meters m1.. on units 1.. of one line; `answer` is the far side. */
const begin = (answer: (request: ModbusRequest) => FakeReply, meters: readonly object[] = [{}]) => {
  const clock = createFakeClock()
  const line = createFakeLine('bus', clock, answer)
  const site = siteSchema.parse({
    version: 1,
    id: 's',
    name: 'Site',
    grid: { limit: 100 },
    lines: [{ transport: 'tcp', id: 'bus', host: 'h', port: 502 }],
    meters: meters.map((meter, index) => ({
      id: `m${index + 1}`,
      profile: 'sunspec-meter',
      line: 'bus',
      unit: index + 1,
      ...meter,
    })),
    circuits: [{ id: 'main' }],
  })
  const notices: string[] = []
  const acquisition = createWatchedAcquisition({
    site,
    clock,
    log,
    meterProfiles,
    chargerProfiles: new Map(),
    lines: new Map([['bus', line]]),
    mayAsk: () => true,
    onNotice: (kind, _severity, _subject, facts) => {
      notices.push(`${kind}: ${eventText(kind, facts)}`)
    },
  })
  acquisition.start()
  const overview = describeSite(
    site,
    { meterProfiles, mbusProfiles: new Map(), chargerProfiles: new Map() },
    [],
    'test',
  )
  const sample = (key: string, id = 'm1') => acquisition.meterReadings(clock.nowMs())[id]?.samples[key]
  const health = (id = 'm1') => acquisition.deviceHealth()[id]
  const stop = async () => {
    const stopped = acquisition.stop()
    await clock.advance(5000)
    await stopped
    expect(clock.pending()).toBe(0)
  }
  return { clock, line, acquisition, overview, sample, health, notices, stop }
}

describe('a SunSpec meter', () => {
  it('is looked up, then read in one request a second and one for the energies, with its identity told', async () => {
    const { clock, line, acquisition, overview, sample, health, notices, stop } = begin(
      from(mapOf(40000, [maker, tracedMeter])),
    )
    expect(sample('i_l1')).toEqual({ value: null, quality: 'waiting', atMs: null })
    expect(health()).toMatchObject({ state: 'waiting' })
    await clock.advance(600)
    expect(sample('i_l1')).toMatchObject({ value: 4.7, quality: 'good' })
    expect(sample('e_import')).toMatchObject({ value: 18090.016, quality: 'good' })
    expect(sample('e_import_l1')).toMatchObject({ value: 2684.392 })
    expect(sample('es_import')).toMatchObject({ value: null, quality: 'absent' })
    const identity =
      'SolarEdge SE5000H, version 1.02, serial number 7405E7D8; SunSpec meter model 203, three phases with neutral, at register 40070'
    expect(health()).toMatchObject({ state: 'ok', identity, exceptions: 0, lastFault: null })
    expect(notices).toEqual([`meter-found: m1: ${identity}`])
    const described = withFound(overview, acquisition.sunSpecFound).meters[0]
    expect(overview.meters[0]).toMatchObject({ make: 'SunSpec', identity: null })
    expect(overview.meters[0]?.quantities['u_l1n']?.register).toMatch(
      /^SunSpec, point PhVphA, not looked up yet; usually holding register 40077/,
    )
    expect(described).toMatchObject({
      make: 'SolarEdge',
      model: 'SE5000H',
      profileId: 'sunspec-meter',
      identity: {
        maker: 'SolarEdge',
        serial: '7405E7D8',
        place: "meter model 203, three phases with neutral, at register 40070; 'SunS' at register 40000",
      },
    })
    expect(described?.quantities['u_l1n']?.register).toMatch(
      /^SunSpec model 203, point PhVphA, holding register 40078 .*int16, x 10\^V_SF \(register 40085\)/,
    )
    overviewSchema.parse(withFound(overview, acquisition.sunSpecFound))
    const before = line.sent.length
    await clock.advance(10_000)
    // Ten times the fast block, once the energies. The number of the model comes with the values, so that a map that moves is noticed.
    const asked = line.sent
      .slice(before)
      .map(({ request }) => ('count' in request ? `${request.address}+${request.count}` : 'a write'))
    expect(asked.toSorted()).toEqual([...Array.from({ length: 10 }, () => '40070+38'), '40108+34'])
    await stop()
  })

  it('takes no value from registers that are no longer its model: it looks again, and finds it elsewhere', async () => {
    let map = mapOf(40000, [maker, tracedMeter])
    const { clock, sample, health, notices, stop } = begin((request) => from(map)(request))
    await clock.advance(2000)
    // A firmware update puts an inverter's model before the meter: the old registers answer still, with other things in them.
    map = mapOf(40000, [maker, { id: 101, words: Array.from({ length: 50 }, () => 777) }, tracedMeter])
    let wrong = 0
    for (let ms = 0; ms < 3000; ms += 100) {
      await clock.advance(100)
      const { value } = sample('i_l1') ?? { value: null }
      if (value !== null && value !== undefined && value !== 4.7) wrong += 1
    }
    expect(wrong).toBe(0)
    expect(sample('i_l1')).toMatchObject({ value: 4.7 })
    expect(health()?.identity).toContain('at register 40122')
    expect(notices).toHaveLength(2)
    await stop()
  })

  it('looks again where the registers are refused since', async () => {
    let map = mapOf(40000, [maker, tracedMeter])
    const { clock, sample, stop } = begin((request) => from(map)(request))
    await clock.advance(2000)
    map = mapOf(0, [maker, floatMeter(213, (offset) => offset)])
    await clock.advance(6000)
    expect(sample('i_l1')).toMatchObject({ value: 4, quality: 'good' })
    await stop()
  })

  it('is looked up anew after a long silence, and then may be another', async () => {
    let answer: (request: ModbusRequest) => FakeReply = from(mapOf(40000, [maker, tracedMeter]))
    const { clock, health, sample, notices, stop } = begin((request) => answer(request))
    await clock.advance(2000)
    answer = () => 'silence'
    await clock.advance(40_000)
    expect(health()).toMatchObject({ state: 'silent' })
    expect(sample('i_l1')).toMatchObject({ value: null, quality: 'timeout' })
    answer = from(mapOf(40000, [otherMaker, tracedMeter]))
    await clock.advance(8000)
    expect(sample('i_l1')).toMatchObject({ value: 4.7 })
    expect(health()?.identity).toContain('serial number 99999999')
    expect(notices[1]).toMatch(/serial number 99999999.*before it was .*7405E7D8/)
    await stop()
  })

  it('that is silent from the start is found soon after it answers, even where it comes back in the middle of a walk', async () => {
    let answer: (request: ModbusRequest) => FakeReply = () => 'silence'
    const { clock, health, sample, stop } = begin((request) => answer(request))
    await clock.advance(20_300)
    expect(health()).toMatchObject({ state: 'silent' })
    expect(sample('i_l1')).toMatchObject({ value: null, quality: 'timeout' })
    answer = from(mapOf(40000, [maker, tracedMeter]))
    await clock.advance(6000)
    expect(sample('i_l1')).toMatchObject({ value: 4.7 })
    await stop()
  })

  it('bears a lost frame while it is looked up', async () => {
    const serve = from(mapOf(0, [maker, tracedMeter]))
    let count = 0
    const { clock, sample, stop } = begin((request) =>
      (count += 1) % 4 === 3 && count < 10 ? 'silence' : serve(request),
    )
    await clock.advance(8000)
    expect(sample('i_l1')).toMatchObject({ value: 4.7 })
    await stop()
  })

  it.each<[string, ReadonlyMap<number, number>, RegExp]>([
    [
      'no map',
      new Map([
        [40000, 1],
        [40001, 2],
      ]),
      /there is no SunSpec map: .*Switch SunSpec on/,
    ],
    [
      'a map without a meter',
      mapOf(40000, [maker, { id: 101, words: Array.from({ length: 50 }, () => 0) }]),
      /no meter model .*its models are 1, 101/,
    ],
    ['a broken map', mapOf(40000, [maker], [203, 65000]), /claims 65000 registers/],
  ])('with %s is missing, says why, and is looked at again', async (_what, map, why) => {
    let served = map
    const { clock, health, sample, stop } = begin((request) => from(served)(request))
    await clock.advance(1000)
    expect(sample('i_l1')).toMatchObject({ value: null, quality: 'absent' })
    expect(health()).toMatchObject({ state: 'degraded', lastFault: { kind: 'sunspec' } })
    expect(health()?.lastFault?.message).toMatch(why)
    served = mapOf(40000, [maker, tracedMeter])
    await clock.advance(6000)
    expect(sample('i_l1')).toMatchObject({ value: 4.7 })
    await stop()
  })

  it('and another under the same unit are two meters, each the one its entry names', async () => {
    const { clock, sample, stop } = begin(from(mapOf(40000, [maker, tracedMeter, floatMeter()])), [
      { sunspec: { index: 1 } },
      { unit: 1, sunspec: { model: 213 } },
    ])
    await clock.advance(2000)
    expect([sample('i_l1', 'm1')?.value, sample('i_l1', 'm2')?.value]).toEqual([4.7, 4])
    await stop()
  })

  it('costs the others of its line no more while it is looked up than a poll does', async () => {
    const serve = from(mapOf(40000, [maker, tracedMeter]))
    const { clock, line, sample, stop } = begin(
      (request) => (request.unit === 2 ? 'silence' : serve(request)),
      [{ periodMs: 1000 }, {}],
    )
    await clock.advance(30_000)
    const own = line.sent
      .filter(({ request }) => request.unit === 1 && 'count' in request && request.count === 38)
      .map(({ atMs }) => atMs)
    const gaps = own.slice(1).map((atMs, index) => atMs - (own[index] ?? 0))
    expect(gaps.length).toBeGreaterThan(10)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2000)
    expect(sample('i_l1')).toMatchObject({ value: 4.7 })
    await stop()
  })
})
