import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scanStateSchema, type ScanRequest } from '../../../shared/api/scan-contract.ts'
import type { MbusProfile } from '../../../shared/mbus/profile.ts'
import { readMbusProfile } from '../../../shared/mbus/read-mbus-profile.ts'
import { siteSchema, type MbusSiteLine } from '../../../shared/site/site.ts'
import { createFakeClock } from '../test-support/fake-clock.ts'
import { createScan } from './scan.ts'
import { createFakeMbusLine, type FakeMbusMeter } from './test-support/fake-mbus.ts'
import { guardOf } from '../test-support/ask-guard.ts'

const folder = join(import.meta.dirname, '..', '..', '..', 'assets', 'profiles', 'mbus')
const profiles: ReadonlyMap<string, MbusProfile> = new Map(
  readdirSync(folder)
    .filter((name) => !name.endsWith('.golden.yaml'))
    .map((name): [string, MbusProfile] => {
      const read = readMbusProfile(readFileSync(join(folder, name), 'utf8'), name)
      if (!read.ok) throw new Error(JSON.stringify(read.problems))
      return [read.profile.id, read.profile]
    }),
)
const log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (message: string, data?: unknown) => {
    throw new Error(`${message} ${JSON.stringify(data)}`)
  },
}

/** 213344.8 kWh and 2310 W (VIF 03: Wh, 2B: W). */
const records: FakeMbusMeter['records'] = [
  { vif: [0x03], data: { coding: 'int32', value: 213_344_800 } },
  { vif: [0x2b], data: { coding: 'int32', value: 2310 } },
]
const own: FakeMbusMeter = { primary: 5, id: '40000005', records }
const byNumber: FakeMbusMeter = { primary: 0, id: '40000717', records }

const begin = (meters: readonly FakeMbusMeter[]) => {
  const clock = createFakeClock()
  const fake = createFakeMbusLine('tenants', clock, meters)
  const site = siteSchema.parse({
    version: 1,
    id: 's',
    name: 'Site',
    grid: { limit: 100 },
    circuits: [{ id: 'main' }],
    lines: [
      { transport: 'mbus-tcp', id: 'tenants', host: '10.0.0.7', port: 10_001 },
      { transport: 'serial', id: 'bus', path: '/dev/ttyUSB0', baud: 9600 },
    ],
    meters: [
      { id: 'building', profile: 'mbus-electricity', line: 'tenants', mbus: { primary: 5 } },
      { id: 'yard', profile: 'mbus-electricity', line: 'tenants', mbus: { secondary: '40000717' } },
    ],
  })
  const opened: MbusSiteLine[] = []
  let ids = 0
  const scan = createScan({
    site,
    meterProfiles: new Map(),
    chargerProfiles: new Map(),
    guard: guardOf(site, new Map()),
    lines: new Map(),
    acquisition: { background: () => null },
    clock,
    log,
    kept: new Map(),
    newId: () => `id-${(ids += 1)}`,
    openLine: () => {
      throw new Error('no Modbus line is opened for an M-Bus')
    },
    mbusProfiles: profiles,
    mbusLines: new Map([['tenants', fake.line]]),
    openMbusLine: (line) => {
      opened.push(line)
      return fake.line
    },
  })
  const run = async (request: ScanRequest, forMs = 600_000) => {
    scan.start(request, 'Test')
    await clock.advance(forMs)
    return scanStateSchema.parse(scan.state())
  }
  return { clock, scan, fake, opened, run }
}
type MbusRequest = Extract<ScanRequest, { kind: 'mbus' }>
const ask = (by: MbusRequest['by'], more: Partial<MbusRequest> = {}): MbusRequest => ({
  kind: 'mbus',
  at: { via: 'line', lineId: 'tenants' },
  by,
  addresses: '0-250',
  hexDigits: false,
  ...more,
})
const stranger: FakeMbusMeter = { primary: 7, id: '40000712', records }

describe('a search of an M-Bus by address', () => {
  it("finds the meter nobody listed with its values, and leaves the site's own alone", async () => {
    const { fake, run } = begin([own, byNumber, stranger])
    const state = await run(ask('primary', { addresses: '1-10, 40, 200-250' }))
    // 62 addresses, less the one of the site's own meter.
    expect(state).toMatchObject({ phase: 'ended', done: 61, total: 61, counted: 'addresses' })
    expect(state.finds).toHaveLength(1)
    expect(state.finds[0]).toMatchObject({
      unit: 7,
      lineId: 'tenants',
      line: null,
      verdict: 'identified',
      mbus: { id: '40000712', manufacturer: 'TST', version: 3, mediumName: 'electricity', reachedBy: ['primary'] },
    })
    const [best] = state.finds[0]?.candidates ?? []
    expect(best?.profileId).toBe('mbus-electricity')
    expect(best?.evidence.join('; ')).toMatch(/number 40000712, maker TST, version 3, electricity; .*213344\.8\d* kWh/)
    expect(fake.sent.some((frame) => frame.kind === 'short' && frame.address === 5)).toBe(false)
    expect(state.notes.join()).toMatch(/building \(address 5\) is in the site already and is not asked/)
  })

  it('tells a collision where two were never set up, and that nobody answers where nobody does', async () => {
    const state = await begin([
      { primary: 0, id: '11111111' },
      { primary: 0, id: '22222222' },
    ]).run(ask('primary', { addresses: '0-3' }))
    expect(state.finds).toEqual([])
    expect(state.troubles).toMatchObject([
      {
        kind: 'collision',
        where: expect.stringMatching(/address 0$/),
        problem: expect.stringMatching(/never set up.*numbers/),
      },
    ])
    expect((await begin([]).run(ask('primary'))).troubles).toMatchObject([
      { kind: 'mute', problem: expect.stringMatching(/2400 baud/) },
    ])
  })
})

