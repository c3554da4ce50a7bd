import type { Health } from '../../../shared/model/health.ts'

/** Counters move slowly: one picture of them in this time is enough. */
const everyMs = 10_000
/** As long as the tape is kept, and what a segment of it is longer. */
const keepMs = 1_200_000

/** Lines and devices over the last minutes, for a snapshot; as text, which takes a tenth of what the objects do. */
export const createHealthLog = () => {
  let kept: { readonly atMs: number; readonly text: string }[] = []
  return {
    note: (health: Health): void => {
      const newest = kept.at(-1)?.atMs ?? -Infinity
      // A calendar that was set back begins anew.
      if (health.atMs >= newest && health.atMs - newest < everyMs) return
      kept = [...kept, { atMs: health.atMs, text: JSON.stringify(health) }].filter(
        ({ atMs }) => atMs > health.atMs - keepMs,
      )
    },
    lines: (fromMs: number, toMs: number): readonly string[] =>
      kept.filter(({ atMs }) => atMs >= fromMs - everyMs && atMs < toMs).map(({ text }) => text),
  }
}
