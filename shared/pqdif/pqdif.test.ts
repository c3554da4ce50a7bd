import { deflateSync, inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { fuzzRuns, fuzzTimeoutMs, mutate } from '../test-support/fuzz.ts'
import { seededRandom } from '../test-support/seeded-random.ts'
import { decodeText } from '../text/test-support/decode-text.ts'
import { bytesSource } from '../wave-record/byte-source.ts'
import { readPqdif } from './read-pqdif.ts'
import { tags } from './tags.ts'
import {
  body,
  collection,
  container,
  dataSource,
  doubles,
  observation,
  pqdif,
  uint,
} from './test-support/make-pqdif.ts'

const inflate = (bytes: Uint8Array, most: number): Uint8Array =>
  new Uint8Array(inflateSync(bytes, { maxOutputLength: most }))
const read = (bytes: Uint8Array) => readPqdif(bytesSource(bytes), { inflate, decode: decodeText })
const good = (answer: ReturnType<typeof read>) => {
  if (!answer.ok) throw new Error(answer.why)
  return answer.value
}
const errorsOf = (bytes: Uint8Array) =>
  good(read(bytes))
    .notes.filter(({ severity }) => severity === 'error')
    .map(({ text }) => text)
const all = [container, dataSource, observation()]

describe('a PQDIF file', () => {
  it('has its values by scale and offset, its times by increments, and series that are shared', () => {
    const { station, recorder, records, notes } = good(read(pqdif(all)))
    expect({ station, recorder, notes }).toEqual({ station: 'Depot', recorder: 'PQ 1', notes: [] })
    const [record] = records
    expect(record).toMatchObject({ title: 'Dip', truth: 'sampled', triggerS: 0.002 })
    expect(new Date(record!.start!.wallMs).toISOString()).toBe('1999-06-02T00:01:00.250Z')
    expect(record!.groups).toHaveLength(1)
    expect(record!.groups[0]!.read([0, 1], 0, 4).map((column) => [...column])).toEqual([
      [10, 11, 12, 7],
      [10.5, 11.5, 12.5, 13.5],
    ])
    expect([0, 1, 2, 3].map(record!.groups[0]!.timebase.timeAt)).toEqual([0, 0.001, 0.002, 0.003])
    expect(record!.traces.map(({ name, unit, phase, quantity }) => ({ name, unit, phase, quantity }))).toEqual([
      { name: 'Va', unit: 'V', phase: '1', quantity: 'voltage' },
      { name: 'Vb', unit: 'V', phase: '2', quantity: 'voltage' },
    ])
  })
  it('whose increments claim a billion values shows those that are there', () => {
    const many = collection([tags.seriesValues, doubles([2, 1e9, 1e-3, 1e9, 1e-3])])
    expect(good(read(pqdif([container, dataSource, observation(many)]))).records[0]!.groups[0]!.timebase.count).toBe(4)
  })
  it('whose chain of records is a circle, or leads out of the file, ends there and says so', () => {
    const circle = pqdif(all, (index, following) => (index === 2 ? 64 + container.body.length : following))
    expect(errorsOf(circle)).toEqual([expect.stringMatching(/^The chain of records leads back from record 3/)])
    expect(errorsOf(pqdif(all, (index, following) => (index === 2 ? 1e9 : following)))).toEqual([
      expect.stringMatching(/points beyond the end/),
    ])
  })
  it('whose series share each other in a circle has no times for them', () => {
    const self = collection([tags.shareChannel, uint(1)], [tags.shareSeries, uint(0)])
    const { records, notes } = good(read(pqdif([container, dataSource, observation(undefined, self)])))
    expect(records[0]!.traces.map(({ name }) => name)).toEqual(['Va'])
    expect(notes.map(({ text }) => text)).toEqual(['Observation 1: 1 series have no times and are not drawn.'])
  })
  it('with a zlib bomb leaves that record out, and takes no memory for it', () => {
    const bomb = new Uint8Array(80 << 20)
    const bytes = pqdif([container, dataSource, { kind: 'observation', body: new Uint8Array(8) }, observation()])
    const packed = new Uint8Array(deflateSync(bomb))
    const made = pqdif([container, dataSource, observation()])
    // The bomb stands as a record before the observation.
    const at = 64 + container.body.length
    const view = new DataView(made.buffer)
    const sourceBytes = 64 + view.getUint32(at + 36, true)
    const head = made.slice(0, at + sourceBytes)
    const rest = made.slice(at + sourceBytes)
    const record = new Uint8Array(64 + packed.length)
    record.set(rest.subarray(0, 64))
    new DataView(record.buffer).setUint32(36, packed.length, true)
    record.set(packed, 64)
    const whole = new Uint8Array(head.length + record.length + rest.length)
    whole.set(head)
    whole.set(record, head.length)
    whole.set(rest, head.length + record.length)
    new DataView(whole.buffer).setUint32(head.length + 40, head.length + record.length, true)
    expect(errorsOf(whole)[0]).toMatch(/^Record 3 can't be unpacked/)
    expect(good(read(whole)).records).toHaveLength(1)
    expect(bytes.length).toBeLessThan(2000)
  })
  it('that is cut, damaged or none is told as such', () => {
    const bytes = pqdif(all)
    expect(read(bytes.subarray(0, 200))).toMatchObject({ ok: false })
    const damaged = bytes.slice()
    damaged[damaged.length - 9]! ^= 0xff
    const answer = read(damaged)
    expect(answer.ok ? errorsOf(damaged).join() : answer.why).toMatch(/can't be unpacked|do not have the sum/)
    expect(read(new TextEncoder().encode('hello'))).toMatchObject({
      ok: false,
      why: /does not begin with a record of PQDIF/,
    })
    const whole = {
      kind: 'container',
      body: body([
        [tags.compressionStyle, uint(1)],
        [tags.compressionAlgorithm, uint(1)],
      ]),
    } as const
    expect(read(pqdif([whole, dataSource]))).toMatchObject({
      ok: false,
      why: /compressed in a way that is not read here/,
    })
  })
  it(
    'damaged in any way ends in an answer',
    () => {
      const random = seededRandom(1159)
      const plain = { kind: 'container', body: body([[tags.compressionStyle, uint(0)]]) } as const
      const seeds = [
        pqdif(all),
        // Without packing, damage reaches the elements.
        (() => {
          const records = [plain.body, dataSource.body, observation().body]
          const made = pqdif([plain, { ...plain, body: dataSource.body }, { ...plain, body: observation().body }])
          let at = 0
          const kinds = ['89738606', '89738619', '8973861a']
          records.forEach((own, index) => {
            const tag = kinds[index]!
            for (let byte = 0; byte < 4; byte += 1)
              made[at + 16 + byte] = Number.parseInt(tag.slice(6 - 2 * byte, 8 - 2 * byte), 16)
            at += 64 + own.length
          })
          return made
        })(),
      ]
      expect(good(read(seeds[1]!)).records).toHaveLength(1)
      for (let run = 0; run < fuzzRuns / 100; run += 1) {
        const bytes = mutate(seeds[run % 2]!, random)
        const answer = read(bytes)
        if (!answer.ok) continue
        for (const { groups, durationS } of answer.value.records) {
          expect(durationS).not.toBeNaN()
          for (const { timebase } of groups) expect(timebase.count).toBeLessThanOrEqual(bytes.length * 8)
        }
      }
    },
    fuzzTimeoutMs,
  )
})
