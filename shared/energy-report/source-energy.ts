import type { EnergyNote } from '../said/energy-note.ts'
import type { Billing } from './billing.ts'
import { quartersOf, type Quarters } from './quarters.ts'
import { isTimed, walkRegister, type EnergyRow, type RegisterPoint, type Step } from './walk.ts'
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

/** Sums up what is kept of a source. The window begins at a whole quarter of an hour. */
export const sourceEnergy = (source: EnergySource, kept: KeptRows, window: EnergyWindow): SourceEnergy => {
  const { fromMs, toMs } = window
  const { name } = source
  const { steps, breaks, first, last } = walkRegister(kept.imported, kept.before, source.boundKw)
  const gaps = steps.filter((step) => !isTimed(step))
  const quarters = quartersOf(steps, fromMs, toMs)
  const gapKwh = sum(gaps.map(({ kwh }) => kwh))
  const exported = kept.exported.filter(({ kwh }) => kwh !== null)
  const openMs = sum(kept.exported.filter(({ kwh }) => kwh === null).map((row) => row.endMs - row.startMs))
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
    ...(exported.length > 0 && openMs >= 3_600_000
      ? [{ kind: 'export-open' as const, source: name, hours: openMs / 3_600_000 }]
      : []),
  ]
  return {
    source,
    importKwh: steps.length === 0 ? null : sum(quarters.kwh) + gapKwh,
    exportKwh: exported.length === 0 ? null : sum(exported.map(({ kwh }) => kwh ?? 0)),
    quarters,
    gaps,
    gapKwh,
    coveredMs: sum(quarters.coveredMs),
    register: first === null || last === null || source.counter !== 'register' ? null : { first, last },
    notes,
  }
}
