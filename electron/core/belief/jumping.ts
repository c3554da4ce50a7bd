/** A current that jumps to less than the chargers below draw, and back, while they draw the same all the time: each second reply of a gateway is empty. */
import type { UsedNumber } from '../../../shared/model/finding.ts'

/** The chargers must have drawn the same for so long, ms: what they do shows at the meter first (below.ts). */
export const steadyMs = 8000
const steadyA = 1
const steadyShare = 0.1
/** So many returns within this time, ms, are no accident (assumption). */
const fewestReturns = 3
const rememberedMs = 60_000
/** Nothing can be told while nothing is drawn; then it is tried again after this, ms. */
const retryMs = 900_000

export interface Jumping {
  /** The newest reading was below what was drawn. */
  readonly isLow: boolean
  /** When readings came back, newest last; monotonic ms. */
  readonly returns: readonly number[]
  readonly numbers: readonly UsedNumber[]
}
export const still: Jumping = { isLow: false, returns: [], numbers: [] }

export const isJumping = ({ returns }: Jumping): boolean => returns.length >= fewestReturns

/** What the chargers below drew in the last seconds, A, and the newest reading of the meter; `stretch` null: too short, or others were counted. */
interface Seen {
  readonly stretch: readonly number[] | null
  readonly meterA: number | null
  readonly slackA: (drawnA: number) => number
  readonly leastDrawnA: number
  readonly phase: string
}

export const stepJumping = (before: Jumping, seen: Seen, nowMs: number): Jumping => {
  const { stretch, meterA, slackA, leastDrawnA, phase } = seen
  const recent = (spanMs: number) => before.returns.filter((atMs) => nowMs - atMs <= spanMs)
  const least = stretch === null ? 0 : Math.min(...stretch)
  const isSteady = stretch !== null && Math.max(...stretch) - least <= Math.max(steadyA, steadyShare * least)
  if (!isSteady || least < leastDrawnA || meterA === null) return { ...before, isLow: false, returns: recent(retryMs) }
  const boundA = least - slackA(least)
  if (meterA < boundA)
    return {
      isLow: true,
      returns: recent(rememberedMs),
      numbers: [
        { label: `drawn by chargers below ${phase}`, value: least, unit: 'A' },
        { label: `lowest current here ${phase}`, value: meterA, unit: 'A' },
      ],
    }
  const returns = recent(rememberedMs)
  return { ...before, isLow: false, returns: before.isLow ? [...returns, nowMs] : returns }
}
