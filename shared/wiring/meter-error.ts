import type { meterClasses } from '../site/site.ts'

type ClassName = (typeof meterClasses)[number]
/** As the site file has it: 1 and 2 may be numbers. */
export type MeterClass = ClassName | 1 | 2

interface Band {
  /** From this share of the rated primary current on, percent. */
  readonly fromPercent: number
  readonly percent: number
}
/**
 * Largest error of active energy at a power factor of 1, of a meter on transformers, whose rated current is theirs: EN 50470-3 (its
 * transitional current is a twentieth of it), IEC 62053-21 and IEC 62053-22 (electrical.md 6.1); from above downwards. Below the last band
 * nothing is promised. Editable assumption: where EN 50470-3 leaves the smallest current to the maker, 0.4 of the transitional one.
 */
const bands: Readonly<Record<ClassName, readonly [Band, Band]>> = {
  A: [band(5, 2), band(2, 2.5)],
  B: [band(5, 1), band(2, 1.5)],
  C: [band(5, 0.5), band(2, 1)],
  '1': [band(5, 1), band(2, 1.5)],
  '2': [band(5, 2), band(2, 2.5)],
  '0.5S': [band(5, 0.5), band(1, 1)],
  '0.2S': [band(5, 0.2), band(1, 0.4)],
}
function band(fromPercent: number, percent: number): Band {
  return { fromPercent, percent }
}

/**
 * What a meter of this class may put wrong in active power, percent; null: its class promises nothing there. `loadPercent` null: it measures
 * directly, where the limits hold from a current on that only its nameplate tells.
 */
export const meterError = (name: MeterClass, loadPercent: number | null): number | null => {
  const [usual, low] = bands[String(name) as ClassName]
  if (loadPercent === null || loadPercent >= usual.fromPercent) return usual.percent
  return loadPercent >= low.fromPercent ? low.percent : null
}
