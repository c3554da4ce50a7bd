/** How one question about a meter stands: asked with every new reading, answered only when enough readings say the same. */
export interface Stand {
  readonly doubted: boolean
  /** Readings in a row that speak against it, and since when; monotonic ms. */
  readonly bad: number
  readonly badSinceMs: number
  /** Readings in a row that speak for it. One that can't tell changes neither. */
  readonly good: number
  readonly lastBadMs: number
}
export const trusted: Stand = { doubted: false, bad: 0, badSinceMs: 0, good: 0, lastBadMs: 0 }

export interface Patience {
  /** Readings, and the time from the first to the last of them, that must speak against it. */
  readonly bad: number
  readonly badMs: number
  /** Readings that must speak for it before it is believed again. */
  readonly good: number
}

export const settle = (stand: Stand, evidence: 'bad' | 'good' | 'none', nowMs: number, patience: Patience): Stand => {
  if (evidence === 'none') return stand
  if (evidence === 'good') {
    const good = stand.good + 1
    return { ...stand, bad: 0, good, doubted: stand.doubted && good < patience.good }
  }
  const badSinceMs = stand.bad === 0 ? nowMs : stand.badSinceMs
  const bad = stand.bad + 1
  const isEnough = bad >= patience.bad && nowMs - badSinceMs >= patience.badMs
  return { doubted: stand.doubted || isEnough, bad, badSinceMs, good: 0, lastBadMs: nowMs }
}
