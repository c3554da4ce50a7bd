import type { ChargerProblem } from '../../../../shared/said/charger-events.ts'

/** A limit that was in force and is not any more: a restart is mended by writing again; a system that keeps setting its own is not fought. */

/** Another system writes limits to a charger. */
export interface Rival {
  readonly why: string
  /** The highest the charger was seen to hold by it, A, whatever it holds at this moment. */
  readonly highestA: number
}

interface Contest extends Rival {
  readonly seenMs: number
  readonly tries: number
  readonly nextTryMs: number
}

/** Plain data; times monotonic, ms. */
export interface Drift {
  /** What was written need not be in force any more. */
  readonly isLost: boolean
  readonly lostMs: readonly number[]
  readonly contest: Contest | null
}

/** What a regular read of the limit says of the last write. */
export interface Observed {
  readonly limitA: number
  readonly wantedA: number
  /** It holds what was written, within its tolerance, or a limit of its own that was told already. */
  readonly isOurs: boolean
  /** The last write had been read back. */
  readonly isVerified: boolean
}

export interface DriftStep {
  readonly drift: Drift
  /** null: nothing to say. */
  readonly problem: ChargerProblem | null
  /** Another system began or ceased to set its limit. */
  readonly isRivalNews: boolean
}

/** So many limits lost within the window are no restarts: another system sets them. It is over after a window without one. */
const rivalDrifts = 3
const rivalWindowMs = 60_000
const rivalRetryMs = (tries: number): number => Math.min(30_000, 10_000 * 2 ** tries)
export const shown = (amperes: number): string => `${Math.round(amperes * 100) / 100} A`

export const noDrift: Drift = { isLost: false, lostMs: [], contest: null }
/** A session begins: whatever is in force is not ours until it is written. */
export const unknownHold: Drift = { isLost: true, lostMs: [], contest: null }

const quietly = (drift: Drift): DriftStep => ({ drift, problem: null, isRivalNews: false })

const beginContest = ({ limitA, wantedA }: Observed, nowMs: number): Contest => ({
  why:
    `another system sets its limit: it held ${shown(limitA)} although ${shown(wantedA)} was set, ${rivalDrifts} times within ${rivalWindowMs / 1000} s; ` +
    'let one system alone set its limit, or switch the other off; where there is none, it goes by its own watchdog or fallback: set those in the charger',
  highestA: limitA,
  seenMs: nowMs,
  tries: 0,
  nextTryMs: nowMs + rivalRetryMs(0),
})

const contested = (drift: Drift, now: Contest, { limitA, isOurs, isVerified }: Observed, nowMs: number): DriftStep => {
  if (!isOurs) {
    const contest = { ...now, seenMs: nowMs, highestA: Math.max(now.highestA, limitA) }
    return quietly({ ...drift, contest, isLost: drift.isLost || isVerified })
  }
  return nowMs - now.seenMs >= rivalWindowMs
    ? { drift: { ...drift, contest: null }, problem: null, isRivalNews: true }
    : quietly(drift)
}

/** What one regular read tells. Pure. */
export const observeDrift = (drift: Drift, seen: Observed, nowMs: number): DriftStep => {
  if (drift.contest !== null) return contested(drift, drift.contest, seen, nowMs)
  if (seen.isOurs || drift.isLost || !seen.isVerified) return quietly(drift)
  const lostMs = [...drift.lostMs.filter((ms) => nowMs - ms < rivalWindowMs), nowMs]
  if (lostMs.length >= rivalDrifts)
    return { drift: { isLost: true, lostMs: [], contest: beginContest(seen, nowMs) }, problem: null, isRivalNews: true }
  return {
    drift: { ...drift, isLost: true, lostMs },
    problem: { problem: 'limit-lost', heldA: seen.limitA, wantedA: seen.wantedA },
    isRivalNews: false,
  }
}

/** Whether a lost limit may be written again now, or must wait because another system would only be answered. Pure. */
export const tryAgain = (drift: Drift, nowMs: number): { readonly drift: Drift; readonly mayWrite: boolean } => {
  const { contest } = drift
  if (contest === null) return { drift, mayWrite: true }
  if (nowMs < contest.nextTryMs) return { drift, mayWrite: false }
  const tries = contest.tries + 1
  return { drift: { ...drift, contest: { ...contest, tries, nextTryMs: nowMs + rivalRetryMs(tries) } }, mayWrite: true }
}
