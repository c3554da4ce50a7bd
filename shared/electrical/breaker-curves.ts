import type { SiteBreaker } from '../site/site.ts'
import { tauFromPoint, type ThermalCurve } from './thermal-image.ts'

/** The fastest and the slowest thermal element the breaker's standard (and the stated assumptions) allow. */
export interface BreakerCurves {
  readonly early: ThermalCurve
  readonly late: ThermalCurve
  /** Where k and tau come from, for the screen. */
  readonly basis: string
}

/**
 * Early curve of an MCB: cold trip after 7.5 s at 2.55 In, a typical datasheet minimum. Editable assumption: the standard itself
 * only demands more than 1 s (IEC 60898-1 test c), see `strictEarlyCurve`.
 */
const earlyPoint = { multiple: 2.55, seconds: 7.5 } as const

/** tau as fitted and rounded in the source of the figures: 7.5 s, 60 s and 120 s at 2.55 In. */
const mcbEarly: ThermalCurve = { k: 1.13, tauS: 34.3 }
const mcbLateSmall: ThermalCurve = { k: 1.45, tauS: 153.6 }
const mcbLateLarge: ThermalCurve = { k: 1.45, tauS: 307.2 }

/** Only the 1 s point of IEC 60898-1 test c: answers "could the standard exclude a trip?", unusably pessimistic below 2 In. */
export const strictEarlyCurve: ThermalCurve = { k: 1.13, tauS: 4.574 }

/** IEC 60898-1, time-current tests a to c: 1.13 In no trip, 1.45 In trip, 2.55 In trips within 60 s (In <= 32 A) or 120 s. */
const mcb = (ratingA: number): BreakerCurves => ({
  early: mcbEarly,
  late: ratingA <= 32 ? mcbLateSmall : mcbLateLarge,
  basis: `IEC 60898-1: 1.13/1.45 In; early curve assumes 7.5 s at 2.55 In, late ${ratingA <= 32 ? 60 : 120} s at 2.55 In`,
})

/** IEC 60947-2: 1.05 In no trip, 1.30 In trip. The standard fixes no time in between: both tau are assumptions. */
const mccb = (): BreakerCurves => ({
  early: { k: 1.05, tauS: tauFromPoint(1.05, earlyPoint.multiple, earlyPoint.seconds) },
  late: { k: 1.3, tauS: tauFromPoint(1.3, 2.55, 120) },
  basis: "IEC 60947-2: 1.05/1.30 In; times assumed (7.5 s and 120 s at 2.55 In): the maker's curve decides",
})

/** UL 489: carries 100 %, trips at 135 %, and at 200 % within 2 to 14 minutes by rating. The early tau is an assumption. */
const ul489 = (ratingA: number): BreakerCurves => {
  const minutes =
    (
      [
        [30, 2],
        [50, 4],
        [100, 6],
        [150, 8],
        [225, 10],
        [400, 12],
      ] as const
    ).find(([upTo]) => ratingA <= upTo)?.[1] ?? 14
  return {
    early: { k: 1, tauS: tauFromPoint(1, earlyPoint.multiple, earlyPoint.seconds) },
    late: { k: 1.35, tauS: tauFromPoint(1.35, 2, minutes * 60) },
    basis: `UL 489: 1.00/1.35 In, at most ${minutes} min at 2 In; early curve assumes 7.5 s at 2.55 In`,
  }
}

/** Thermal curves of a breaker, or why there are none. */
export const breakerCurves = (breaker: SiteBreaker): BreakerCurves | { readonly why: string } => {
  if (breaker.standard === 'IEC 60269 gG' || breaker.curve === 'gG') {
    return { why: 'a fuse has no thermal state that returns to its start: its time-current curve is needed' }
  }
  if (breaker.curve === 'electronic') {
    return { why: 'an electronic trip unit counts by its settings Ir and tr, which the site file does not have' }
  }
  switch (breaker.standard) {
    case 'IEC 60898-1':
      return mcb(breaker.rating)
    case 'IEC 60947-2':
      return mccb()
    case 'UL 489':
      return ul489(breaker.rating)
  }
}

type Points = readonly (readonly [celsius: number, factor: number])[]

/**
 * Rated current over ambient temperature, editable assumptions; the maker's table takes precedence. IEC 60898-1 refers to 30 degC
 * and loses about 0.5 % per kelvin; IEC 60947-2 breakers usually refer to 40 degC (1.2 at 20, 0.83 at 60 degC, one maker);
 * UL 489 carries its rating up to 40 degC. Colder than the reference an MCB carries more: not counted on.
 */
const ambientPoints: Readonly<Record<SiteBreaker['standard'], Points>> = {
  'IEC 60898-1': [
    [30, 1],
    [40, 0.95],
    [50, 0.9],
    [60, 0.85],
  ],
  'IEC 60947-2': [
    [20, 1.2],
    [40, 1],
    [60, 0.83],
  ],
  'UL 489': [
    [40, 1],
    [50, 0.95],
    [60, 0.9],
  ],
  'IEC 60269 gG': [
    [30, 1],
    [60, 0.85],
  ],
}

/** K_T: flat below the first point, straight between points, last slope continued above. */
export const ambientFactor = (standard: SiteBreaker['standard'], celsius: number): number => {
  const points = ambientPoints[standard]
  const first = points[0]
  if (first === undefined || celsius <= first[0]) return first?.[1] ?? 1
  let from = first
  let to = points[1] ?? first
  for (const point of points.slice(1)) {
    to = point
    if (celsius <= point[0]) break
    if (point !== points.at(-1)) from = point
  }
  return Math.max(0.1, from[1] + ((to[1] - from[1]) * (celsius - from[0])) / (to[0] - from[0]))
}

/**
 * K_G for breakers side by side, all loaded (EV circuits run at the same time): one maker's figures for 1, 2-3, 4-5 and 6 or more
 * breakers. Editable assumption; the assembly maker's rated diversity factor (IEC 61439-1) takes precedence.
 */
export const groupingFactor = (loadedNeighbours: number): number => {
  const together = loadedNeighbours + 1
  return together >= 6 ? 0.85 : together >= 4 ? 0.9 : together >= 2 ? 0.95 : 1
}

/** What the breaker carries where it is, amperes: rating x K_T x K_G. Undeclared ambient and neighbours count as reference conditions. */
export const effectiveRatingA = (breaker: SiteBreaker): number =>
  breaker.rating *
  (breaker.ambient === undefined ? 1 : ambientFactor(breaker.standard, breaker.ambient)) *
  groupingFactor(breaker.groupedWith ?? 0)
