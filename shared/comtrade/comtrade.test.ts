import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fuzzRuns, fuzzTimeoutMs, mutate } from '../test-support/fuzz.ts'
import { seededRandom } from '../test-support/seeded-random.ts'
import { decodeText } from '../text/test-support/decode-text.ts'
import { bytesSource } from '../wave-record/byte-source.ts'
import { readComtrade } from './read-comtrade.ts'
import {
  asciiData,
  binaryBytes,
  binaryData,
  configText,
  stepOf,
  type WrittenFormat,
  type WrittenRecord,
} from './write-comtrade.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)
const joined = (pieces: Iterable<Uint8Array | string>): Uint8Array => {
  const all = [...pieces].map((piece) => (typeof piece === 'string' ? utf8(piece) : piece))
  const bytes = new Uint8Array(all.reduce((sum, piece) => sum + piece.length, 0))
  all.reduce((at, piece) => {
    bytes.set(piece, at)
    return at + piece.length
  }, 0)
  return bytes
}
const dataOf = (record: WrittenRecord, format: WrittenFormat): Uint8Array =>
  joined(format === 'ASCII' ? asciiData(record) : binaryData(record, format))
const read = (config: Uint8Array | string, data: Uint8Array | null) =>
  readComtrade({
    config: bytesSource(typeof config === 'string' ? utf8(config) : config),
    data: data === null ? null : bytesSource(data),
    decode: decodeText,
  })
const good = (answer: ReturnType<typeof readComtrade>) => {
  if (!answer.ok) throw new Error(answer.why)
  return answer.value
}
const errorsOf = (answer: ReturnType<typeof readComtrade>) =>
  good(answer)
    .file.notes.filter(({ severity }) => severity === 'error')
    .map(({ text }) => text)

const made = (
  columns: readonly (readonly number[])[],
  times: readonly number[] | null,
  states: readonly (readonly (0 | 1)[])[] = [],
): WrittenRecord => ({
  station: 'Ørsted, depot',
  device: 'front 1',
  lineHz: 50,
  channels: columns.map((column, at) => ({
    name: `u${at + 1}`,
    phase: '1',
    circuit: 'incomer',
    unit: 'V',
    skewS: 0,
    truth: 'sampled',
    largest: Math.max(0, ...column.filter((value) => !Number.isNaN(value)).map(Math.abs)),
  })),
  tracks: states.map((own, at) => ({ name: `d${at + 1}`, normal: 0, at: (sample) => own[sample] ?? 0 })),
  count: columns[0]?.length ?? 0,
  rateHz: times === null ? 5000 : null,
  timeAt: (sample) => (times === null ? sample / 5000 : times[sample]!),
  read: (from, to) => columns.map((column) => Float64Array.from(column.slice(from, to))),
  startMs: Date.UTC(2026, 2, 12, 10, 15, 30, 250),
  triggerS: 0.002,
  offsetMinutes: 60,
})

