/**
 * Inrush of one current channel, from its RMS of one cycle every half cycle (IEC 61000-4-30:2015, 5.12: it begins above a threshold and ends
 * at it less a hysteresis). The standard leaves the threshold to the person; here it follows the load, so that one number serves a socket and an
 * incomer: what the last second carried, half as much again and some amperes more. What stays is a load, and no inrush.
 */
export interface Inrush {
  readonly channel: string
  readonly fromMs: number
  readonly toMs: number
  /** Mean of the second before, and the highest value in it, A. */
  readonly beforeA: number
  readonly highestA: number
}

/** All editable assumptions. */
const [riseShare, riseA, hysteresisShare, longestMs] = [1.5, 10, 0.1, 10_000] as const

interface Open {
  readonly fromMs: number
  readonly thresholdA: number
  readonly beforeA: number
  readonly highestA: number
}
export interface InrushState {
  /** The last second, newest last. */
  readonly past: readonly number[]
  readonly open: Open | null
}
export const noInrush: InrushState = { past: [], open: null }

/** `began` with the value that began one; `ended` with the one that ended it. `perSecond`: values a second, two a cycle. */
export const stepInrush = (
  state: InrushState,
  { channel, atMs, rmsA }: { readonly channel: string; readonly atMs: number; readonly rmsA: number },
  perSecond: number,
): { readonly state: InrushState; readonly began: boolean; readonly ended: Inrush | null } => {
  const { past, open } = state
  const kept = [...past, rmsA].slice(-perSecond)
  if (open === null) {
    const beforeA = past.reduce((sum, value) => sum + value, 0) / Math.max(1, past.length)
    const thresholdA = Math.max(beforeA * riseShare, beforeA + riseA)
    if (past.length < perSecond || rmsA <= thresholdA)
      return { state: { past: kept, open: null }, began: false, ended: null }
    return {
      state: { past, open: { fromMs: atMs, thresholdA, beforeA, highestA: rmsA } },
      began: true,
      ended: null,
    }
  }
  if (atMs - open.fromMs > longestMs) return { state: { past: [rmsA], open: null }, began: false, ended: null }
  if (rmsA > open.thresholdA - hysteresisShare * (open.thresholdA - open.beforeA))
    return {
      state: { past, open: { ...open, highestA: Math.max(open.highestA, rmsA) } },
      began: false,
      ended: null,
    }
  const { fromMs, beforeA, highestA } = open
  return {
    state: { past: kept, open: null },
    began: false,
    ended: { channel, fromMs, toMs: atMs, beforeA, highestA },
  }
}
