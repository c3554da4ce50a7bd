/**
 * Follows a counting register and believes a reading only if the counter can have come there: not backwards, and not faster than what
 * can flow. A reading that is not believed waits as a rival: the next one tells whether it was a moment's nonsense (the counter is back
 * where it was) or a new count (reset, rollover, another meter). Seen in the field: evcc-io/evcc#30592 (a slot of 53.7 MWh after a 0).
 */
import type { EnergyBound } from './energy-bound.ts'

export interface RegisterReading {
  readonly atMs: number
  readonly kwh: number
}

/** A count without a break: readings of two different ones have no difference. */
export interface Count {
  readonly number: number
  readonly latest: RegisterReading
}

interface Rival {
  readonly first: RegisterReading
  readonly latest: RegisterReading
  readonly readings: number
}

export interface RegisterTrail {
  /** At the start of the interval: the last believed reading, and why it may not be the last word. */
  readonly start: { readonly count: Count; readonly doubt: string | null } | null
  readonly count: Count | null
  /** The count before this one, where a rival took over: it may come back. */
  readonly before: Count | null
  readonly rival: Rival | null
  /** Why the rival is not believed; null while there is none. */
  readonly doubt: string | null
  /** The first thing that was not believed in this interval. */
  readonly odd: string | null
  readonly counts: number
}

export const emptyTrail: RegisterTrail = {
  start: null,
  count: null,
  before: null,
  rival: null,
  doubt: null,
  odd: null,
  counts: 0,
}

/** A meter refreshes its counter in its own time: what may arrive at once, ms (editable assumption). */
const refreshMs = 15_000
/** Readings in a row that follow each other before they count as a new count. */
const readingsThatTell = 3

/** The step in which two readings of a counter can be told apart, kWh: its decimal places as they show. */
const stepOf = (one: number, other: number): number => {
  // A float32 near a million kWh has steps of 0.06 kWh; a counter in whole kWh has steps of one.
  for (const step of [10, 1, 0.1, 0.01])
    if ([one, other].every((kwh) => Math.abs(kwh / step - Math.round(kwh / step)) < 1e-6)) return step
  return Math.max(0.001, Math.abs(one) * 2 ** -23)
}

/** Energy that can have been counted between two readings, kWh. */
const possibleKwh = (from: RegisterReading, to: RegisterReading, bound: EnergyBound): number =>
  (bound.kw * (Math.max(0, to.atMs - from.atMs) + refreshMs)) / 3_600_000 + stepOf(from.kwh, to.kwh)

const follows = (from: RegisterReading, to: RegisterReading, bound: EnergyBound): boolean =>
  to.kwh >= from.kwh && to.kwh - from.kwh <= possibleKwh(from, to, bound)

const shown = (kwh: number): string => String(Number(kwh.toFixed(3)))

const doubtOf = (from: RegisterReading, to: RegisterReading, bound: EnergyBound): string =>
  to.kwh < from.kwh
    ? `went backwards from ${shown(from.kwh)} to ${shown(to.kwh)} kWh (reset, rollover or another meter)`
    : `jumped from ${shown(from.kwh)} to ${shown(to.kwh)} kWh in ${Math.round((to.atMs - from.atMs) / 1000)} s, ` +
      `where ${shown(possibleKwh(from, to, bound))} kWh are possible (${bound.why})`

/** Three readings that follow each other; a counter that stands at 0, or far above what it was, must be seen to count. */
const isNewCount = ({ first, latest, readings }: Rival, count: Count): boolean =>
  readings >= readingsThatTell && (latest.kwh > first.kwh || (latest.kwh > 0 && latest.kwh < count.latest.kwh))

const believed = (trail: RegisterTrail, count: Count): RegisterTrail => ({
  ...trail,
  count,
  rival: null,
  doubt: null,
})

export const noteRegister = (trail: RegisterTrail, reading: RegisterReading, bound: EnergyBound): RegisterTrail => {
  const { count, before, rival } = trail
  if (count === null) return { ...believed(trail, { number: 1, latest: reading }), counts: 1 }
  if (follows(count.latest, reading, bound)) {
    // It can have come here from the rival too: whether that was nonsense or a reset is not known, so nothing is counted across it.
    if (rival !== null && rival.latest.kwh < count.latest.kwh && follows(rival.latest, reading, bound))
      return { ...believed(trail, { number: trail.counts + 1, latest: reading }), counts: trail.counts + 1 }
    return believed(trail, { ...count, latest: reading })
  }
  if (before !== null && follows(before.latest, reading, bound))
    return { ...believed(trail, { ...before, latest: reading }), before: null }
  const doubt = trail.doubt ?? doubtOf(count.latest, reading, bound)
  const next: Rival =
    rival !== null && follows(rival.latest, reading, bound)
      ? { first: rival.first, latest: reading, readings: rival.readings + 1 }
      : { first: reading, latest: reading, readings: 1 }
  const odd = trail.odd ?? doubt
  if (!isNewCount(next, count)) return { ...trail, rival: next, doubt, odd }
  const counts = trail.counts + 1
  return { ...believed(trail, { number: counts, latest: reading }), before: count, odd, counts }
}

/** The trail of the interval that begins now: the last believed reading becomes its start. */
export const nextTrail = (trail: RegisterTrail): RegisterTrail => ({
  ...trail,
  start: trail.count === null ? null : { count: trail.count, doubt: trail.doubt },
  odd: trail.doubt,
})

/** More than can have flowed between the two ends, in words; null where it can. */
export const beyondBound = (from: RegisterReading, to: RegisterReading, bound: EnergyBound): string | null => {
  const possible = possibleKwh(from, to, bound)
  return to.kwh - from.kwh <= possible
    ? null
    : `rose by ${shown(to.kwh - from.kwh)} kWh, where ${shown(possible)} kWh are possible (${bound.why})`
}
