/**
 * Energy of an interval from a meter's own counting register, kWh. The reading that counts for a boundary is the last good one at
 * or before it, so that intervals add up to the register exactly; it must not be older than the register's polling allows.
 * Nothing is ever integrated from power: a counter that cannot tell leaves the energy open and a note why.
 */
export interface RegisterReading {
  readonly atMs: number
  readonly kwh: number
}

export interface RegisterTrail {
  /** Last good reading at or before the start of the interval. */
  readonly start: RegisterReading | null
  /** Last good reading so far. */
  readonly latest: RegisterReading | null
  /** The first step backwards seen since `start`. */
  readonly backwards: { readonly from: number; readonly to: number } | null
}
export const emptyTrail: RegisterTrail = { start: null, latest: null, backwards: null }

export const noteRegister = (trail: RegisterTrail, reading: RegisterReading): RegisterTrail => ({
  ...trail,
  latest: reading,
  backwards:
    trail.backwards ??
    (trail.latest !== null && reading.kwh < trail.latest.kwh ? { from: trail.latest.kwh, to: reading.kwh } : null),
})

/** The trail of the interval that begins now: the last reading becomes its start. */
export const nextTrail = (trail: RegisterTrail): RegisterTrail => ({
  start: trail.latest,
  latest: trail.latest,
  backwards: null,
})

/** Readings that lie further before the ends than this share of the interval are told: a meter read once a minute has no sharp minutes. */
const mostShift = 0.25

export interface RegisterEnergy {
  readonly kwh: number | null
  readonly start: number | null
  readonly end: number | null
  readonly note: string | null
}

export const registerEnergy = (
  trail: RegisterTrail,
  startMs: number,
  endMs: number,
  toleranceMs: number,
  name: string,
): RegisterEnergy => {
  const usable = (reading: RegisterReading | null, boundaryMs: number) =>
    reading !== null && boundaryMs - reading.atMs <= toleranceMs && reading.atMs <= boundaryMs ? reading.kwh : null
  const start = usable(trail.start, startMs)
  const end = usable(trail.latest, endMs)
  if (trail.backwards !== null) {
    const { from, to } = trail.backwards
    return {
      kwh: null,
      start,
      end,
      note: `${name} register went backwards from ${from} to ${to} kWh (reset, rollover or another meter): energy not known`,
    }
  }
  if (start === null || end === null) {
    const which = start === null && end === null ? 'at both ends' : start === null ? 'at the start' : 'at the end'
    return { kwh: null, start, end, note: `${name} register was not read ${which}: energy not known` }
  }
  // One reading for both ends says nothing of what was used in between; that is no 0.
  if (trail.start === trail.latest)
    return { kwh: null, start, end, note: `${name} register was not read in this interval: energy not known` }
  const [startAgeMs, endAgeMs] = [startMs - (trail.start?.atMs ?? startMs), endMs - (trail.latest?.atMs ?? endMs)]
  const isShifted = Math.max(startAgeMs, endAgeMs) > (endMs - startMs) * mostShift
  return {
    kwh: end - start,
    start,
    end,
    note: isShifted
      ? `${name} register was read ${secondsOf(startAgeMs)} before this interval began and ${secondsOf(endAgeMs)} before it ended: the energy is of that time`
      : null,
  }
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
