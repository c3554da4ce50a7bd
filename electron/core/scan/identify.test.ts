import { describe, expect, it } from 'vitest'
import { createFakeClock } from '../test-support/fake-clock.ts'
import { createFakeLine, type FakeReply } from '../test-support/fake-line.ts'
import type { ModbusRequest } from '../lines/modbus-line.ts'
import { seededRandom } from '../../../shared/test-support/seeded-random.ts'
import { listCandidates } from './candidates.ts'
import { identify } from './identify.ts'
import { sunSpecLayoutsOf } from './sunspec-candidates.ts'
import { allChargers, allMeters, deviceOf } from './test-support/profile-device.ts'

const ask = async (answer: (request: ModbusRequest) => FakeReply, transport: 'tcp' | 'serial' = 'tcp') => {
  const clock = createFakeClock()
  const line = createFakeLine('bus', clock, answer)
  let found: Awaited<ReturnType<typeof identify>> = null
  const done = identify(
    7,
    listCandidates(allMeters, allChargers, transport),
    (request) => line.transact(request, { deadlineMs: 200, priority: 'read' }),
    () => false,
    sunSpecLayoutsOf(allMeters),
  ).then((identified) => {
    found = identified
  })
  await clock.advance(120_000)
  await done
  if (found === null) throw new Error('it was not identified')
  return { ...(found as Exclude<Awaited<ReturnType<typeof identify>>, null>), requests: line.sent.length }
}

const must = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('no such profile')
  return value
}
const meter = (id: string) => must(allMeters.get(id))

it('on a bus only models of its framing are looked for', () => {
  const ids = (framing?: 'rtu' | 'ascii') =>
    listCandidates(allMeters, allChargers, 'serial', framing).map(({ profile }) => profile.id)
  expect(ids('ascii')).toEqual(['abl-emh'])
  expect(ids()).not.toContain('abl-emh')
  expect(ids()).toContain('eastron-sdm630')
})

describe('a device that behaves as its profile says', () => {
  // A residual current monitor measures neither voltage nor frequency: a search for meters has nothing to know it by.
  const known = [...allMeters].filter(([, { quantities }]) => quantities.u_l1n !== undefined)
  it.each(known.map(([id]) => id))('%s is found: first, or with those that answer alike', async (id) => {
    const { verdict, candidates, requests } = await ask(deviceOf(meter(id)))
    const [best] = candidates
    const own = must(candidates.find(({ profileId }) => profileId === id))
    expect(
      best?.profileId === id || (verdict === 'ambiguous' && own.confidence >= (best?.confidence ?? 1) - 0.06),
    ).toBe(true)
    expect(own.against).toEqual([])
    expect(own.hindrance).toBeNull()
    expect(requests).toBeLessThan(80)
  })

  // A charger that tells no voltage has a small number for its status and next to nothing else: nobody could know it by that.
  const tellsVoltage = (id: string) =>
    Object.keys(must(allChargers.get(id)).quantities).some((key) => key.startsWith('u_'))
  it.each([...allChargers.keys()].filter(tellsVoltage))('%s is found as a charger', async (id) => {
    const { candidates } = await ask(deviceOf(must(allChargers.get(id))))
    expect(candidates.map(({ kind, profileId }) => `${kind} ${profileId}`)).toContain(`charger ${id}`)
  })
  it.each([...allChargers.keys()].filter((id) => !tellsVoltage(id)))(
    '%s, which tells no voltage, is at least never taken for something else with confidence',
    async (id) => {
      const { candidates } = await ask(deviceOf(must(allChargers.get(id))))
      for (const { profileId, word } of candidates) expect(profileId === id || word === 'possible').toBe(true)
    },
  )

  it('tells what it saw where, so that a person can look it up', async () => {
    const {
      verdict,
      candidates: [best],
    } = await ask(deviceOf(meter('eastron-sdm630')), 'serial')
    expect(verdict).toBe('identified')
    expect(best).toMatchObject({ profileId: 'eastron-sdm630', word: 'strong' })
    expect(best?.evidence).toEqual(
      expect.arrayContaining([
        '49.98 Hz at 0x0046',
        '231.2 V at 0x0000',
        expect.stringMatching(/^the powers of the phases add up to 6\d{3} W at 0x0034$/),
      ]),
    )
  })
})

