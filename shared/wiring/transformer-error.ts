import { own } from '../own.ts'

/** IEC 61869-2: ratio error and phase displacement at 1, 5, 20, 100 and 120 % of the rated current (electrical.md 6.2); null: not stated. */
const stated = [1, 5, 20, 100, 120] as const
interface ClassLimits {
  readonly percent: readonly (number | null)[]
  readonly minutes: readonly (number | null)[]
}
const limits: Readonly<Record<string, ClassLimits>> = {
  '0.2S': { percent: [0.75, 0.35, 0.2, 0.2, 0.2], minutes: [30, 15, 10, 10, 10] },
  '0.5S': { percent: [1.5, 0.75, 0.5, 0.5, 0.5], minutes: [90, 45, 30, 30, 30] },
  '0.2': { percent: [null, 0.75, 0.35, 0.2, 0.2], minutes: [null, 30, 15, 10, 10] },
  '0.5': { percent: [null, 1.5, 0.75, 0.5, 0.5], minutes: [null, 90, 45, 30, 30] },
  '1': { percent: [null, 3, 1.5, 1, 1], minutes: [null, 180, 90, 60, 60] },
  // Stated only from half of the rated current on, and without a phase displacement.
  '3': { percent: [null, null, null, 3, 3], minutes: [null, null, null, null, null] },
}

export interface TransformerError {
  /** Largest ratio error its class allows at this load, percent. */
  readonly percent: number
  /** Largest phase displacement, minutes; null where the class states none. */
  readonly minutes: number | null
}
export const knownClasses = Object.keys(limits)
export const isSClass = (name: string): boolean => /S$/i.test(name.trim())

const nameOf = (name: string): string =>
  name
    .trim()
    .toUpperCase()
    .replace(/^CLASS |^CL\.? ?/, '')
    .replace(',', '.')

const between = (values: readonly (number | null)[], loadPercent: number): number | null => {
  const upper = stated.findIndex((at) => at >= loadPercent)
  if (upper === -1) return null
  const high = values[upper] ?? null
  const low = upper === 0 ? null : (values[upper - 1] ?? null)
  const [from, to] = [stated[upper - 1], stated[upper]]
  if (high === null) return null
  if (from === undefined || to === undefined) return loadPercent >= 1 ? high : null
  // Below the first stated point nothing is promised.
  if (low === null) return loadPercent === to ? high : null
  return low + ((high - low) * Math.log(loadPercent / from)) / Math.log(to / from)
}

/** What a current transformer of this class may be wrong by at a share of its rated current; null: its class promises nothing there, or is not known. */
export const transformerError = (className: string, loadPercent: number): TransformerError | null => {
  const found = own(limits, nameOf(className))
  if (found === undefined || loadPercent <= 0) return null
  if (nameOf(className) === '3') return loadPercent >= 50 && loadPercent <= 120 ? { percent: 3, minutes: null } : null
  const percent = between(found.percent, loadPercent)
  return percent === null ? null : { percent, minutes: between(found.minutes, loadPercent) }
}

/** Error of active power by a phase displacement, percent: about the displacement times the tangent of the load's angle (electrical.md 6.2). */
export const powerErrorPercent = (minutes: number, powerFactor: number): number => {
  const delta = (minutes / 60) * (Math.PI / 180)
  const phi = Math.acos(Math.max(-1, Math.min(1, powerFactor)))
  return 100 * Math.abs(Math.cos(delta) - Math.tan(phi) * Math.sin(delta) - 1)
}
