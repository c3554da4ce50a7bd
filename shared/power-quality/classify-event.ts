import type { VoltageEventKind } from '../electrical/voltage-event.ts'

/**
 * Names and curves for a voltage event of known depth and duration. Shares are of the declared voltage, durations in seconds. Only what was found
 * from samples, or read from a meter's own log, may be put here: a polled reading bounds both and is no point of these tables.
 */

const depthRows = [
  ['A', 80],
  ['B', 70],
  ['C', 40],
  ['D', 5],
  ['X', -Infinity],
] as const
const dipColumnsS = [0.2, 0.5, 1, 5, 60] as const
const swellColumnsS = [0.5, 5, 60] as const
/** 0.92 x 230 is no exact number: a value that is equal but for its last digits is equal. */
const almost = 1e-9

/** EN 50160:2010, Tables 2 and 5: the cell of a dip (A1 to X5) or swell (S1 to T3); null: shorter than 10 ms, longer than a minute, or none. */
export const en50160Cell = (percent: number, seconds: number): string | null => {
  if (seconds < 0.01 - almost) return null
  if (percent < 90 - almost) {
    const column = dipColumnsS.findIndex((most) => seconds <= most + almost)
    const row = depthRows.find(([, least]) => percent >= least - almost)
    return column < 0 || row === undefined ? null : `${row[0]}${column + 1}`
  }
  if (percent <= 110 + almost) return null
  const column = swellColumnsS.findIndex((most) => seconds <= most + almost)
  return column < 0 ? null : `${percent >= 120 - almost ? 'S' : 'T'}${column + 1}`
}

/** A line of steps: from each duration on, this share is the limit, percent. */
export type StepLine = readonly (readonly [seconds: number, percent: number])[]

/** ITIC (CBEMA) curve, 2000 edition, for 120 V 60 Hz single-phase equipment. */
export const iticUpper: StepLine = [
  [0.01 / 60, 500],
  [0.001, 200],
  [0.003, 140],
  [0.003, 120],
  [0.5, 110],
]
export const iticLower: StepLine = [
  [0, 0],
  [0.02, 70],
  [0.5, 80],
  [10, 90],
]
/** SEMI F47-0706: what must be ridden through. */
export const semiF47Lower: StepLine = [
  [0, 0],
  [0.02, 50],
  [0.2, 70],
  [0.5, 80],
  [1, 0],
]

const limitAt = (line: StepLine, seconds: number): number | null =>
  line.findLast(([from]) => seconds > from + almost)?.[1] ?? null

export type IticRegion = 'inside' | 'below' | 'above'
/** Inside; above: equipment may be damaged; below: it may stop, and is not damaged. */
export const iticRegion = (percent: number, seconds: number): IticRegion => {
  const [upper, lower] = [limitAt(iticUpper, seconds), limitAt(iticLower, seconds)]
  if (upper !== null && percent > upper + almost) return 'above'
  return lower !== null && percent < lower - almost ? 'below' : 'inside'
}

/** Whether equipment that keeps to SEMI F47 must ride through: 50 % to 0.2 s, 70 % to 0.5 s, 80 % to 1 s; a dip longer than that is not in its scope. */
export const mustRideThrough = (percent: number, seconds: number): boolean | null => {
  if (seconds > 1 + almost) return null
  const least = seconds <= 0.2 + almost ? 50 : seconds <= 0.5 + almost ? 70 : 80
  return percent >= least - almost
}

const durationName = (seconds: number, nominalHz: number): string => {
  const cycles = seconds * nominalHz
  return cycles <= 30 ? 'instantaneous' : seconds <= 3 ? 'momentary' : 'temporary'
}
/** What IEEE 1159-2009, Table 2, calls it. */
export const ieee1159Name = (kind: VoltageEventKind, percent: number, seconds: number, nominalHz: number): string => {
  const isGone = percent < 10
  if (seconds > 60) {
    if (isGone) return 'sustained interruption'
    return kind === 'swell' ? 'overvoltage' : 'undervoltage'
  }
  if (isGone) return `${seconds <= 3 ? 'momentary' : 'temporary'} interruption`
  return `${durationName(seconds, nominalHz)} ${kind === 'swell' ? 'swell' : 'sag'}`
}
