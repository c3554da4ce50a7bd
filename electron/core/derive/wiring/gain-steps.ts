import type { SeenStep } from '../../../../shared/wiring/meter-view.ts'

/** What the chargers below said they draw and what the meter showed, on one phase at one moment, A. */
export interface GainPoint {
  readonly atMs: number
  readonly chargersA: number
  readonly meterA: number
}
export interface GainState {
  readonly points: readonly GainPoint[]
  readonly steps: readonly SeenStep[]
  readonly nextMs: number
}
export const noGain: GainState = { points: [], steps: [], nextMs: 0 }

/*
 * Editable assumptions: a car follows within 5 s and its charger tells it within 2, so two stretches of 5 s with 9 s between them are
 * compared; both must stand still, or something else moved as well.
 */
const stretchMs = 5000
const betweenMs = 9000
const keptMs = 2 * stretchMs + betweenMs
const leastStepA = 4
const stillA = 0.6
const keptSteps = 9

interface Level {
  readonly mean: number
  readonly spread: number
}
const levelOf = (values: readonly number[]): Level => ({
  mean: values.reduce((sum, value) => sum + value, 0) / values.length,
  spread: Math.max(...values) - Math.min(...values),
})

const compare = (points: readonly GainPoint[], nowMs: number): SeenStep | null => {
  const [first, last] = [points[0], points.at(-1)]
  // Mostly nothing stepped; that is told by two points.
  if (first === undefined || last === undefined || Math.abs(last.chargersA - first.chargersA) < leastStepA - 2 * stillA)
    return null
  const before = points.filter(({ atMs }) => atMs <= nowMs - stretchMs - betweenMs)
  const after = points.filter(({ atMs }) => atMs > nowMs - stretchMs)
  if (before.length < 3 || after.length < 3) return null
  const [from, to] = [levelOf(before.map((point) => point.chargersA)), levelOf(after.map((point) => point.chargersA))]
  const step = to.mean - from.mean
  if (Math.abs(step) < leastStepA || from.spread > stillA || to.spread > stillA) return null
  const [meterFrom, meterTo] = [levelOf(before.map(({ meterA }) => meterA)), levelOf(after.map(({ meterA }) => meterA))]
  const quiet = Math.max(stillA, 0.12 * Math.abs(step))
  if (meterFrom.spread > quiet || meterTo.spread > quiet) return null
  return { share: (meterTo.mean - meterFrom.mean) / step }
}

/** Takes one moment; a step that is clear on both sides is counted once. */
export const gainStep = (state: GainState, point: GainPoint): GainState => {
  const points = [...state.points.filter(({ atMs }) => atMs > point.atMs - keptMs && atMs < point.atMs), point]
  const step = point.atMs < state.nextMs ? null : compare(points, point.atMs)
  return step === null
    ? { ...state, points }
    : { points, steps: [...state.steps, step].slice(-keptSteps), nextMs: point.atMs + keptMs - stretchMs }
}
