import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ExploreReading, ExploreTarget, Habits } from '../../../shared/api/explore-contract.ts'
import type { ChargerProfile } from '../../../shared/profile/charger-profile.ts'
import { siteSchema } from '../../../shared/site/site.ts'
import type { ModbusRequest } from '../lines/modbus-line.ts'
import type { ProfileShelf } from '../site-ports.ts'
import { createFakeClock } from '../test-support/fake-clock.ts'
import { createFakeLine, type FakeLine, type FakeReply } from '../test-support/fake-line.ts'
import { chargerProfile, meterProfile } from '../test-support/fake-site.ts'
import { createExplorer } from './explore-handlers.ts'
import { guardOf } from '../test-support/ask-guard.ts'

const caller = { role: 'operator', name: 'Test' } as const
interface Device {
  readonly exists: (address: number) => boolean
  readonly longest?: number
  readonly evenOnly?: boolean
}

/** A device by its rules: what it refuses, it refuses with the exception a real one sends. */
const device =
  ({ exists, longest = 125, evenOnly = false }: Device) =>
  (request: ModbusRequest): FakeReply => {
    if (!('count' in request)) return { exception: 1 }
    if (request.count > longest) return { exception: 3 }
    if (evenOnly && (request.address % 2 === 1 || request.count % 2 === 1)) return { exception: 2 }
    const addresses = Array.from({ length: request.count }, (_, index) => request.address + index)
    return addresses.every(exists) ? { words: addresses.map((address) => (address * 7) & 0xffff) } : { exception: 2 }
  }

const begin = (answer: (request: ModbusRequest) => FakeReply, more: { mayAsk?: () => boolean } = {}) => {
  const clock = createFakeClock()
  const poll: ChargerProfile = { ...chargerProfile, watchdog: { kind: 'poll', timeoutS: 30 } }
  const site = siteSchema.parse({
    version: 1,
    id: 's',
    name: 'S',
    grid: { limit: 100 },
    lines: [
      { id: 'bus', transport: 'tcp', host: '192.0.2.1', port: 502 },
      { id: 'car', transport: 'tcp', host: '192.0.2.2', port: 502 },
    ],
    meters: [{ id: 'm', profile: meterProfile.id, line: 'bus', unit: 1 }],
    circuits: [{ id: 'main', meter: 'm', breaker: { standard: 'IEC 60898-1', curve: 'C', rating: 100 } }],
    chargers: [{ id: 'c', profile: poll.id, line: 'car', unit: 1, circuit: 'main', maximum: 32 }],
  })
  const lines = new Map<string, FakeLine>()
  const lineOf = (id: string): FakeLine => {
    const line = lines.get(id) ?? createFakeLine(id, clock, answer)
    lines.set(id, line)
    return line
  }
  const opened: FakeLine[] = []
  const shelf: ProfileShelf = {
    list: async () => ({ builtIn: [], own: [] }),
    save: async () => ({ ok: true, files: [], backups: [] }),
  }
  const explorer = createExplorer({
    site,
    meterProfiles: new Map([[meterProfile.id, meterProfile]]),
    clock,
    shelf,
    acquisition: {
      background: (id, request, options) => lineOf(id).transact(request, { ...options, priority: 'read' }),
    },
    openLine: (line) => {
      const fake = createFakeLine(line.id, clock, answer)
      opened.push(fake)
      return {
        ...fake,
        close: async () => {
          fake.setState('closed')
        },
      }
    },
    guard: guardOf(site, new Map([[poll.id, poll]]), () => more.mayAsk?.() === false),
    siteEditor: { setProfile: async () => ({ ok: true }) },
    reopen: () => undefined,
    control: () => ({ mode: 'monitoring', readOnly: null }) as never,
    audit: async () => undefined,
    journal: { write: () => undefined as never },
  })
  const readings: ExploreReading[] = []
  const watch = (
    first: number,
    count: number,
    target: ExploreTarget = { kind: 'line', lineId: 'bus' },
    periodMs: number | null = null,
    unit = 7,
  ) =>
    explorer.handlers['explore.watch'](
      { target, unit, functionCode: 3, first, count, periodMs },
      (reading) => {
        readings.push(reading)
      },
      caller,
    )
  return { clock, explorer, readings, watch, lineOf, opened, last: () => readings.at(-1) as ExploreReading }
}

