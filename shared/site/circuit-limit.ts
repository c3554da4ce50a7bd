import { effectiveRatingA } from '../electrical/breaker/derating.ts'
import type { Site, SiteCircuit } from './site.ts'

/** The circuit at the grid connection: the one without a parent. */
export const isRoot = (circuit: SiteCircuit): boolean => circuit.parent === undefined

/**
 * Hard limit of a circuit, amperes per phase: the smallest of its declared limit, its cable, its breaker's rating and the agreed current
 * of the grid connection, through which every circuit is fed.
 */
export const circuitLimitA = (site: Site, circuit: SiteCircuit): number =>
  Math.min(circuit.limit ?? Infinity, circuit.cable ?? Infinity, circuit.breaker?.rating ?? Infinity, site.grid.limit)

export interface LimitPart {
  readonly kind: 'declared' | 'cable' | 'breaker' | 'breaker-warm' | 'grid'
  readonly amperes: number
  /** "breaker 80 A, 74.1 A at 35 °C beside 2 others" */
  readonly text: string
}

const said = (amperes: number): string => `${Math.round(amperes * 10) / 10} A`

const warmText = ({ breaker }: SiteCircuit, amperes: number): string => {
  const ambient = breaker?.ambient === undefined ? '' : ` at ${breaker.ambient} °C`
  const grouped =
    breaker?.groupedWith === undefined || breaker.groupedWith === 0 ? '' : ` beside ${breaker.groupedWith} others`
  return `${said(amperes)}: breaker ${said(breaker?.rating ?? amperes)}${ambient}${grouped}`
}

/** A site is never changed once it was accepted: what limits its circuits is worked out once. */
const known = new WeakMap<Site, Map<SiteCircuit, readonly LimitPart[]>>()

/**
 * All that limits the current of a circuit, the tightest first. A warm or crowded breaker carries less than its rating for good
 * (effectiveRatingA: ambient and grouping); a cold one is not counted on for more.
 */
export const limitParts = (site: Site, circuit: SiteCircuit): readonly LimitPart[] => {
  const ofSite = known.get(site) ?? new Map<SiteCircuit, readonly LimitPart[]>()
  known.set(site, ofSite)
  const before = ofSite.get(circuit)
  if (before !== undefined) return before
  const parts = findLimitParts(site, circuit)
  ofSite.set(circuit, parts)
  return parts
}

const findLimitParts = (site: Site, circuit: SiteCircuit): readonly LimitPart[] => {
  const { breaker, cable, limit } = circuit
  const warmA =
    breaker === undefined
      ? Infinity
      : Math.min(breaker.rating, effectiveRatingA(breaker), breaker.tripUnit?.ir ?? Infinity)
  const parts: LimitPart[] = [
    { kind: 'grid', amperes: site.grid.limit, text: said(site.grid.limit) },
    ...(limit === undefined ? [] : [{ kind: 'declared' as const, amperes: limit, text: said(limit) }]),
    ...(cable === undefined ? [] : [{ kind: 'cable' as const, amperes: cable, text: `${said(cable)} of the cable` }]),
    ...(breaker === undefined
      ? []
      : warmA < breaker.rating
        ? [{ kind: 'breaker-warm' as const, amperes: warmA, text: warmText(circuit, warmA) }]
        : [{ kind: 'breaker' as const, amperes: breaker.rating, text: said(breaker.rating) }]),
  ]
  return parts.sort((one, other) => one.amperes - other.amperes)
}

/** What load control goes by before its margin, amperes per phase. */
export const controlLimitA = (site: Site, circuit: SiteCircuit): number =>
  limitParts(site, circuit)[0]?.amperes ?? site.grid.limit
