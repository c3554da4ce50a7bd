/**
 * Which time rows may be deleted by. The wall clock alone is no ground: set 800 days ahead for nine seconds (a wrong NTP server, a
 * virtual machine restored, a hand on the wrong field) it would make everything look old. Trusted time goes on with the monotonic
 * clock and follows the wall clock only where the two agree, or have agreed on a new time for hours.
 */
export interface TrustedClock {
  /** UTC, epoch ms. */
  readonly trustedMs: number
  readonly monotonicMs: number
  /** A wall clock that says something else: by how much it leads the monotonic clock, and since when it has kept to that. */
  readonly doubt: { readonly offsetMs: number; readonly sinceMonotonicMs: number } | null
}

/** What a program that was off for lunch, a leap or an NTP correction may make (editable assumption). */
export const agreesWithinMs = 3_600_000
/** A new time is believed after the program ran on it this long (editable assumption): retention is late by it, never early. */
export const believedAfterMs = 6 * 3_600_000
/** Inside a doubt the two clocks may drift this far: slewing of an NTP client at 500 ppm over the hours above is 11 s. */
const driftMs = 60_000

/** `knownMs`: the last trusted time or the newest row of an earlier session; null when there is none. */
export const startTrustedClock = (knownMs: number | null, wallMs: number, monotonicMs: number): TrustedClock =>
  stepTrustedClock({ trustedMs: knownMs ?? wallMs, monotonicMs, doubt: null }, wallMs, monotonicMs)

export const stepTrustedClock = (clock: TrustedClock, wallMs: number, monotonicMs: number): TrustedClock => {
  const expectedMs = clock.trustedMs + Math.max(0, monotonicMs - clock.monotonicMs)
  if (Math.abs(wallMs - expectedMs) <= agreesWithinMs) return { trustedMs: wallMs, monotonicMs, doubt: null }
  const offsetMs = wallMs - monotonicMs
  const isSame = clock.doubt !== null && Math.abs(clock.doubt.offsetMs - offsetMs) <= driftMs
  const sinceMonotonicMs = isSame && clock.doubt !== null ? clock.doubt.sinceMonotonicMs : monotonicMs
  if (monotonicMs - sinceMonotonicMs >= believedAfterMs) return { trustedMs: wallMs, monotonicMs, doubt: null }
  return {
    trustedMs: expectedMs,
    monotonicMs,
    doubt: { offsetMs: isSame && clock.doubt ? clock.doubt.offsetMs : offsetMs, sinceMonotonicMs },
  }
}
