/**
 * What was learned of the site's devices in earlier runs, so that a start need not learn it again. It may be lost or wrong at any time:
 * whoever recalls checks it, and it heals.
 */
export interface FactShelf {
  /** What was kept for this device last; undefined when nothing was. */
  recall(deviceId: string): unknown
  /** Kept at leisure; a second instance on the same site keeps nothing. */
  keep(deviceId: string, facts: unknown): void
}
