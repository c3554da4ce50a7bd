import { isTimed, quarterMs, type Step } from './walk.ts'

/** Energy by quarters of an hour from `fromMs` (a whole one): kWh, and how much of each was measured, ms. */
export interface Quarters {
  readonly fromMs: number
  readonly kwh: Float64Array
  readonly coveredMs: Float64Array
}

export const quartersOf = (steps: readonly Step[], fromMs: number, toMs: number): Quarters => {
  const count = Math.max(0, Math.ceil((toMs - fromMs) / quarterMs))
  const kwh = new Float64Array(count)
  const coveredMs = new Float64Array(count)
  for (const step of steps) {
    if (!isTimed(step)) continue
    const index = Math.floor((step.fromMs - fromMs) / quarterMs)
    if (index < 0 || index >= count) continue
    kwh[index] = (kwh[index] ?? 0) + step.kwh
    coveredMs[index] = (coveredMs[index] ?? 0) + step.toMs - step.fromMs
  }
  return { fromMs, kwh, coveredMs }
}

const isFull = ({ coveredMs }: Quarters, index: number): boolean => (coveredMs[index] ?? 0) >= quarterMs - 1

/** The highest mean power of a quarter of an hour that all of them measured whole; null: there is none. */
export const highestQuarter = (all: readonly Quarters[]): { readonly kW: number; readonly fromMs: number } | null => {
  const [one] = all
  if (one === undefined) return null
  let highest: { kW: number; fromMs: number } | null = null
  for (let index = 0; index < one.kwh.length; index += 1) {
    if (!all.every((each) => isFull(each, index))) continue
    const kW = all.reduce((sum, each) => sum + (each.kwh[index] ?? 0), 0) * 4
    if (highest === null || kW > highest.kW) highest = { kW, fromMs: one.fromMs + index * quarterMs }
  }
  return highest
}

/** kWh of each stretch between two edges; null where none of it was measured. Edges are whole quarters. */
export const stretched = (all: readonly Quarters[], edges: readonly number[]): readonly (number | null)[] =>
  edges.slice(0, -1).map((edge, place) => {
    const next = edges[place + 1] ?? edge
    let [sum, covered] = [0, 0]
    for (const { fromMs, kwh, coveredMs } of all)
      for (
        let index = Math.round((edge - fromMs) / quarterMs);
        edge + 1 <= next && index * quarterMs + fromMs < next;
        index += 1
      ) {
        sum += kwh[index] ?? 0
        covered += coveredMs[index] ?? 0
      }
    return covered === 0 ? null : sum
  })

export const mostPoints = 600
const hourMs = 3_600_000
const steps = [quarterMs, hourMs / 2, hourMs, 2 * hourMs, 6 * hourMs]

/** Edges of the stretches a chart draws, at most `mostPoints` of them: quarters of an hour to six hours, else days by `dayStart`. */
export const chartEdges = (
  fromMs: number,
  toMs: number,
  dayStart: (ms: number, daysOn: number) => number,
): readonly number[] => {
  const step = steps.find((each) => Math.ceil((toMs - fromMs) / each) <= mostPoints)
  const edges = [fromMs]
  let atMs = fromMs
  while (atMs < toMs) {
    atMs = Math.min(toMs, step === undefined ? Math.max(dayStart(atMs, 1), atMs + quarterMs) : atMs + step)
    edges.push(atMs)
  }
  return edges
}
