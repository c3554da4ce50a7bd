import type { SiteBreaker } from '../../site/site.ts'

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

/** An electronic trip unit measures: warmth does not shift where it trips. */
const isElectronic = (breaker: SiteBreaker): boolean => breaker.curve === 'electronic'

/** Each factor of the derating, and what they make together; undeclared ambient and neighbours count as reference conditions. */
export const deratingOf = (breaker: SiteBreaker) => {
  const measures = isElectronic(breaker)
  const ambient = measures || breaker.ambient === undefined ? 1 : ambientFactor(breaker.standard, breaker.ambient)
  const grouping = measures ? 1 : groupingFactor(breaker.groupedWith ?? 0)
  const declared = breaker.factor ?? 1
  return { ambient, grouping, declared, together: ambient * grouping * declared }
}

/** What the breaker carries where it is, amperes: rating x K_T x K_G x the declared factor. */
export const effectiveRatingA = (breaker: SiteBreaker): number => breaker.rating * deratingOf(breaker).together
