import { createFlickerMeter } from '../flicker-meter.ts'
import { addPinst, noFlickerClasses, pstOf } from '../flicker-statistics.ts'
import type { Lamp } from '../flicker-filters.ts'
import { referenceJson } from './reference-data.ts'

export interface FlickerTable {
  readonly edition: string
  readonly table: number
  readonly lamp_V: Lamp
  readonly Hz: number
  readonly modulation: string
  readonly modulation_Hz: readonly number[]
  readonly dV_percent: readonly number[]
  readonly n: number
}
export const flickerTables = (): readonly FlickerTable[] =>
  referenceJson<{ tables: readonly FlickerTable[] }>('facts/iec61000-4-15.json').tables

const rateHz = 2000
/** Half a sample late, so that no step falls on a sample. */
const sampleOf = (table: FlickerTable, point: number, index: number): number => {
  const s = (index + 0.5) / rateHz
  const turn = Math.sin(2 * Math.PI * (table.modulation_Hz[point] ?? 0) * s)
  const shape = table.modulation === 'sinusoidal' ? turn : Math.sign(turn)
  const change = (table.dV_percent[point] ?? 0) / 200
  return table.lamp_V * Math.SQRT2 * Math.sin(2 * Math.PI * table.Hz * s) * (1 + change * shape)
}
const feed = (table: FlickerTable, point: number, seconds: number, take: (pinst: number, s: number) => void): void => {
  const meter = createFlickerMeter({ rateHz, nominalHz: table.Hz, lamp: table.lamp_V })
  let given = 0
  for (let second = 0; second < seconds; second += 1)
    meter.push(
      Float32Array.from({ length: rateHz }, (_, index) => sampleOf(table, point, second * rateHz + index)),
      (pinst) => take(pinst, (given += 1) / meter.rateHz),
    )
}

/** Highest Pinst of points of tables 1 and 2 after settling; the tolerance is 5 % in the first edition and its amendment, 8 % in the second. */
export const pinstOfTable = (table: FlickerTable, points: readonly number[]) =>
  points.map((point) => {
    const hz = table.modulation_Hz[point] ?? 0
    const seconds = Math.ceil(Math.max(16, 8 / hz))
    let highest = 0
    feed(table, point, seconds, (pinst, s) => {
      if (s > seconds - Math.max(2, 2 / hz)) highest = Math.max(highest, pinst)
    })
    return { hz, highest, most: table.edition.startsWith('ed.2') ? 0.08 : 0.05 }
  })

/** Pst of a point of table 5; as the standard wants it over ten minutes, after two to settle. */
export const pstOfTable = (
  table: FlickerTable,
  point: number,
  { settleS, takenS } = { settleS: 120, takenS: 600 },
): number | null => {
  const classes = noFlickerClasses()
  feed(table, point, settleS + takenS, (pinst, s) => {
    if (s > settleS) addPinst(classes, pinst)
  })
  return pstOf(classes)
}
