import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import { readMeterProfile } from '../../../shared/profile/read-profile.ts'
import { fuzzRuns, fuzzTimeoutMs } from '../../../shared/test-support/fuzz.ts'
import { seededRandom } from '../../../shared/test-support/seeded-random.ts'
import { playSession, type SessionResult, type SessionWish } from './test-support/adversary-session.ts'
import { faultKinds, type FaultKind, type Transport, type Values } from './test-support/adversary.ts'

/** A read costs a hundred times what a mutated frame does: `npm test` plays a share, `npm run fuzz` a million. */
const wanted = fuzzRuns >= 1_000_000 ? fuzzRuns : Math.round(fuzzRuns / 4)
const readsEach = 250
/** Sessions of one test. */
const sliceSize = 100
const rates = [0.01, 0.05, 0.15, 0.3, 0.5]
const transports: readonly Transport[] = ['serial', 'rtu-over-tcp', 'tcp']
const valueKinds: readonly Values[] = ['live', 'steps', 'constant']

const folder = new URL('../../../assets/profiles/meters/', import.meta.url)
const profiles = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml') && !file.endsWith('.golden.yaml'))
  .map((file): MeterProfile => {
    const read = readMeterProfile(readFileSync(new URL(file, folder), 'utf8'), file)
    if (!read.ok) throw new Error(file)
    return read.profile
  })
  // SunSpec: their addresses are those of a model, not of a device. Meters that only hand out captures are not polled.
  .filter(({ sunspec, quantities }) => sunspec === undefined && Object.keys(quantities).length > 0)

interface Sum {
  reads: number
  good: number
  possible: number
  requests: number
}
const add = (sums: Map<string, Sum>, name: string, { reads, good, possible, requests }: SessionResult): void => {
  const sum = sums.get(name) ?? { reads: 0, good: 0, possible: 0, requests: 0 }
  sums.set(name, {
    reads: sum.reads + reads,
    good: sum.good + good,
    possible: sum.possible + possible,
    requests: sum.requests + requests,
  })
}

/** Every profile in turn; the rest is drawn, so that a share of the sessions is a fair share. */
const wishes = function* (count: number): Generator<SessionWish> {
  const random = seededRandom(20_261_128)
  const draw = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  for (let index = 0; index < count; index += 1) {
    const profile = profiles[index % profiles.length] as MeterProfile
    const drawn = draw<FaultKind>(faultKinds)
    // A device that answers reads of few lengths only and gives older replies in place of new ones can't be told from a right one.
    const fault = drawn === 'swapped' && profile.line.maxRegisters < 12 ? 'shuffled' : drawn
    yield {
      profile,
      fault,
      transport: draw(transports),
      rate: draw(rates),
      values: draw(valueKinds),
      isStrict: fault !== 'swapped' && draw([true, false]),
      seed: index + 1,
      reads: readsEach,
    }
  }
}

const table = (sums: ReadonlyMap<string, Sum>): string =>
  [...sums]
    .map(([name, { reads, good, possible }]) => ({ name, reads, share: good / possible }))
    .toSorted((left, right) => left.share - right.share)
    .map(({ name, reads, share }) => `${name.padEnd(60)} ${String(reads).padStart(9)} ${(100 * share).toFixed(1)} %`)
    .join('\n')

const sums = new Map<string, Sum>()
const note = (wish: SessionWish, result: SessionResult): void => {
  for (const name of ['all', `transport ${wish.transport}`, `fault ${wish.fault}`, `rate ${String(wish.rate)}`])
    add(sums, name, result)
  if (wish.transport !== 'tcp') add(sums, wish.isStrict ? 'rtu, listed registers only' : 'rtu, all registers', result)
  if (wish.rate !== 0.15) return
  const way = wish.transport === 'tcp' ? 'tcp' : wish.isStrict ? 'rtu, listed only' : 'rtu'
  for (const name of [way, `${way} ${wish.fault}`, `${way} ${wish.profile.id}`]) add(sums, `15 % ${name}`, result)
}

describe('replies that are late, doubled, shuffled, glued, cut or lost', () => {
  const sessions = [...wishes(Math.ceil(wanted / readsEach))]
  const slices = Array.from({ length: Math.ceil(sessions.length / sliceSize) }, (_, index) => index)
  it.each(slices)(
    `give no wrong and no old value: ${String(profiles.length)} meters over three transports, in virtual time, part %i`,
    async (slice) => {
      const wrong: string[] = []
      for (const wish of sessions.slice(slice * sliceSize, (slice + 1) * sliceSize)) {
        const result = await playSession(wish)
        wrong.push(...result.wrong)
        note(wish, result)
      }
      expect(wrong).toEqual([])
    },
    fuzzTimeoutMs,
  )

  it('leave four of five possible reads good where fifteen in a hundred replies are spoilt', () => {
    if (process.env['TRIPSCOPE_FUZZ'] !== undefined) process.stdout.write(`${table(sums)}\n`)
    const at15 = (name: string) => {
      const sum = sums.get(`15 % ${name}`)
      return sum === undefined ? NaN : sum.good / sum.possible
    }
    expect(at15('tcp')).toBeGreaterThan(0.8)
    expect(at15('rtu')).toBeGreaterThan(0.8)
  })
})
