import type { EnergyNote } from '../said/energy-note.ts'
import type { Billing } from './billing.ts'
import { quartersOf, type Quarters } from './quarters.ts'
import { isTimed, quarterMs, walkRegister, type Break, type EnergyRow, type RegisterPoint, type Step } from './walk.ts'
import type { EnergyWindow } from './window.ts'

/** A meter or charger whose energy is counted, and what is kept of it for a window. */
export interface EnergySource {
  readonly id: string
  readonly name: string
  readonly kind: 'meter' | 'charger'
  /** A counting register; a counter that begins anew with each session; none that can be read. */
  readonly counter: 'register' | 'session' | 'none'
  readonly billing: Billing
  /** The most that can flow through it, kW. */
  readonly boundKw: number
}
export interface KeptRows {
  readonly imported: readonly EnergyRow[]
  readonly exported: readonly EnergyRow[]
  /** The last reading of the import register before the window. */
  readonly before: RegisterPoint | null
}

/** What a source says of a window; all that is kept of its rows. */
export interface SourceEnergy {
  readonly source: EnergySource
  readonly importKwh: number | null
  readonly exportKwh: number | null
  readonly quarters: Quarters
  readonly gaps: readonly Step[]
  readonly gapKwh: number
  readonly breaks: readonly Break[]
  /** What it exported by quarters of an hour from the window's first; null: not known of that quarter. */
  readonly exported: readonly (number | null)[]
  /** Measured quarter by quarter, ms. */
  readonly coveredMs: number
  readonly register: { readonly first: RegisterPoint; readonly last: RegisterPoint } | null
  readonly notes: readonly EnergyNote[]
}

const sum = (values: Iterable<number>): number => {
  let all = 0
  for (const value of values) all += value
  return all
}
/** Gaps and jumps are told one by one up to this many of each; the rest is counted. */
const mostTold = 4

const gapNotes = (name: string, gaps: readonly Step[], { fromMs }: EnergyWindow): readonly EnergyNote[] => {
  const longest = gaps.filter(({ kwh }) => kwh > 0).toSorted((one, other) => other.kwh - one.kwh)
  const rest = longest.slice(mostTold)
  return [
    ...longest
      .slice(0, mostTold)
      .map((gap): EnergyNote => ({ ...gap, kind: gap.fromMs < fromMs ? 'began-before' : 'bridged', source: name })),
    ...(rest.length === 0
      ? []
      : [{ kind: 'more-bridged' as const, source: name, gaps: rest.length, kwh: sum(rest.map(({ kwh }) => kwh)) }]),
  ]
}

const longestQuietMs = 900_000
/** Less of unknown export than a reading or two are late is not told, ms. */
const exportOpenMs = 120_000

/** Only what was counted: no register of exported energy is kept, so that a gap of it can't be bridged, and nothing is spread over one. */
const exportedQuarters = (rows: readonly EnergyRow[], { fromMs, toMs }: EnergyWindow): readonly (number | null)[] => {
  const quarters: (number | null)[] = Array.from(
    { length: Math.max(0, Math.ceil((toMs - fromMs) / quarterMs)) },
    () => null,
  )
  for (const { startMs, kwh } of rows) {
    const place = Math.floor((startMs - fromMs) / quarterMs)
    if (kwh !== null && place >= 0 && place < quarters.length) quarters[place] = (quarters[place] ?? 0) + kwh
  }
  return quarters
}

/** Sums up what is kept of a source. The window begins at a whole quarter of an hour. */
export const sourceEnergy = (source: EnergySource, kept: KeptRows, window: EnergyWindow): SourceEnergy => {
  const { fromMs, toMs } = window
  const { name } = source
  const { steps, breaks, first, last } = walkRegister(kept.imported, kept.before, source.boundKw)
  const gaps = steps.filter((step) => !isTimed(step))
  const quarters = quartersOf(steps, fromMs, toMs)
  const gapKwh = sum(gaps.map(({ kwh }) => kwh))
  const exported = kept.exported.filter(({ kwh }) => kwh !== null)
  // The time in which the program was off has no rows at all.
  const openMs = toMs - fromMs - sum(exported.map((row) => row.endMs - row.startMs))
  const exportKwh = exported.length === 0 ? null : sum(exported.map(({ kwh }) => kwh ?? 0))
  const notes: readonly EnergyNote[] = [
    ...(source.counter === 'none' ? [{ kind: 'no-counter' as const, source: name }] : []),
    ...(source.counter === 'session' ? [{ kind: 'session-counter' as const, source: name }] : []),
    ...(steps.length === 0 && source.counter !== 'none' ? [{ kind: 'nothing-kept' as const, source: name }] : []),
    ...breaks.slice(0, mostTold).map((each): EnergyNote => ({ ...each, source: name })),
    ...(breaks.length > mostTold
      ? [{ kind: 'more-breaks' as const, source: name, breaks: breaks.length - mostTold }]
      : []),
    ...gapNotes(name, gaps, window),
    ...(last !== null && steps.length > 0 && toMs - last.atMs > longestQuietMs
      ? [{ kind: 'open-end' as const, source: name, sinceMs: last.atMs }]
      : []),
    // Of a meter through which nothing was ever sent back it would only be noise.
    ...(exportKwh !== null && exportKwh > 0 && openMs >= exportOpenMs
      ? [{ kind: 'export-open' as const, source: name, hours: openMs / 3_600_000 }]
      : []),
  ]
  return {
    source,
    importKwh: steps.length === 0 ? null : sum(quarters.kwh) + gapKwh,
    exportKwh,
    quarters,
    gaps,
    gapKwh,
    breaks,
    exported: exportedQuarters(exported, window),
    coveredMs: sum(quarters.coveredMs),
    register: first === null || last === null || source.counter !== 'register' ? null : { first, last },
    notes,
  }
}
