import { unzipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { createRecordAnswers } from '../../analysis/files/record-answers.ts'
import { bytesSource } from '../../../shared/wave-record/byte-source.ts'
import { foldOf } from '../../../shared/wave-record/columns.ts'
import { evenTimebase } from '../../../shared/wave-record/timebase.ts'
import type { Trace, WaveFile } from '../../../shared/wave-record/wave-record.ts'
import { exportRecord } from './export-record.ts'
import { readWaveFile } from './read-wave-file.ts'

const joined = (pieces: Iterable<Uint8Array>): Uint8Array => {
  const all = [...pieces]
  const bytes = new Uint8Array(all.reduce((sum, piece) => sum + piece.length, 0))
  all.reduce((at, piece) => {
    bytes.set(piece, at)
    return at + piece.length
  }, 0)
  return bytes
}

/** Two voltages at 5 kS/s and a current at half of it, as a PQDIF observation has them, with a hole in one. */
const file = ((): WaveFile => {
  const volts = [0, 1].map((phase) =>
    Float64Array.from({ length: 20_000 }, (_, at) =>
      at === 700 ? NaN : 325 * Math.sin(2 * Math.PI * 50 * (at / 5000) - (phase * 2 * Math.PI) / 3),
    ),
  )
  const amperes = Float64Array.from({ length: 10_000 }, (_, at) => 14 * Math.sin(2 * Math.PI * 50 * (at / 2500)))
  const group = (columns: readonly Float64Array[], rateHz: number) => ({
    timebase: evenTimebase([{ from: 0, to: columns[0]!.length, s: 0, step: 1 / rateHz }]),
    read: (traces: readonly number[], from: number, to: number) =>
      traces.map((trace) => columns[trace]!.slice(from, to)),
    folds: columns.map((column) => foldOf((from, to) => column.subarray(from, to), column.length)),
  })
  const trace = (name: string, quantity: Trace['quantity'], unit: string, at: number, column: number): Trace => ({
    name,
    unit,
    quantity,
    phase: '1',
    truth: 'sampled',
    circuit: '',
    skewS: 0,
    toPrimary: 1,
    group: at,
    column,
  })
  return {
    format: 'PQDIF',
    station: 'Depot',
    recorder: 'PQ 1',
    notes: [],
    records: [
      {
        title: 'Event',
        truth: 'sampled',
        start: { wallMs: Date.UTC(2026, 0, 2, 3, 4, 5), offsetMinutes: null },
        triggerS: 1,
        durationS: 4,
        nominalHz: 50,
        groups: [group(volts, 5000), group([amperes], 2500)],
        traces: [
          trace('Ua', 'voltage', 'V', 0, 0),
          trace('Ub', 'voltage', 'V', 0, 1),
          trace('Ia', 'current', 'A', 1, 0),
        ],
        tracks: [{ name: 'Trip', normal: 0, initial: 0, changes: [5000], isCut: false, group: 0 }],
      },
    ],
  }
})()
const answers = createRecordAnswers(file, 50)
const exported = (format: Parameters<typeof exportRecord>[3]['format'], traces: number[]) => {
  const made = exportRecord(file, answers, 'event.pqd', { record: 0, fromS: 0.1, toS: 2.1, traces, format })
  return { ...made, bytes: joined(made.pieces) }
}
const again = (name: string, main: Uint8Array, data: Uint8Array | null) => {
  const read = readWaveFile(name, bytesSource(main), data === null ? null : bytesSource(data), null)
  if (!read.ok) throw new Error(read.why)
  return read.value.file
}

describe('what is exported', () => {
  it('is a COMTRADE record for each group of times, in a zip, with what was sampled when', () => {
    const { fileName, bytes } = exported('comtrade-1999-binary', [0, 1, 2])
    expect(fileName).toBe('event-part.zip')
    const files = unzipSync(bytes)
    expect(Object.keys(files)).toEqual([
      'event-part-1.cfg',
      'event-part-1.dat',
      'event-part-1.hdr',
      'event-part-2.cfg',
      'event-part-2.dat',
      'event-part-2.hdr',
    ])
    const { records, notes } = again('event-part-1.cfg', files['event-part-1.cfg']!, files['event-part-1.dat']!)
    const [record] = records
    expect(notes).toEqual([])
    expect(record!.start).toEqual({ wallMs: Date.UTC(2026, 0, 2, 3, 4, 5, 100), offsetMinutes: null })
    expect(record!.triggerS).toBeCloseTo(0.9, 6)
    expect(record!.groups[0]!.timebase.count).toBe(10_000)
    const [volts] = record!.groups[0]!.read([0], 0, 10_000)
    const [wanted] = file.records[0]!.groups[0]!.read([0], 500, 10_500)
    volts!.forEach((value, at) => {
      if (at === 200) expect(value).toBeNaN()
      else expect(Math.abs(value - wanted![at]!)).toBeLessThanOrEqual(325 / 32_767)
    })
    expect(record!.tracks[0]!.changes).toEqual([4500])
    expect(
      again('event-part-2.cfg', files['event-part-2.cfg']!, files['event-part-2.dat']!).records[0]!.traces[0]!.name,
    ).toBe('Ia')
  })

  it('is one .cff of 2013 in float32, exact', () => {
    const { fileName, bytes } = exported('comtrade-2013-float32', [2])
    expect(fileName).toBe('event-part.cff')
    const [record] = again(fileName, bytes, null).records
    const [amperes] = record!.groups[0]!.read([0], 0, 100)
    expect([...amperes!]).toEqual([...file.records[0]!.groups[1]!.read([0], 250, 350)[0]!].map(Math.fround))
  })

  it.each(['csv-comma', 'csv-semicolon', 'csv-tab'] as const)('is %s that opens here again', (format) => {
    const { fileName, bytes } = exported(format, [0, 1])
    const [record] = again(fileName, bytes, null).records
    expect(record!.traces.map(({ name, unit }) => `${name} ${unit}`)).toEqual(['Ua V', 'Ub V', 'Trip '])
    expect(record!.groups[0]!.timebase.runs[0]!.rateHz).toBeCloseTo(5000, 1)
    const [volts] = record!.groups[0]!.read([1], 0, 1000)
    file.records[0]!.groups[0]!.read([1], 500, 1500)[0]!.forEach((value, at) =>
      expect(Number.isNaN(value) ? Number.isNaN(volts![at]!) : Math.abs(volts![at]! - value) < 5e-4).toBe(true),
    )
  })

  it('of nothing is refused', () => {
    expect(() => exported('csv-comma', [])).toThrow('nothing is chosen')
  })
})
