import type { Health } from '../../../shared/model/health.ts'

/** What was known of lines and devices at a time: the newest that was kept before it, else the first after. */
export const healthAt = (kept: readonly Health[], atMs: number): Health | null =>
  kept.findLast((health) => health.atMs <= atMs) ?? kept[0] ?? null

/** Where nothing was kept: no line and no device is claimed to be well or ill. */
export const noHealth = (atMs: number): Health => ({
  atMs,
  lines: {},
  devices: {},
  store: {
    state: 'ok',
    problem: null,
    readingsSinceMs: null,
    bytes: 0,
  },
  cycle: { durationMs: 0, latenessMs: 0 },
})
