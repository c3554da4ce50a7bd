import type { CallOutcome } from './call-book.ts'

/** What is counted of one station since the program began. */
export interface StationCounts {
  readonly connections: number
  readonly messages: number
  readonly bytesReceived: number
  readonly requests: number
  readonly replies: number
  readonly timeouts: number
  /** CALLERRORs. */
  readonly refusals: number
  readonly malformed: number
  /** Answers to no open request. */
  readonly late: number
  /** How long the last answers took, ms. */
  readonly tookMs: readonly number[]
  readonly lastFault: { readonly atMs: number; readonly kind: string; readonly message: string } | null
}

export const newCounts: StationCounts = {
  connections: 0,
  messages: 0,
  bytesReceived: 0,
  requests: 0,
  replies: 0,
  timeouts: 0,
  refusals: 0,
  malformed: 0,
  late: 0,
  tookMs: [],
  lastFault: null,
}

/** As the other lines keep (model/health.ts). */
const kept = 200
const noteTook = (counts: StationCounts, tookMs: number): StationCounts => ({
  ...counts,
  tookMs: [...counts.tookMs.slice(1 - kept), tookMs],
})

/** A request is over, whatever came of it. `nowMs` is site time. */
export const noteOutcome = (
  counts: StationCounts,
  action: string,
  outcome: CallOutcome,
  nowMs: number,
): StationCounts => {
  if (outcome.ok) return noteTook({ ...counts, replies: counts.replies + 1 }, outcome.tookMs)
  const isTimeout = outcome.code === null
  return {
    ...counts,
    ...(isTimeout ? { timeouts: counts.timeouts + 1 } : { refusals: counts.refusals + 1 }),
    lastFault: {
      atMs: nowMs,
      kind: isTimeout ? 'timeout' : 'exception',
      message: `${action}: ${outcome.why}`,
    },
  }
}