describe('reading a range', () => {
  it('gives every register that exists and a hole with its words for every other, whatever the map', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 100, max: 160 }), { maxLength: 12 }),
        fc.integer({ min: 2, max: 125 }),
        fc.integer({ min: 100, max: 120 }),
        fc.integer({ min: 1, max: 60 }),
        async (holes, longest, first, count) => {
          const scene = begin(device({ exists: (address) => !holes.includes(address), longest }))
          scene.watch(first, count)
          await scene.clock.advance(20_000)
          expect(scene.last()).toMatchObject({ step: 'done', problem: null })
          expect(scene.last().cells.map(({ address, word, why }) => [address, word, why])).toEqual(
            Array.from({ length: count }, (_, index) => {
              const address = first + index
              return holes.includes(address)
                ? [address, null, 'exception 2: illegal data address']
                : [address, address * 7, null]
            }),
          )
          await scene.explorer.stop()
        },
      ),
      { numRuns: 60, seed: 5 },
    )
  })

  it('reads a device that answers even addresses and counts only, from an odd one too', async () => {
    const scene = begin(device({ exists: (address) => address < 200, evenOnly: true, longest: 40 }))
    scene.watch(101, 9)
    await scene.clock.advance(10_000)
    expect(scene.last().cells.map(({ address, word }) => [address, word])).toEqual(
      Array.from({ length: 9 }, (_, index) => [101 + index, (101 + index) * 7]),
    )
    expect(scene.last().notes.join()).toContain('even addresses and counts only')
  })

  it('a watch asks again only for what answered, counts its rounds, and ends with its subscription', async () => {
    const scene = begin(device({ exists: (address) => address !== 105 }))
    const stop = scene.watch(100, 10, undefined, 1000)
    await scene.clock.advance(5500)
    expect(scene.last().round).toBeGreaterThanOrEqual(5)
    const perRound = scene
      .lineOf('bus')
      .sent.slice(-2)
      .map(({ request }) => 'count' in request && [request.address, request.count])
    expect(perRound).not.toContainEqual([105, 1])
    expect(scene.last().cells).toHaveLength(10)
    stop()
    const sent = scene.lineOf('bus').sent.length
    await scene.clock.advance(5000)
    expect(scene.lineOf('bus').sent).toHaveLength(sent)
    expect(scene.clock.pending()).toBe(0)
  })

  it('stops after two silences and says so, and after three hundred requests into nothing', async () => {
    const scene = begin(() => 'silence')
    scene.watch(0, 100)
    await scene.clock.advance(10_000)
    expect(scene.last()).toMatchObject({ step: 'failed', problem: 'timeout on bus' })
    expect(scene.lineOf('bus').sent).toHaveLength(2)
    const refusing = begin(device({ exists: () => false }))
    refusing.watch(0, 1000)
    await refusing.clock.advance(60_000)
    expect(refusing.last().problem).toContain('stopped after 300 requests')
  })

  it('never sends anything but reads', async () => {
    const scene = begin(device({ exists: (address) => address % 5 !== 0 }))
    scene.watch(0, 60)
    scene.explorer.handlers['explore.measure'](
      { target: { kind: 'line', lineId: 'bus' }, unit: 7, functionCode: 4, first: 1 },
      () => undefined,
      caller,
    )
    await scene.clock.advance(30_000)
    expect(new Set(scene.lineOf('bus').sent.map(({ request }) => request.functionCode))).toEqual(new Set([3, 4]))
  })
})