describe('COMTRADE written here', () => {
  const value = fc.oneof(
    { weight: 9, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
    { weight: 1, arbitrary: fc.constant(NaN) },
  )
  const shape = fc
    .integer({ min: 1, max: 40 })
    .chain((count) =>
      fc.tuple(
        fc.array(fc.array(value, { minLength: count, maxLength: count }), { minLength: 1, maxLength: 4 }),
        fc.array(fc.array(fc.constantFrom<0 | 1>(0, 1), { minLength: count, maxLength: count }), { maxLength: 18 }),
        fc.option(fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: count, maxLength: count })),
      ),
    )
  it.each(['BINARY', 'ASCII', 'FLOAT32'] as const)(
    'reads back in %s to within quantisation, gaps, times and states as they were',
    (format) => {
      fc.assert(
        fc.property(shape, ([columns, states, steps]) => {
          let micros = 0
          const times = steps?.map((step, at) => (at === 0 ? 0 : (micros += step)) / 1e6) ?? null
          const record = made(columns, times, states)
          const { config, scanned, file } = good(read(configText(record, format), dataOf(record, format)))
          expect(config.station).toBe('Ørsted  depot')
          expect(config.start).toEqual({ wallMs: record.startMs, offsetMinutes: format === 'FLOAT32' ? 60 : null })
          expect(file.records[0]!.triggerS).toBeCloseTo(0.002, 6)
          const [group] = file.records[0]!.groups
          group!
            .read(
              columns.map((_, at) => at),
              0,
              record.count,
            )
            .forEach((column, at) => {
              const step =
                format === 'FLOAT32'
                  ? 1e-7 * Math.max(1, record.channels[at]!.largest)
                  : stepOf(record.channels[at]!, format) * 0.5001
              column.forEach((got, row) => {
                const wanted = columns[at]![row]!
                if (Number.isNaN(wanted)) expect(got).toBeNaN()
                else expect(Math.abs(got - wanted)).toBeLessThanOrEqual(step + 1e-12)
              })
            })
          if (record.count > 1)
            for (let row = 0; row < record.count; row += 1)
              expect(group!.timebase.timeAt(row)).toBeCloseTo(record.timeAt(row), 5)
          states.forEach((own, at) => {
            const { initial, changes } = scanned.tracks.of(at)
            let state = initial as number
            expect(own.map((_, row) => (changes.includes(row) ? (state = 1 - state) : state))).toEqual(own)
          })
        }),
        { numRuns: 60 },
      )
    },
  )

  it('is one file with the sections of 2013 too', () => {
    const record = made([[1, NaN, -3.5]], null, [[0, 1, 1]])
    const file = joined([
      `--- file type: CFG ---\r\n${configText(record, 'FLOAT32')}--- file type: INF ---\r\n--- file type: HDR ---\r\nnote\r\n--- file type: DAT BINARY: ${binaryBytes(record, 'FLOAT32')} ---\r\n`,
      dataOf(record, 'FLOAT32'),
    ])
    const { file: out } = good(read(file, null))
    expect([...out.records[0]!.groups[0]!.read([0], 0, 3)[0]!]).toEqual([1, NaN, -3.5])
    expect(out.notes).toEqual([])
  })

  it('a record longer than 32 bits of microseconds has a larger unit of time', () => {
    const record = made([[1, 2]], [0, 9000])
    expect(good(read(configText(record, 'BINARY'), dataOf(record, 'BINARY'))).file.records[0]!.durationS).toBeCloseTo(
      9000,
      3,
    )
  })
})

/** The worked example of C37.111-1999, 6.6: one record of six values and six states. */
describe('the example of the standard', () => {
  const config = [
    'Condie,518,1999',
    '12,6A,6D',
    ...['Va', 'Vc', 'Vb', 'Ia', 'Ib', 'Ic'].map(
      (name, at) =>
        `${at + 1},${name},,,${at < 3 ? 'kV' : 'A'},${at < 3 ? 0.14462 : 11.5093}49,0,0,-2048,2047,2000,1,P`,
    ),
    ...Array.from({ length: 6 }, (_, at) => `${at + 1},D${at + 1},,,0`),
    '60',
    '1',
    '6000.000,5',
    '11/07/1995,17:38:26.663700',
    '11/07/1995,17:38:26.687500',
    'BINARY',
    '1',
  ].join('\r\n')
  const data = Uint8Array.from([
    0x05, 0, 0, 0, 0x9b, 0x02, 0, 0, 0x08, 0xfd, 0xfa, 0x04, 0x48, 0, 0x3d, 0, 0x74, 0xff, 0x0a, 0xfe, 0x30, 0,
  ])
  it('is read byte for byte', () => {
    const { scanned } = good(read(config, data))
    expect(scanned.readRaw([0, 1, 2, 3, 4, 5], 0, 1).map(([value]) => value)).toEqual([-760, 1274, 72, 61, -140, -502])
    expect([0, 1, 2, 3, 4, 5].map((channel) => scanned.tracks.of(channel).initial)).toEqual([0, 0, 0, 0, 1, 1])
    expect(scanned.numbers).toEqual([5, 5])
    expect(scanned.times.firstStampS).toBeCloseTo(667e-6, 9)
  })
})

