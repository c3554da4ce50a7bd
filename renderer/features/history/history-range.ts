import { mostPoints } from '../../charts/history-data.ts'

export const presets = [
  { value: '900000', label: '15 min' },
  { value: '3600000', label: '1 h' },
  { value: '21600000', label: '6 h' },
  { value: '86400000', label: '24 h' },
  { value: '604800000', label: '7 d' },
] as const
const defaultSpanMs = 3_600_000

export interface HistoryRange {
  readonly fromMs: number
  readonly toMs: number
  /** The preset it comes from; null for a time that was chosen. */
  readonly spanMs: number | null
}

const numberIn = (text: string | undefined): number | null => {
  const value = text === undefined || text === '' ? NaN : Number(text)
  return Number.isFinite(value) ? value : null
}

/** The time a route asks for: `from` and `to`, or the last `span`; anything odd becomes the last hour. */
export const rangeOf = (params: Readonly<Record<string, string>>, nowMs: number): HistoryRange => {
  const from = numberIn(params.from)
  const to = numberIn(params.to)
  if (from !== null && to !== null && to > from) return { fromMs: from, toMs: to, spanMs: null }
  const span = numberIn(params.span)
  const spanMs = span !== null && span > 0 ? span : defaultSpanMs
  return { fromMs: nowMs - spanMs, toMs: nowMs, spanMs }
}

/** The same length earlier (-1) or later (+1), or twice as long around the middle (0). */
export const shifted = (
  { fromMs, toMs }: HistoryRange,
  step: -1 | 0 | 1,
): { readonly fromMs: number; readonly toMs: number } => {
  const length = toMs - fromMs
  return step === 0
    ? { fromMs: fromMs - length / 2, toMs: toMs + length / 2 }
    : { fromMs: fromMs + step * length, toMs: toMs + step * length }
}

/** Fewest the program gives. */
const fewestPoints = 10

/** How many points a time is drawn with: none so short that a quantity read every `periodMs` would leave it empty between two reads. */
export const pointsFor = (spanMs: number, periodMs: number): number =>
  Math.max(fewestPoints, Math.min(mostPoints, periodMs > 0 ? Math.floor(spanMs / (1.5 * periodMs)) : mostPoints))
