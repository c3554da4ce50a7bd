import { perPhase, phases, type PerPhase, type Phase } from '../../../shared/model/phase.ts'
import type { SiteBreaker } from '../../../shared/site/site.ts'
import type { Random } from '../random.ts'

/**
 * A breaker as it physically is: a bimetal in a case that warms up slower, a magnet, and for each specimen figures of its own drawn
 * inside the tolerance of its standard. Written apart from what the product reckons with (shared/electrical/breaker), and not sharing
 * a line with it: one exponential there, two bodies here.
 */
export interface Specimen {
  /** Steady current at which the strip just trips, A, where the breaker sits. */
  readonly pickupA: number
  /** Time constants of the strip and of the case, s. */
  readonly stripS: number
  readonly caseS: number
  /** Current that pulls the magnet, A; Infinity where there is none. */
  readonly magnetA: number
  /** Trips each pole for itself. */
  readonly isSinglePole: boolean
}

export type TripCause = 'thermal' | 'magnetic' | 'residual'
export interface Trip {
  readonly cause: TripCause
  readonly phase: Phase | null
  readonly opened: readonly Phase[]
  readonly atS: number
}

/** Share of the strip's heat that comes from the case. */
const caseShare = 0.15
/** How much slower the case is than the strip. */
const caseSlower = 8

/** What a standard leaves open: [k from, to], and seconds from cold at 2.55 times the rating [from, to]. Well inside its limits. */
const tolerance = (standard: SiteBreaker['standard'], ratingA: number) => {
  switch (standard) {
    case 'IEC 60898-1':
      return { k: [1.16, 1.42], seconds: ratingA <= 32 ? [9, 50] : [9, 100] } as const
    case 'IEC 60947-2':
      return { k: [1.08, 1.27], seconds: [10, 100] } as const
    case 'UL 489':
      return { k: [1.05, 1.32], seconds: [10, 60] } as const
    case 'IEC 60269 gG':
      return { k: [1.3, 1.55], seconds: [13, 24] } as const
  }
}

/** Times the rating, by the letter; a thermal-magnetic one without a setting is set to ten. */
const magnets: Readonly<Partial<Record<SiteBreaker['curve'], readonly [number, number]>>> = {
  B: [3.1, 4.9],
  C: [5.2, 9.8],
  D: [10.4, 19.5],
  K: [10.2, 13.8],
  Z: [2.05, 2.95],
}

/** Warm neighbours and a warm cabinet, as one maker's table has them: 0.5 % a kelvin, 5 to 15 % in a row. */
const wherePlaced = ({ standard, curve, ambient, groupedWith, factor }: SiteBreaker): number => {
  if (curve === 'electronic') return factor ?? 1
  const reference = standard === 'IEC 60898-1' || standard === 'IEC 60269 gG' ? 30 : 40
  const row = (groupedWith ?? 0) === 0 ? 1 : (groupedWith ?? 0) >= 5 ? 0.86 : (groupedWith ?? 0) >= 3 ? 0.9 : 0.95
  return (1 - 0.005 * Math.max(0, (ambient ?? reference) - reference)) * row * (factor ?? 1)
}

/** Draws a specimen of this breaker. */
export const drawSpecimen = (breaker: SiteBreaker, random: Random): Specimen => {
  const { k, seconds } = tolerance(breaker.standard, breaker.rating)
  const nominalA = breaker.tripUnit?.ir ?? breaker.rating
  const ratedK = random.between(k[0], k[1])
  // Even on a logarithmic scale: half of them trip within the geometric middle.
  const coldS = seconds[0] * (seconds[1] / seconds[0]) ** random.next()
  const drive = 2.55 * 2.55 * (1 - caseShare)
  const stripS = coldS / Math.log(drive / (drive - ratedK * ratedK))
  const [from, to] =
    breaker.instantaneous === undefined
      ? (magnets[breaker.curve] ?? [8.5, 11.5])
      : [breaker.instantaneous * 0.85, breaker.instantaneous * 1.15]
  return {
    pickupA: ratedK * nominalA * wherePlaced(breaker),
    stripS,
    caseS: stripS * caseSlower,
    magnetA: breaker.curve === 'gG' ? Infinity : random.between(from, to) * breaker.rating,
    isSinglePole: breaker.poles === 1,
  }
}

interface Pole {
  strip: number
  case: number
}

/** One breaker with its poles. `step` takes the true currents of a moment, and says when it opens. */
export const createBreaker = (specimen: Specimen) => {
  const poles: PerPhase<Pole> = perPhase(() => ({ strip: 0, case: 0 }))
  let trip: Trip | null = null
  const opens = (phase: Phase): readonly Phase[] => (specimen.isSinglePole ? [phase] : [...phases])

  return {
    specimen,
    trip: (): Trip | null => trip,
    isOpen: (phase: Phase): boolean => trip?.opened.includes(phase) ?? false,
    /** A person resets it; what is warm stays warm. */
    close: (): boolean => {
      const wasOpen = trip !== null
      trip = null
      return wasOpen
    },
    open: (cause: TripCause, phase: Phase | null, atS: number): void => {
      trip ??= { cause, phase, opened: phase === null ? [...phases] : opens(phase), atS }
    },
    /** How warm the strips are, 1 is the trip: the truth that a test compares with. */
    heat: (): PerPhase<number> => perPhase((phase) => poles[phase].strip),
    /** `peakA` is the largest RMS current within the step, where it was above the step's own for part of it. */
    step: (currentA: PerPhase<number>, peakA: PerPhase<number>, stepS: number, atS: number): void => {
      for (const phase of phases) {
        const pole = poles[phase]
        const drive = (currentA[phase] / specimen.pickupA) ** 2
        pole.case += (drive - pole.case) * (1 - Math.exp(-stepS / specimen.caseS))
        const warmth = (1 - caseShare) * drive + caseShare * pole.case
        pole.strip += (warmth - pole.strip) * (1 - Math.exp(-stepS / specimen.stripS))
        if (trip !== null) continue
        if (peakA[phase] >= specimen.magnetA) trip = { cause: 'magnetic', phase, opened: opens(phase), atS }
        else if (pole.strip >= 1) trip = { cause: 'thermal', phase, opened: opens(phase), atS }
      }
    },
  }
}
export type Breaker = ReturnType<typeof createBreaker>

/** A residual current device: it sees the leakage of everything below it, and opens anywhere between half and all of its rating. */
export const drawResidualDevice = (ratedMa: number, isDelayed: boolean, random: Random) => ({
  tripMa: ratedMa * random.between(0.6, 0.95),
  /** It must be above for this long, s. */
  patienceS: isDelayed ? random.between(0.14, 0.4) : random.between(0.02, 0.2),
})
export type ResidualDevice = ReturnType<typeof drawResidualDevice>
