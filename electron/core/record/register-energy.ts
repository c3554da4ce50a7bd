/**
 * Energy of an interval from a meter's own counting register, kWh. The reading that counts for a boundary is the last believed one at
 * or before it, so that intervals add up to the register exactly; it must not be older than the register's polling allows, and none
 * that was not believed may lie between it and the boundary. Nothing is ever integrated from power: a counter that cannot tell leaves
 * the energy open and a note why.
 */
import type { EnergyBound } from './energy-bound.ts'
import { beyondBound, type RegisterReading, type RegisterTrail } from './register-trail.ts'

/** Readings that lie further before the ends than this share of the interval are told: a meter read once a minute has no sharp minutes. */
const mostShift = 0.25

export interface RegisterEnergy {
  readonly kwh: number | null
  readonly start: number | null
  readonly end: number | null
  readonly note: string | null
}

export interface EnergyOf {
  readonly startMs: number
  readonly endMs: number
  /** How old a reading may be at a boundary, ms. */
  readonly toleranceMs: number
  readonly bound: EnergyBound
  /** "import", "export tariff 2": the register for a person. */
  readonly name: string
}

/** What keeps the energy unknown although both ends were read; null where nothing does. */
const notKnown = ({ start, count, doubt, odd }: RegisterTrail, { bound }: EnergyOf): string | null => {
  if (start === null || count === null) return null
  if (start.doubt !== null || doubt !== null) return odd ?? start.doubt ?? doubt
  if (start.count.number !== count.number) return odd ?? 'began a new count'
  return beyondBound(start.count.latest, count.latest, bound)
}

export const registerEnergy = (trail: RegisterTrail, of: EnergyOf): RegisterEnergy => {
  const { startMs, endMs, toleranceMs, name } = of
  const usable = (reading: RegisterReading | undefined, boundaryMs: number) =>
    reading !== undefined && boundaryMs - reading.atMs <= toleranceMs && reading.atMs <= boundaryMs ? reading.kwh : null
  const [first, last] = [trail.start?.count.latest, trail.count?.latest]
  const start = usable(first, startMs)
  const end = usable(last, endMs)
  const unknown = (why: string): RegisterEnergy => ({
    kwh: null,
    start,
    end,
    note: `${name} register ${why}: energy not known`,
  })
  const why = notKnown(trail, of)
  if (why !== null) return unknown(why)
  if (start === null || end === null) {
    const which = start === null && end === null ? 'at both ends' : start === null ? 'at the start' : 'at the end'
    return unknown(trail.odd ?? `was not read ${which}`)
  }
  // One reading for both ends says nothing of what was used in between; that is no 0.
  if (first === last) return unknown('was not read in this interval')
  const [startAgeMs, endAgeMs] = [startMs - (first?.atMs ?? startMs), endMs - (last?.atMs ?? endMs)]
  const isShifted = Math.max(startAgeMs, endAgeMs) > (endMs - startMs) * mostShift
  const notes = [
    isShifted
      ? `${name} register was read ${secondsOf(startAgeMs)} before this interval began and ${secondsOf(endAgeMs)} before it ended: the energy is of that time`
      : null,
    trail.odd === null ? null : `${name} register ${trail.odd} and came back: that reading was not believed`,
  ].filter((note) => note !== null)
  return { kwh: end - start, start, end, note: notes.length === 0 ? null : notes.join('; ') }
}
const secondsOf = (ms: number): string => `${String(Math.round(ms / 1000))} s`

/** Meters without a total count per tariff: their energy is the sum, and open as soon as one of them is. */
export const sumOfRegisters = (parts: readonly RegisterEnergy[], name: string): RegisterEnergy => {
  const sum = (values: readonly (number | null)[]) =>
    values.reduce<number | null>((total, value) => (total === null || value === null ? null : total + value), 0)
  const notes = parts.map(({ note }) => note).filter((note) => note !== null)
  return {
    kwh: sum(parts.map(({ kwh }) => kwh)),
    start: sum(parts.map(({ start }) => start)),
    end: sum(parts.map(({ end }) => end)),
    note: [`${name} energy is the sum of ${parts.length} tariff registers`, ...notes].join('; '),
  }
}
