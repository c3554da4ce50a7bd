import type { Decision, Write } from '../../../shared/model/decision.ts'

/** An unchanged decision is kept this often all the same, so that a quiet hour is told from a stopped program, ms. */
export const keepEveryMs = 60_000
/**
 * A load that flickers changes what binds several times a minute, for ever: 31 decisions a minute were measured at a depot. That many
 * are kept at once, and two a minute for longer; 90 days of it fit into the budget of io/store/budget.ts (editable assumptions).
 */
export const burst = 60
export const refillMs = 30_000
/** Decisions left out that a write may still name as its reason: what was decided in the last minutes. */
const remembered = 200

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

interface Kept {
  readonly essence: string
  readonly atMs: number
}
/** What may be kept at once, as of the last decision looked at. */
interface Allowance {
  readonly left: number
  readonly atMs: number
}

/** Full after a pause; a clock set back gives nothing and takes nothing. */
const refilled = ({ left, atMs }: Allowance, nowMs: number): Allowance => ({
  left: Math.min(burst, left + Math.max(0, nowMs - atMs) / refillMs),
  atMs: nowMs,
})

const isSame = (kept: Kept | null, next: Kept): boolean => {
  const sinceMs = kept === null ? Infinity : next.atMs - kept.atMs
  // A clock set back begins anew.
  return kept?.essence === next.essence && sinceMs >= 0 && sinceMs < keepEveryMs
}

export interface DecisionThinner {
  /** Takes a decision; resolves at once where it is left out. */
  (decision: Decision): Promise<void>
  /** Before a write is stored: the decision it names must be there, also one that was left out. */
  readonly beforeWrite: (write: Pick<Write, 'decisionId'>) => Promise<void>
}

/**
 * Decisions are made every second and take kilobytes. Kept are those that differ from the last one kept (as many as the allowance lets
 * through), those not made by the ordinary cycle, one a minute, and every one that a write was made for. Rejects like `append`; a
 * decision that could not be stored does not count as kept.
 */
export const createDecisionThinner = (append: (decision: Decision) => Promise<void>): DecisionThinner => {
  let kept: Kept | null = null
  let allowance: Allowance | null = null
  const leftOut = new Map<string, Decision>()

  const leaveOut = (decision: Decision): void => {
    leftOut.set(decision.id, decision)
    const [oldest] = leftOut.keys()
    if (leftOut.size > remembered && oldest !== undefined) leftOut.delete(oldest)
  }
  /** Whether this one is to be kept; takes it from the allowance. */
  const isWorthKeeping = (decision: Decision, next: Kept): boolean => {
    if (decision.trigger !== 'cycle') return true
    if (isSame(kept, next)) return false
    const now = refilled(allowance ?? { left: burst, atMs: next.atMs }, next.atMs)
    // One a minute is kept whatever the allowance says.
    const isDue = kept === null || next.atMs - kept.atMs >= keepEveryMs || next.atMs < kept.atMs
    allowance = now.left >= 1 ? { ...now, left: now.left - 1 } : now
    return isDue || now.left >= 1
  }

  const take = async (decision: Decision): Promise<void> => {
    const next = { essence: essence(decision), atMs: decision.atMs }
    if (!isWorthKeeping(decision, next)) return leaveOut(decision)
    const before = kept
    kept = next
    try {
      await append(decision)
    } catch (error) {
      if (kept === next) kept = before
      throw error
    }
  }
  return Object.assign(take, {
    beforeWrite: async ({ decisionId }: Pick<Write, 'decisionId'>) => {
      const decision = decisionId === null ? undefined : leftOut.get(decisionId)
      if (decision === undefined) return
      leftOut.delete(decision.id)
      await append(decision)
    },
  })
}
