import type { Site, SiteCircuit } from './site.ts'

/** The circuit at the grid connection: the one without a parent. */
export const isRoot = (circuit: SiteCircuit): boolean => circuit.parent === undefined

/**
 * Hard limit of a circuit, amperes per phase: the smallest of its declared limit, its breaker's rating and the agreed current
 * of the grid connection, through which every circuit is fed.
 */
export const circuitLimitA = (site: Site, circuit: SiteCircuit): number =>
  Math.min(circuit.limit ?? Infinity, circuit.breaker?.rating ?? Infinity, site.grid.limit)
