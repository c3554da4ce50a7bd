/**
 * How much a site's memory may take. Stated for a depot of 12 chargers and 5 meters: site.db grows by less than 1 GB in its first
 * year and then by the quarter hours alone (about 0.15 GB a year); ring.db goes round in at most 2 GB. All are editable assumptions.
 */
export const yearMs = 365 * 86_400_000
const dayMs = 86_400_000
const megabyte = 1e6

export const budgetBytesPerYear = 1e9

export interface TableBudget {
  /** Rows older than this go, ms; null: they stay. */
  readonly keepMs: number | null
  /** The oldest rows go while the table takes more, bytes; null: it may. */
  readonly keepBytes: number | null
  /** Older than this only a few rows of each stretch are kept (log-kinds.ts says which), ms. */
  readonly thinAfterMs?: number
}

/**
 * Minutes go before quarter hours: a quarter of an hour keeps minimum, mean, maximum and the energy that bills are made of. Decisions
 * and writes answer "why was it 12 A then": 90 days cover a complaint about a bill. Events tell a site's history: two years show a
 * whole cycle of seasons twice. Audit rows are never removed. Of decisions and writes older than a week one a minute and the last of
 * each charger in a quarter of an hour are kept: every one for 90 days would be 1.3 GB.
 */
export const siteBudget = (meters: number) =>
  ({
    // A depot's meters: 0.5 GB. A larger site is given as much for each of its meters.
    minutes: { keepMs: 400 * dayMs, keepBytes: Math.max(500, meters * 60) * megabyte },
    quarters: { keepMs: 10 * yearMs, keepBytes: null },
    events: { keepMs: 730 * dayMs, keepBytes: 60 * megabyte },
    decisions: { keepMs: 90 * dayMs, keepBytes: 200 * megabyte, thinAfterMs: 7 * dayMs },
    writes: { keepMs: 90 * dayMs, keepBytes: 110 * megabyte, thinAfterMs: 7 * dayMs },
    // A front end's ten minutes with harmonics and interharmonics to order 50 are 5 kB: half a year of one.
    quality: { keepMs: 400 * dayMs, keepBytes: 130 * megabyte },
  }) as const satisfies Record<string, TableBudget>

/** Rows removed with one append at most: no append waits long, and a clock that is wrong for a moment cannot empty the file. */
export const mostRemoved = 20

/** The same where the table is too large: no clock is asked for it. */
export const mostRemovedBySize = 400
