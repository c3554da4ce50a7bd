import type { ByteSource } from '../wave-record/byte-source.ts'
import { createColumn, foldOf } from '../wave-record/columns.ts'
import { numberIn } from '../wave-record/number-text.ts'
import { eachLine } from '../wave-record/text-lines.ts'
import type { FileNote } from '../wave-record/wave-record.ts'
import type { ComtradeConfig } from './config.ts'
import type { ScannedData } from './scanned.ts'
import { createStamps, noStamp } from './time-stamps.ts'
import { createTrackChanges } from './track-changes.ts'

/**
 * Missing in ASCII data since 1999 (C37.111-1999, 8.4); a channel whose stated range reaches further has it as a value. In 1991 no mark
 * was laid down: recorders of then write large numbers as they are.
 */
const missingMark = (revision: number): number => (revision >= 1999 ? 99_999 : NaN)

const delimiterOf = (bytes: Uint8Array, from: number, to: number): number => {
  const line = bytes.subarray(from, to)
  return [0x2c, 0x3b, 0x09].find((each) => line.includes(each)) ?? 0x20
}

interface Oddities {
  shortRows: number
  firstShort: number
  odd: number
  firstOdd: number
}

const notesOf = ({ shortRows, firstShort, odd, firstOdd }: Oddities, wanted: number): readonly FileNote[] => [
  ...(shortRows === 0
    ? []
    : [
        {
          severity: 'error' as const,
          text: `${shortRows} rows do not have the ${wanted} fields that the configuration tells of, the first is row ${firstShort}: what is not there is missing.`,
        },
      ]),
  ...(odd === 0
    ? []
    : [
        {
          severity: 'error' as const,
          text: `${odd} fields are no numbers, the first is in row ${firstOdd}: they are missing.`,
        },
      ]),
]

/** Walks over ASCII data once; the values are kept in memory, smaller than their text. */
export const scanAscii = (config: ComtradeConfig, source: ByteSource): ScannedData => {
  const { analog, status } = config
  const columns = analog.map(createColumn)
  const tracks = createTrackChanges(status.length)
  const stamps = createStamps(config.rates, config.timeFactor)
  const mark = missingMark(config.revision)
  const marks = analog.map(({ max }) => (max > mark ? NaN : mark))
  const wanted = 2 + analog.length + status.length
  const oddities: Oddities = { shortRows: 0, firstShort: 0, odd: 0, firstOdd: 0 }
  let delimiter = 0x2c
  let count = 0
  let numbers: readonly [number, number] | null = null

  const takeField = (bytes: Uint8Array, from: number, to: number, field: number): void => {
    const value = numberIn(bytes, from, to)
    if (Number.isNaN(value) && to > from && field !== 1) {
      if (oddities.odd === 0) oddities.firstOdd = count + 1
      oddities.odd += 1
    }
    if (field === 0) numbers = [numbers?.[0] ?? value, value]
    else if (field === 1) stamps.push(Number.isNaN(value) ? noStamp : value)
    else if (field < 2 + analog.length) columns[field - 2]?.push(value === marks[field - 2] ? NaN : value)
    else tracks.put(field - 2 - analog.length, count, value === 1 ? 1 : 0)
  }
  eachLine(source, (bytes, from, to) => {
    let blank = from
    while (blank < to && (bytes[blank] as number) <= 0x20) blank += 1
    if (blank === to) return true
    if (count === 0) delimiter = delimiterOf(bytes, from, to)
    let field = 0
    let begin = from
    for (let at = from; at <= to; at += 1) {
      if (at < to && bytes[at] !== delimiter) continue
      if (delimiter === 0x20 && at === begin) {
        begin = at + 1
        continue
      }
      if (field < wanted) takeField(bytes, begin, at, field)
      field += 1
      begin = at + 1
    }
    // A comma at the end of a row is a habit of some recorders.
    if (field < wanted || field > wanted + 1) {
      if (oddities.shortRows === 0) oddities.firstShort = count + 1
      oddities.shortRows += 1
    }
    if (field < 2) stamps.push(noStamp)
    for (; field < 2 + analog.length; field += 1) if (field >= 2) columns[field - 2]?.push(NaN)
    count += 1
    return true
  })
  return {
    count,
    readRaw: (channels, from, to) =>
      channels.map((channel) => columns[channel]?.read(from, to) ?? new Float64Array(Math.max(0, to - from)).fill(NaN)),
    folds: columns.map((column) => foldOf(column.read, count)),
    tracks,
    times: stamps.done(),
    numbers,
    notes: notesOf(oddities, wanted),
  }
}
