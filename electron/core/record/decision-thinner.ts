import type { Decision } from '../../../shared/model/decision.ts'

/** An unchanged decision is kept this often all the same, so that a quiet hour is told from a stopped program, ms. */
export const keepEveryMs = 60_000

/** "silent for 5.4 s" is the same note a second later: numbers with a unit do not count, ids and names do. */
const withoutNumbers = (note: string): string =>
  note.replace(/(?<![\w-])-?\d+(\.\d+)?(?= (s|min|ms|A|V|W|kW|%)(?!\w))/g, '#')

/** What a person would call another decision: mode, targets, states, what binds, what was wrong. Not the load it was made on. */
const essence = (decision: Decision): string =>
  JSON.stringify([
    decision.mode,
    Object.entries(decision.chargers)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(
        ([
          id,
          {
            targetA,
            state,
            boundBy: [bound],
          },
        ]) => [id, targetA, state, bound?.kind, bound?.circuitId, bound?.phase],
      ),
    decision.notes.map(withoutNumbers),
  ])

/**
 * Decisions are made every second and take kilobytes: only those that differ from the last one kept, those not made by the
 * ordinary cycle, and one a minute are appended. Rejects like `append`; a decision that could not be stored does not count as kept.
 */
export const createDecisionThinner = (
  append: (decision: Decision) => Promise<void>,
): ((decision: Decision) => Promise<void>) => {
  let kept: { readonly essence: string; readonly atMs: number } | null = null
  return async (decision) => {
    const next = { essence: essence(decision), atMs: decision.atMs }
    const sinceMs = kept === null ? Infinity : next.atMs - kept.atMs
    // A clock set back begins anew.
    if (decision.trigger === 'cycle' && kept?.essence === next.essence && sinceMs >= 0 && sinceMs < keepEveryMs) return
    const before = kept
    kept = next
    try {
      await append(decision)
    } catch (error) {
      if (kept === next) kept = before
      throw error
    }
  }
}
