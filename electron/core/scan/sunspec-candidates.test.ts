import { describe, expect, it } from 'vitest'
import type { ModbusRequest } from '../lines/modbus-line.ts'
import { createFakeClock } from '../test-support/fake-clock.ts'
import { createFakeLine, type FakeReply } from '../test-support/fake-line.ts'
import { listCandidates } from './candidates.ts'
import { identify } from './identify.ts'
import { sunSpecLayoutsOf } from './sunspec-candidates.ts'
import { allChargers, allMeters, deviceOf } from './test-support/profile-device.ts'

type Words = readonly number[]
const text = (said: string, registers: number): Words =>
  Array.from(
    { length: registers },
    (_, index) => ((said.charCodeAt(index * 2) || 0) << 8) | (said.charCodeAt(index * 2 + 1) || 0),
  )
/** Model definitions 1 and 203 of SunSpec, point by point. */
const common = (maker: string, model: string, serial: string): Words => [
  1,
  66,
  ...text(maker, 16),
  ...text(model, 16),
  ...text('', 8),
  ...text('2.1', 8),
  ...text(serial, 16),
  1,
  0x8000,
]
const meter203 = (volts: number, hertz: number): Words => {
  // 0x8000 is int16's "not implemented"; the counters from the 37th register on have not counted.
  const points = new Array<number>(105).fill(0x8000).fill(0, 36)
  // A 1..4 with A_SF; PhV, PhVphA..C, PPV, AB, BC, CA with V_SF; Hz with Hz_SF; W 1..4 with W_SF.
  points.splice(0, 5, 300, 100, 100, 100, 0xffff)
  points.splice(
    5,
    9,
    ...[volts, volts, volts, volts].map((u) => u * 10),
    ...[1, 1, 1, 1].map(() => Math.round(volts * Math.sqrt(3) * 10)),
    0xffff,
  )
  points.splice(14, 2, hertz * 100, 0xfffe)
  points.splice(16, 5, 6900, 2300, 2300, 2300, 0)
  return [203, 105, ...points]
}
const inverter: Words = [103, 50, ...new Array<number>(50).fill(0x8000)]
const end: Words = [0xffff, 0]
const mapAt = (base: number, ...models: readonly Words[]) => {
  const words = new Map([0x5375, 0x6e53, ...models.flat()].map((word, index) => [base + index, word]))
  return (request: ModbusRequest): FakeReply => {
    if (!('count' in request)) throw new Error('a scan must never write')
    const read = Array.from({ length: request.count }, (_, index) => words.get(request.address + index))
    return request.functionCode === 4
      ? { exception: 1 }
      : read.every((word) => word !== undefined)
        ? { words: read }
        : { exception: 2 }
  }
}
const look = async (answer: (request: ModbusRequest) => FakeReply) => {
  const clock = createFakeClock()
  const line = createFakeLine('bus', clock, answer)
  const done = identify(
    1,
    listCandidates(allMeters, allChargers, 'tcp'),
    (request) => line.transact(request, { deadlineMs: 200, priority: 'read' }),
    () => false,
    sunSpecLayoutsOf(allMeters),
  )
  await clock.advance(300_000)
  const found = await done
  if (found === null) throw new Error('it was not identified')
  return found
}

describe('a device with a SunSpec chain', () => {
  it.each([40_000, 0, 50_000])(
    'is known by its own words, and its meter by the model, with the chain at %i',
    async (base) => {
      const {
        verdict,
        candidates: [best, ...others],
        notes,
      } = await look(mapAt(base, common('Fronius', 'Smart Meter TS 65A-3', '20480001'), meter203(231, 50), end))
      expect(verdict).toBe('identified')
      expect(best).toMatchObject({
        kind: 'meter',
        profileId: 'sunspec-meter',
        make: 'Fronius',
        model: 'Smart Meter TS 65A-3',
        sunspec: null,
        hindrance: null,
      })
      expect(best?.evidence).toEqual(
        expect.arrayContaining([
          `'SunS' at register ${base}`,
          'model 1 says Fronius Smart Meter TS 65A-3, serial number 20480001',
          `meter model 203, three phases with neutral, at register ${base + 70}`,
          expect.stringMatching(/^50\.00 Hz at /),
        ]),
      )
      expect(best?.against).toEqual([])
      expect(best?.word).toMatch(/certain|strong/)
      for (const other of others) expect(other.confidence).toBeLessThanOrEqual(best?.confidence ?? 0)
      expect(notes.join()).not.toMatch(/look at the label/)
    },
  )

  it('offers each of several meters by itself', async () => {
    const { candidates, notes } = await look(
      mapAt(
        40_000,
        common('SolarEdge', 'SE10K', '7E1'),
        inverter,
        common('WattNode', 'Export', 'A'),
        meter203(230, 50),
        common('WattNode', 'Load', 'B'),
        meter203(229, 50),
        end,
      ),
    )
    expect(
      candidates
        .filter(({ profileId }) => profileId === 'sunspec-meter')
        .map(({ make, model, sunspec }) => [make, model, sunspec]),
    ).toEqual([
      ['WattNode', 'Export', { model: 203, index: 1 }],
      ['WattNode', 'Load', { model: 203, index: 2 }],
    ])
    expect(notes.join()).toMatch(/has 2 meters/)
  })

  it('is told for what it is where it has no meter, or where its chain is damaged', async () => {
    const none = await look(mapAt(40_000, common('SolarEdge', 'SE10K', '7E1'), inverter, end))
    expect(none.candidates.some(({ profileId }) => profileId.startsWith('sunspec'))).toBe(false)
    expect(none.notes.join()).toMatch(
      /SunSpec device \(.*SolarEdge SE10K, serial number 7E1.*\) without a meter: its models are 1, 103/,
    )
    const broken = await look(mapAt(40_000, common('X', 'Y', 'Z'), [203, 65_000]))
    expect(broken.notes.join()).toMatch(/seems to be a SunSpec device, but .*65535/)
  })

  it("gives way to a maker's profile whose device names itself", async () => {
    const profile = [...allMeters.values()].find(({ id }) => id === 'carlo-gavazzi-em24-e1')
    if (profile === undefined) throw new Error('no such profile')
    const [own, chain] = [
      deviceOf(profile),
      mapAt(40_000, common('Carlo Gavazzi', 'EM24', '1'), meter203(231, 50), end),
    ]
    const { candidates } = await look((request) =>
      'address' in request && request.address >= 40_000 && request.functionCode === 3 ? chain(request) : own(request),
    )
    expect(candidates[0]?.profileId).toBe(profile.id)
    expect(candidates.map(({ profileId }) => profileId)).toContain('sunspec-meter')
  })

  it('is not imagined where nothing of it is', async () => {
    for (const reply of [{ exception: 2 }, 'silence'] as const)
      expect((await look(() => reply)).notes.join()).not.toMatch(/SunSpec/)
  })
})
