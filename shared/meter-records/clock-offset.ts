import type { ReadStamp } from './stamp.ts'

/**
 * How far a meter's clock is ahead of this computer's. One reading says only an interval: the clock was read at some moment between the request
 * and the reply, and shows whole steps (seconds, mostly). Several readings at other moments narrow it, as long as they agree.
 */
export interface OffsetBounds {
  /** Meter's clock less this computer's UTC clock lies between these, ms. */
  readonly leastMs: number
  readonly mostMs: number
  /** Of this computer, when the newest of the readings was taken. */
  readonly atMs: number
  readonly readings: number
}

/** One reading: sent and answered by this computer's clock, UTC epoch ms. */
export const offsetOf = (
  stamp: Pick<ReadStamp, 'wallMs' | 'stepMs'>,
  sentMs: number,
  answeredMs: number,
): OffsetBounds => ({
  leastMs: stamp.wallMs - answeredMs,
  mostMs: stamp.wallMs + stamp.stepMs - Math.min(sentMs, answeredMs),
  atMs: answeredMs,
  readings: 1,
})

/** A quartz drifts some 20 ppm: 72 ms an hour. Two clocks, and a warm cabinet (editable assumption). */
const driftPerMs = 100e-6

/** What two looks at one clock say together; the newer alone where they do not agree: the clock was set, or jumped. */
export const narrowed = (before: OffsetBounds | null, now: OffsetBounds): OffsetBounds => {
  if (before === null) return now
  const drift = driftPerMs * Math.abs(now.atMs - before.atMs)
  const leastMs = Math.max(before.leastMs - drift, now.leastMs)
  const mostMs = Math.min(before.mostMs + drift, now.mostMs)
  return leastMs > mostMs ? now : { leastMs, mostMs, atMs: now.atMs, readings: before.readings + 1 }
}

export interface ClockError {
  /** Meter less UTC, in all, and how far that can be wrong to either side, ms. */
  readonly offsetMs: number
  readonly uncertaintyMs: number
  /** Of it the whole quarter hours, which are the meter's time zone or an error of just as much; 0 where it is known to run in UTC. */
  readonly zoneMinutes: number
  /** What is left: the error of its clock, ms. */
  readonly errorMs: number
}

const quarterMs = 900_000

/** What the bounds come to. Where the maker does not say that the clock runs in UTC, whole quarter hours are taken for its time zone. */
export const clockErrorOf = ({ leastMs, mostMs }: OffsetBounds, runsInUtc: boolean): ClockError => {
  const offsetMs = (leastMs + mostMs) / 2
  // No place on earth is further from UTC than 14 hours; what is more was never set.
  const isZone = !runsInUtc && Math.abs(offsetMs) < 14.25 * 3_600_000
  const zoneMs = isZone ? Math.round(offsetMs / quarterMs) * quarterMs : 0
  return { offsetMs, uncertaintyMs: (mostMs - leastMs) / 2, zoneMinutes: zoneMs / 60_000, errorMs: offsetMs - zoneMs }
}

/**
 * An error that matters: beyond this, events of this meter would no longer be joined with what others saw of them (join-events.ts lets clocks
 * differ by one second, and corrected times are used), and its own time stamps mislead whoever reads them at the meter. Editable assumption.
 */
export const errorThatMattersMs = 2000

/** The UTC of a wall time of this meter. `isDst` of the stamp and of the clock when it was looked at: an hour where they differ. */
export const utcOf = (
  { wallMs, isDst }: Pick<ReadStamp, 'wallMs' | 'isDst'>,
  offsetMs: number,
  clockIsDst: boolean | null,
): number => {
  const shift = isDst === null || clockIsDst === null || isDst === clockIsDst ? 0 : isDst ? 3_600_000 : -3_600_000
  return wallMs - offsetMs - shift
}
