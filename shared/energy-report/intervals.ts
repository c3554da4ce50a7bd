import type { SiteAccount } from '../site/accounts-schema.ts'
import { billingOfSum } from './billing.ts'
import type { IntervalLine } from './intervals-schema.ts'
import type { EnergyGrouping } from './report-schema.ts'
import type { SourceEnergy } from './source-energy.ts'
import { quarterMs } from './walk.ts'
import type { EnergyWindow } from './window.ts'

export interface IntervalParts {
  readonly accounts: readonly SiteAccount[]
  readonly grouping: EnergyGrouping
  readonly window: EnergyWindow
  readonly sources: ReadonlyMap<string, SourceEnergy>
  readonly incomerId: string | null
}

/** The sum of those that measured something; null where none did. */
const summed = (values: readonly (number | null)[]): number | null => {
  const some = values.filter((value) => value !== null)
  return some.length === 0 ? null : some.reduce((sum, value) => sum + value, 0)
}

const lineOf = (
  of: Pick<IntervalLine, 'id' | 'name' | 'kind'>,
  sources: readonly SourceEnergy[],
  { fromMs, toMs }: EnergyWindow,
): IntervalLine => {
  const [one] = sources
  // A quarter that is not over is measured as far as it went.
  const lengths = Array.from({ length: Math.ceil((toMs - fromMs) / quarterMs) }, (_, place) =>
    Math.min(quarterMs, toMs - fromMs - place * quarterMs),
  )
  return {
    ...of,
    billing: sources.length === 1 && one !== undefined ? one.source.billing : billingOfSum,
    importKwh: lengths.map((_, place) =>
      summed(sources.map(({ quarters: { kwh, coveredMs } }) => (coveredMs[place] ? (kwh[place] ?? 0) : null))),
    ),
    exportKwh: lengths.map((_, place) => summed(sources.map(({ exported }) => exported[place] ?? null))),
    measured: lengths.map((lengthMs, place) =>
      sources.length === 0
        ? 0
        : Math.min(1, ...sources.map(({ quarters }) => (quarters.coveredMs[place] ?? 0) / Math.max(1, lengthMs))),
    ),
    gaps: sources.flatMap(({ source, gaps }) => gaps.map((gap) => ({ ...gap, source: source.name }))),
    breaks: sources.flatMap(({ source, breaks }) => breaks.map((each) => ({ ...each, source: source.name }))),
  }
}

/**
 * The quarters of an hour behind a report: what was measured in each, how much of it, and beside them the gaps. Nothing is spread over a
 * gap. All imports and gaps of a line together are the import of its line in the report.
 */
export const intervalLines = ({ accounts, grouping, window, sources, incomerId }: IntervalParts): IntervalLine[] => {
  if (grouping === 'meter' || grouping === 'charger')
    return [...sources.values()]
      .filter(({ source }) => source.kind === grouping)
      .map((one) => lineOf({ id: one.source.id, name: one.source.name, kind: grouping }, [one], window))
  const incomer = incomerId === null ? undefined : sources.get(incomerId)
  return [
    ...accounts.map(({ id, name, kind, meters, chargers }) =>
      lineOf(
        { id, name, kind },
        [...meters, ...chargers].flatMap((each) => sources.get(each) ?? []),
        window,
      ),
    ),
    ...(incomer === undefined
      ? []
      : [lineOf({ id: 'site', name: 'Whole site, at the grid connection', kind: 'site' }, [incomer], window)]),
  ]
}