describe('COMTRADE that is not as it should be', () => {
  const record = made(
    [
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ],
    null,
    [[0, 0, 1, 1]],
  )
  const text = configText(record, 'BINARY')
  const data = dataOf(record, 'BINARY')

  it('a billion claimed samples take no memory: those that are there are shown', () => {
    const answer = read(text.replace('5000,4', '5000,1000000000'), data)
    expect(good(answer).scanned.count).toBe(4)
    expect(errorsOf(answer)).toEqual(['The configuration tells of 1000000000 samples, 4 are there: those are shown.'])
  })
  it('a billion claimed channels are refused, and so is a text that is none', () => {
    expect(read(text.replace('3,2A,1D', '2000000000,1999999999A,1D'), data)).toMatchObject({
      ok: false,
      why: /at most 20000 are read/,
    })
    expect(read('hello', data)).toMatchObject({ ok: false, why: /line 2 .* should say how many channels/ })
    expect(read('', data).ok).toBe(false)
  })
  it('data cut in a record are told, and what stands before is shown', () => {
    const answer = read(text, data.subarray(0, data.length - 3))
    expect(good(answer).scanned.count).toBe(3)
    expect(errorsOf(answer)).toContain(
      'The data end in the middle of a record: 11 of 14 bytes of the last one are there.',
    )
  })
  it('wrong counts of channels are told', () => {
    expect(errorsOf(read(text.replace('3,2A,1D', '7,5A,2D'), data))[0]).toMatch(
      /5 analog and 2 digital channels are announced, 2 and 1 can be read/,
    )
  })
  it('a configuration that says ASCII of binary data, or BINARY of text, is not believed', () => {
    const ascii = dataOf(record, 'ASCII')
    expect(good(read(text, ascii)).file.format).toBe('COMTRADE 1999 ASCII')
    expect(good(read(text.replace('BINARY', 'ASCII'), data)).file.format).toBe('COMTRADE 1999 BINARY')
  })
  it('fields of text that are no numbers, and rows that are short, are missing and counted', () => {
    const answer = read(configText(record, 'ASCII'), utf8('1,0,10,x,0\r\n2,200,11\r\n3,400,12,22,1\r\n'))
    expect(errorsOf(answer).join(' ')).toMatch(
      /1 rows do not have the 5 fields .* row 2.*1 fields are no numbers, the first is in row 1/,
    )
    expect(good(answer).scanned.readRaw([1], 0, 3)[0]).toEqual(Float64Array.from([NaN, NaN, 22]))
  })
  it('a single file whose data are fewer than announced is told', () => {
    const file = joined([`--- file type: CFG ---\r\n${text}--- file type: DAT BINARY: 999999999 ---\r\n`, data])
    expect(errorsOf(read(file, null))[0]).toMatch(/999999999 bytes of data are announced, \d+ are there/)
  })
  it('stamps that go backwards or stand still are told, and drawn', () => {
    const listed = made([[1, 2, 3, 4]], [0, 0.1, 0.2, 0.3])
    const bytes = dataOf(listed, 'BINARY')
    new DataView(bytes.buffer).setUint32(3 * 10 + 4, 50_000, true)
    const { file } = good(read(configText(listed, 'BINARY'), bytes))
    expect(file.notes.map(({ text: said }) => said).join()).toMatch(/1 time stamps go backwards/)
    expect(file.records[0]!.durationS).toBeCloseTo(0.2, 6)
  })

  it(
    'damage of any kind ends in an answer: never in a fault, never in more samples than bytes',
    () => {
      const random = seededRandom(20_260_312)
      const seeds = (['BINARY', 'ASCII', 'FLOAT32'] as const).map((format) => ({
        config: utf8(configText(record, format)),
        data: dataOf(record, format),
      }))
      let answers = 0
      // Each run reads a whole record: a fraction of the usual number takes as long as the other decoders' do.
      for (let run = 0; run < fuzzRuns / 250; run += 1) {
        const seed = seeds[run % seeds.length]!
        const config = run % 2 === 0 ? mutate(seed.config, random) : seed.config
        const bytes = run % 3 === 0 ? seed.data : mutate(seed.data, random)
        const single = joined(['--- file type: CFG ---\n', config, '\n--- file type: DAT BINARY: 44 ---\n', bytes])
        for (const answer of [read(config, bytes), read(run % 4 === 0 ? mutate(single, random) : single, null)]) {
          answers += 1
          if (!answer.ok) continue
          expect(answer.value.scanned.count).toBeLessThanOrEqual(bytes.length + single.length)
          expect(answer.value.file.records[0]!.durationS).not.toBeNaN()
        }
      }
      expect(answers).toBeGreaterThan(0)
    },
    fuzzTimeoutMs,
  )
})
