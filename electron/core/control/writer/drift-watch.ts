import type { Clock } from '../../ports.ts'

/** Another system writes limits to a charger. */
export interface Rival {
  readonly why: string
  /** The highest the charger was seen to hold by it, A, whatever it holds at this moment. */
  readonly highestA: number
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

/** So many limits lost within the window are no restarts: another system sets them. It is over after a window without one. */
const rivalDrifts = 3
const rivalWindowMs = 60_000
const rivalRetryMs = (tries: number): number => Math.min(30_000, 10_000 * 2 ** tries)
const shown = (amperes: number): string => `${Math.round(amperes * 100) / 100} A`

interface Contest extends Rival {
  readonly seenMs: number
  readonly tries: number
  readonly nextTryMs: number
}

/** A limit that was in force and is not any more: a restart is mended by writing again; a system that keeps setting its own is not fought. */
export const createDriftWatch = (
  clock: Clock,
  onProblem: (message: string) => void,
  /** Another system began or ceased to set its limit. */
  onRival: () => void,
) => {
  let lost = false
  let lostMs: readonly number[] = []
  let contest: Contest | null = null

  const begin = ({ limitA, wantedA }: Observed, nowMs: number): Contest => ({
    why:
      `another system sets its limit: it held ${shown(limitA)} although ${shown(wantedA)} was set, ${rivalDrifts} times within ${rivalWindowMs / 1000} s; ` +
      'let one system alone set its limit, or switch the other off',
    highestA: limitA,
    seenMs: nowMs,
    tries: 0,
    nextTryMs: nowMs + rivalRetryMs(0),
  })

  const contested = (now: Contest, { limitA, isOurs, isVerified }: Observed, nowMs: number): void => {
    if (!isOurs) {
      contest = { ...now, seenMs: nowMs, highestA: Math.max(now.highestA, limitA) }
      if (isVerified) lost = true
    } else if (nowMs - now.seenMs >= rivalWindowMs) {
      contest = null
      onRival()
    }
  }

  return {
    observe: (seen: Observed): void => {
      const nowMs = clock.monotonicMs()
      if (contest !== null) {
        contested(contest, seen, nowMs)
        return
      }
      if (seen.isOurs || lost || !seen.isVerified) return
      lost = true
      lostMs = [...lostMs.filter((ms) => nowMs - ms < rivalWindowMs), nowMs]
      if (lostMs.length < rivalDrifts) {
        onProblem(
          `holds ${shown(seen.limitA)} although ${shown(seen.wantedA)} was set: it restarted, or another system writes to it`,
        )
        return
      }
      contest = begin(seen, nowMs)
      lostMs = []
      onRival()
    },
    /** What it shows need not be in force any more. */
    note: (): void => {
      lost = true
    },
    isLost: (): boolean => lost,
    /** The limit is written again. */
    clear: (): void => {
      lost = false
    },
    /** Writing again must wait, because another system would only be answered. */
    mustWait: (): boolean => {
      if (contest === null) return false
      if (clock.monotonicMs() < contest.nextTryMs) return true
      const tries = contest.tries + 1
      contest = { ...contest, tries, nextTryMs: clock.monotonicMs() + rivalRetryMs(tries) }
      return false
    },
    rival: (): Rival | null => contest,
    /** A session begins: whatever is in force is not ours until it is written. */
    reset: (): void => {
      contest = null
      lostMs = []
      lost = true
    },
  }
}