describe('families', () => {
  it('says that the registers cannot tell three Carlo Gavazzi models apart, and to look at the label', async () => {
    const { verdict, candidates, notes } = await ask(deviceOf(meter('carlo-gavazzi-em340'), undefined, false))
    expect(verdict).toBe('ambiguous')
    expect(candidates.map(({ profileId }) => profileId)).toEqual(
      expect.arrayContaining(['carlo-gavazzi-em340', 'carlo-gavazzi-em24-e1']),
    )
    expect(notes.join()).toMatch(/, or Carlo Gavazzi .*the same registers answer; look at the label/)
  })
  // Where only one source tells of a name, it is strong evidence and no certainty.
  it('knows them where the device says what it is, and is certain then', async () => {
    for (const id of ['carlo-gavazzi-em340', 'carlo-gavazzi-em24-e1', 'carlo-gavazzi-em540']) {
      const word =
        meter(id).identity?.some(({ confidence }) => confidence === undefined) === true ? 'certain' : 'strong'
      const {
        verdict,
        candidates: [best, ...others],
      } = await ask(deviceOf(meter(id)))
      expect([verdict, best?.profileId, best?.word]).toEqual(['identified', id, word])
      expect(best?.evidence[0]).toMatch(/^names itself /)
      for (const { against } of others) expect(against.join()).toMatch(/which none of this model's devices says/)
    }
  })
  it('tells the EM24 by its limit of eleven registers', async () => {
    const { verdict, candidates } = await ask(deviceOf(meter('carlo-gavazzi-em24'), undefined, false))
    expect([verdict, candidates[0]?.profileId]).toEqual(['identified', 'carlo-gavazzi-em24'])
  })
})

describe('a device that is set up otherwise', () => {
  it('has its word order found by the frequency, and says what to set', async () => {
    const profile = meter('janitza-umg')
    const {
      candidates: [best],
    } = await ask(deviceOf({ ...profile, wordOrder: 'low-first' }))
    expect(best).toMatchObject({
      profileId: 'janitza-umg',
      hindrance: expect.stringContaining('set "high-first" in the device'),
    })
  })
  it('is found although it is silent to registers it lacks', async () => {
    const answer = deviceOf(meter('siemens-pac2200'))
    const { candidates } = await ask((request) => {
      const reply = answer(request)
      return typeof reply === 'object' && 'exception' in reply ? 'silence' : reply
    })
    expect(candidates.map(({ profileId }) => profileId)).toContain('siemens-pac2200')
  })
  it('is found although every seventh reply is lost', async () => {
    const answer = deviceOf(meter('eastron-sdm630'))
    let count = 0
    const {
      candidates: [best],
    } = await ask((request) => ((count += 1) % 7 === 0 ? { fault: 'crc' } : answer(request)))
    expect(best?.profileId).toBe('eastron-sdm630')
  })
})

describe('a device nobody knows', () => {
  it('is unknown when all its registers are nought', async () => {
    expect(
      await ask((request) => ({ words: Array.from({ length: 'count' in request ? request.count : 0 }, () => 0) })),
    ).toMatchObject({ verdict: 'unknown', candidates: [] })
  })
  it('is unknown when it refuses everything', async () => {
    expect(await ask(() => ({ exception: 2 }))).toMatchObject({ verdict: 'unknown' })
  })
  it('is never more than possible when its registers hold chance', async () => {
    const random = seededRandom(4)
    for (let device = 0; device < 60; device += 1) {
      const words = new Map<string, number>()
      const wordAt = (key: string) => {
        if (!words.has(key)) words.set(key, Math.floor(random() * 65536))
        return words.get(key) ?? 0
      }
      const { candidates } = await ask((request) => ({
        words: Array.from({ length: 'count' in request ? request.count : 0 }, (_, index) =>
          wordAt(`${request.functionCode} ${request.address + index}`),
        ),
      }))
      for (const { word } of candidates) expect(word).toBe('possible')
    }
  })
})