describe('a search of an M-Bus by number', () => {
  it("tells meters apart by their digits, reads those that are new, and knows the site's own again", async () => {
    const { run } = begin([own, byNumber, stranger, { primary: 9, id: '70031542', medium: 7 }])
    const state = await run(ask('secondary'))
    expect(state).toMatchObject({ phase: 'ended', done: 100, total: 100, counted: '% of the numbers' })
    const notes = (id: string) => state.finds.find(({ mbus }) => mbus?.id === id)?.notes.join() ?? ''
    expect(state.finds.map(({ mbus }) => mbus?.id).toSorted()).toEqual(['40000005', '40000712', '40000717', '70031542'])
    expect(notes('40000717')).toMatch(/yard of the site/)
    expect(notes('40000005')).toMatch(/building of the site/)
    expect(state.finds.find(({ mbus }) => mbus?.id === '70031542')).toMatchObject({
      verdict: 'unknown',
      candidates: [],
    })
    expect(notes('70031542')).toMatch(/medium 7|water/)
    expect(state.finds.find(({ mbus }) => mbus?.id === '40000712')?.candidates[0]?.evidence.join()).toMatch(/kWh/)
    // What such a search can't find is told.
    expect(state.notes.join()).toMatch(/digits A to E .*only where no decimal/)
  })

  it('finds by address too what can not be selected, and a meter found both ways once', async () => {
    const state = await begin([stranger, { primary: 12, id: '55500012', ignoresSelection: true, records }]).run(
      ask('both', { addresses: '1-20' }),
    )
    expect(state).toMatchObject({ phase: 'ended', done: 119, total: 119, counted: 'steps' })
    expect(state.finds.map(({ mbus, unit }) => [mbus?.id, unit, mbus?.reachedBy])).toEqual([
      ['40000712', 7, ['secondary', 'primary']],
      ['55500012', 12, ['primary']],
    ])
  })

  it('is cancelled and goes on where it stopped, without finding anybody twice', async () => {
    const meters = [
      stranger,
      byNumber,
      { primary: 3, id: '12000000', records },
      { primary: 4, id: '90000000', records },
    ]
    const at = begin(meters)
    const whole = await at.run(ask('secondary'))
    const { scan, clock, fake } = begin(meters)
    scan.start(ask('secondary'), 'Test')
    await clock.advance((at.fake.sent.length * 50) / 2)
    const cancelling = scan.cancel()
    await clock.advance(10_000)
    const stopped = await cancelling
    expect(stopped.phase).toBe('cancelled')
    expect(stopped.done).toBeGreaterThan(0)
    expect(stopped.done).toBeLessThan(100)
    const quiet = fake.sent.length
    await clock.advance(10_000)
    expect(fake.sent.length).toBe(quiet)
    scan.resume()
    await clock.advance(600_000)
    expect(scan.state()).toMatchObject({ phase: 'ended', done: 100 })
    expect(scan.state().finds.map(({ mbus }) => mbus?.id)).toEqual(whole.finds.map(({ mbus }) => mbus?.id))
    // It did not begin again from the front.
    expect(fake.sent.length).toBeLessThan(at.fake.sent.length * 1.3)
  })

  it('says that the converter is gone, and comes to its end', async () => {
    const { scan, clock, fake } = begin([stranger, byNumber])
    scan.start(ask('secondary'), 'Test')
    await clock.advance(1000)
    fake.lose()
    await clock.advance(60_000)
    expect(scan.state()).toMatchObject({
      phase: 'ended',
      done: 100,
      troubles: [{ kind: 'failed', problem: 'the converter is gone' }],
    })
  })
})

describe('where an M-Bus is named', () => {
  it.each([
    ["the site's own converter", { via: 'tcp', host: '10.0.0.7', port: 10_001, baud: 2400 } as const, 0, 'tenants'],
    ['another converter', { via: 'tcp', host: '10.0.0.8', port: 10_001, baud: 2400 } as const, 1, null],
  ])('%s is searched through its line', async (_, at, lines, lineId) => {
    const { run, opened } = begin([stranger])
    const state = await run(ask('secondary', { at }))
    expect(opened).toHaveLength(lines)
    expect(state.finds[0]).toMatchObject({
      lineId,
      line: lines === 0 ? null : { transport: 'mbus-tcp', host: '10.0.0.8', port: 10_001, baud: 2400 },
    })
  })
  it('tries each speed of a serial port, one after the other', async () => {
    const { run, opened } = begin([stranger])
    const state = await run(
      ask('primary', {
        addresses: '7',
        at: { via: 'serial', path: '/dev/ttyUSB9', bauds: [300, 2400], parity: 'even' },
      }),
    )
    expect(opened).toMatchObject([{ baud: 300, parity: 'even' }, { baud: 2400 }])
    expect(state.done).toBe(2)
  })
  it.each([
    [{ at: { via: 'line', lineId: 'bus' } } as const, /Modbus line/],
    [
      { at: { via: 'serial', path: '/dev/ttyUSB0', bauds: [2400], parity: 'even' } } as const,
      /Modbus line bus of the site/,
    ],
    [{ at: { via: 'tcp', host: '10.0.0.1-9', port: 1, baud: 2400 } } as const, /one converter/],
    [{ addresses: '0-300' }, /between 0 and 250/],
  ])('%j is refused with words', (more, message) => {
    expect(() => begin([]).scan.start(ask('primary', more as Partial<MbusRequest>), 'Test')).toThrow(message)
  })
})
