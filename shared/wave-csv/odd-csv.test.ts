import { describe, expect, it } from 'vitest'
import { decodeText } from '../text/test-support/decode-text.ts'
import { bytesSource } from '../wave-record/byte-source.ts'
import { readCsv } from './read-csv.ts'

/** Samples of 50 Hz as loggers, oscilloscopes and spreadsheets of several languages write them. */
const volts = (row: number): number => 325 * Math.sin((2 * Math.PI * 50 * row) / 2000)
const comma = (value: number, digits = 3): string => value.toFixed(digits).replace('.', ',')
const rowsOf = (make: (row: number) => string, count = 200): string =>
  Array.from({ length: count }, (_, row) => make(row)).join('\n')

const read = (text: string) => {
  const answer = readCsv(bytesSource(new TextEncoder().encode(text)), decodeText, null)
  if (!answer.ok) throw new Error(answer.why)
  const { file, layout, allColumns } = answer.value
  const [record] = file.records
  const trace = record?.traces.at(-1)
  const [values] = record?.groups[0]?.read([trace?.column ?? 0], 0, 200) ?? []
  return {
    layout,
    names: allColumns.map(({ name, unit }) => [name, unit]),
    notes: file.notes.map(({ text: said }) => said).join(' '),
    rateHz: record?.groups[0]?.timebase.runs[0]?.rateHz ?? null,
    start: record?.start === null || record === undefined ? null : new Date(record.start?.wallMs ?? 0).toISOString(),
    rms: Math.sqrt([...(values ?? [])].reduce((sum, value) => sum + value ** 2, 0) / 200),
  }
}

describe('a CSV as others write it', () => {
  it.each([
    [
      'a German date with its time, semicolons and decimal commas',
      `Zeitstempel;U1\n${rowsOf((row) => `01.03.2026 10:00:0${Math.floor(row / 100)},${String((row % 100) * 10).padStart(3, '0')};${comma(volts(row))}`)}`,
      100,
      '2026-03-01T10:00:00.000Z',
    ],
    [
      'date and time of day in columns of their own',
      `Datum;Zeit;U1\n${rowsOf((row) => `01.03.2026;10:00:00,${String(row).padStart(3, '0')};${comma(volts(row))}`)}`,
      1000,
      '2026-03-01T10:00:00.000Z',
    ],
    [
      'an American date before and after noon',
      `Timestamp,U1\n${rowsOf((row) => `3/1/2026 ${row < 100 ? '11:59' : '12:00'}:${String((row % 100) * 0.6 < 10 ? `0${((row % 100) * 0.6).toFixed(1)}` : ((row % 100) * 0.6).toFixed(1))} ${row < 100 ? 'AM' : 'PM'},${volts(row).toFixed(2)}`)}`,
      1 / 0.6,
      '2026-03-01T11:59:00.000Z',
    ],
    [
      'microseconds since 1970',
      `time,U1\n${rowsOf((row) => `${1_772_359_200_000_000 + row * 500},${volts(row).toFixed(2)}`)}`,
      2000,
      '2026-03-01T10:00:00.000Z',
    ],
    [
      'nanoseconds since 1970',
      `time,U1\n${rowsOf((row) => `${1_772_359_200_000 + Math.floor(row / 2)}${row % 2 === 0 ? '000000' : '500000'},${volts(row).toFixed(2)}`)}`,
      2000,
      '2026-03-01T10:00:00.000Z',
    ],
    [
      'quoted decimal commas between commas',
      `"t","u"\n${rowsOf((row) => `"${comma(row / 2000, 4)}","${comma(volts(row))}"`)}`,
      2000,
      null,
    ],
  ])('%s', (_name, text, rateHz, start) => {
    const found = read(text)
    expect(found.rms).toBeCloseTo(325 / Math.SQRT2, 1)
    expect(found.rateHz).toBeCloseTo(rateHz, 1)
    expect(found.start).toBe(start)
  })

  it('times of day without a day go over midnight, and say that they tell no day', () => {
    const found = read(
      `Uhrzeit;U1\n${rowsOf((row) => `${row < 100 ? '23:59:59' : '00:00:00'},${String(((row % 100) * 10) % 1000).padStart(3, '0')};${comma(volts(row))}`)}`,
    )
    expect(found.rateHz).toBeCloseTo(100, 3)
    expect(found.start).toBeNull()
    expect(found.notes).toContain('tell no day')
    expect(found.notes).not.toContain('backwards')
  })

  it('times written coarser than the rows come are spread evenly, and that is said', () => {
    for (const [digits, rowsEach] of [
      [3, 2],
      [2, 20],
    ] as const) {
      const found = read(
        `t,u\n${rowsOf((row) => `${(Math.floor(row / rowsEach) * (rowsEach / 2000)).toFixed(digits)},${volts(row).toFixed(2)}`)}`,
      )
      expect(found.rateHz).toBeCloseTo(2000, 6)
      expect(found.notes).toContain('spread evenly')
      expect(found.notes).toContain(`${1000 * 10 ** -digits} ms`)
    }
    // Two rates in one file are not even, and stay as they are written.
    const odd = read(
      `t,u\n${rowsOf((row) => `${(row < 100 ? row * 0.001 : 0.1 + Math.floor((row - 100) / 50)).toFixed(3)},1`)}`,
    )
    expect(odd.notes).not.toContain('spread evenly')
  })

  it('units below the names leave the names', () => {
    const { names } = read(
      `Time,Channel A\n(ms),(V)\n\n${rowsOf((row) => `${(row / 2).toFixed(4)},${volts(row).toFixed(4)}`)}`,
    )
    expect(names).toEqual([
      ['Time', 'ms'],
      ['Channel A', 'V'],
    ])
  })
})