describe('where it may read', () => {
  it('reads a typed address that is a line of the site on that line, and opens no second master', async () => {
    const scene = begin(device({ exists: () => true }))
    scene.watch(0, 4, { kind: 'network', framing: 'tcp', host: '192.0.2.1', port: 502 })
    await scene.clock.advance(1000)
    expect(scene.opened).toHaveLength(0)
    expect(scene.last().notes.join()).toContain('line bus of this site')
  })
  it('closes a line of its own when nobody looked for half a minute', async () => {
    const scene = begin(device({ exists: () => true }))
    const target = { kind: 'network', framing: 'tcp', host: '192.0.2.9', port: 502 } as const
    scene.watch(0, 4, target)()
    await scene.clock.advance(20_000)
    scene.watch(0, 4, target)
    await scene.clock.advance(20_000)
    expect(scene.opened).toHaveLength(1)
    expect(scene.opened[0]?.status().state).toBe('connected')
    await scene.clock.advance(31_000)
    expect(scene.opened[0]?.status().state).toBe('closed')
  })
  it.each([1, 99])('leaves a charger alone whose watchdog any request feeds, at unit %d of its address', (unit) => {
    const scene = begin(device({ exists: () => true }), { mayAsk: () => false })
    expect(() => scene.watch(0, 4, { kind: 'line', lineId: 'car' }, null, unit)).toThrow('keep its last limit in force')
    expect(() =>
      scene.watch(0, 4, { kind: 'network', framing: 'tcp', host: '192.0.2.2', port: 502 }, null, unit),
    ).toThrow('is left alone')
  })
  it('leaves such a charger alone at every other port of its address too', () => {
    const scene = begin(device({ exists: () => true }), { mayAsk: () => false })
    expect(() =>
      scene.watch(0, 4, { kind: 'network', framing: 'rtu-over-tcp', host: '192.0.2.2', port: 4001 }),
    ).toThrow('is left alone')
    expect(() => scene.watch(0, 4, { kind: 'network', framing: 'tcp', host: '192.0.2.2.', port: 502 })).toThrow(
      'is left alone',
    )
    expect(scene.opened).toEqual([])
  })
  it('ends a watch of such a charger in the round in which control of it ends', async () => {
    let may = true
    const scene = begin(device({ exists: () => true }), { mayAsk: () => may })
    scene.watch(0, 4, { kind: 'line', lineId: 'car' }, 1000, 1)
    await scene.clock.advance(3500)
    may = false
    const sent = scene.lineOf('car').sent.length
    await scene.clock.advance(5000)
    expect(scene.lineOf('car').sent).toHaveLength(sent)
    expect(scene.last().problem).toContain('is left alone')
    await scene.explorer.stop()
  })
  it('is not for viewers', () => {
    const scene = begin(device({ exists: () => true }))
    expect(() =>
      scene.explorer.handlers['explore.watch'](
        { target: { kind: 'line', lineId: 'bus' }, unit: 1, functionCode: 3, first: 0, count: 1, periodMs: null },
        () => undefined,
        { role: 'viewer', name: 'V' },
      ),
    ).toThrow('only an operator')
  })
})

describe("measuring a device's habits", () => {
  const measured = async (rules: Device, first = 100): Promise<Habits> => {
    const scene = begin(device(rules))
    let last: Habits | null = null
    scene.explorer.handlers['explore.measure'](
      { target: { kind: 'line', lineId: 'bus' }, unit: 7, functionCode: 4, first },
      (habits) => {
        last = habits
      },
      caller,
    )
    await scene.clock.advance(20_000)
    return last as unknown as Habits
  }
  it('finds the longest block of any device, and whether odd counts are refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 125 }), fc.boolean(), async (longest, evenOnly) => {
        const habits = await measured({ exists: () => true, longest, evenOnly })
        const expected = evenOnly ? longest - (longest % 2) : longest
        expect(habits.block, `${String(longest)} ${String(evenOnly)}`).toMatchObject({
          answered: expected,
          isLimit: true,
        })
        expect(habits.evenOnly?.value).toBe(evenOnly)
      }),
      { numRuns: 80, seed: 9 },
    )
  })
  it('tells a map that ends from a limit of length', async () => {
    const habits = await measured({ exists: (address) => address < 130 })
    expect(habits.block).toMatchObject({ answered: 30, isLimit: false })
  })
  it('says that the first register does not answer', async () => {
    expect(await measured({ exists: (address) => address !== 100 && address !== 101 })).toMatchObject({
      step: 'failed',
      problem: expect.stringContaining('does not answer') as string,
    })
  })
})
