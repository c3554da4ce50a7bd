import type { EnergyNote } from '../said/energy-note.ts'
import type { SiteAccount } from '../site/accounts-schema.ts'
import { billingOfPart, billingOfRest, billingOfSum, billingStanding, type Billing } from './billing.ts'
import { partEnergy, periodAt } from './day-parts.ts'
import { chartEdges, highestQuarter, stretched } from './quarters.ts'
import type { EnergyGrouping, EnergyLine, EnergyReport } from './report-schema.ts'
import type { SourceEnergy } from './source-energy.ts'
import type { WallClock } from './wall-clock.ts'
import type { EnergyWindow } from './window.ts'

export interface Tariff {
  readonly price: number
  readonly periods: readonly {
    readonly from: string
    readonly to: string
    readonly days: 'all' | 'weekdays' | 'weekend'
    readonly price: number
  }[]
}

export interface ReportParts {
  readonly site: { readonly name: string; readonly timezone: string }
  readonly accounts: readonly SiteAccount[]
  readonly tariff: Tariff | null
  readonly currency: string
  readonly grouping: EnergyGrouping
  readonly window: EnergyWindow
  readonly isSoFar: boolean
  readonly madeAtMs: number
  readonly clock: WallClock
  readonly sources: ReadonlyMap<string, SourceEnergy>
  /** The meter at the grid connection; null: none is declared. */
  readonly incomerId: string | null
}

/** The sum of what is known; null where nothing is. */
const known = (values: readonly (number | null)[]): number | null => {
  const some = values.filter((value) => value !== null)
  return some.length === 0 ? null : some.reduce((sum, value) => sum + value, 0)
}

const moneyOf = (parts: ReportParts, sources: readonly SourceEnergy[]): EnergyLine['money'] => {
  const { tariff, clock } = parts
  if (tariff === null || sources.every(({ importKwh }) => importKwh === null)) return null
  const inPeriod = periodAt(tariff.periods, clock)
  const byPrice = new Map<number, number>()
  let unpricedKwh = 0
  for (const { quarters, gaps } of sources) {
    const { kwh, unknownKwh } = partEnergy(quarters, gaps, inPeriod)
    unpricedKwh += unknownKwh
    for (const [part, each] of kwh) {
      const price = tariff.periods[part]?.price ?? tariff.price
      byPrice.set(price, (byPrice.get(price) ?? 0) + each)
    }
  }
  const priced = [...byPrice].map(([price, kwh]) => ({ price, kwh })).toSorted((one, other) => one.price - other.price)
  return { amount: priced.reduce((sum, { price, kwh }) => sum + price * kwh, 0), parts: priced, unpricedKwh }
}

interface LineOf {
  readonly id: string
  readonly name: string
  readonly kind: EnergyLine['kind']
  readonly about?: string | undefined
}

const lineOf = (parts: ReportParts, of: LineOf, sources: readonly SourceEnergy[]): EnergyLine => {
  const { fromMs, toMs } = parts.window
  const lengthMs = Math.max(1, toMs - fromMs) * sources.length
  const [one] = sources
  const money = moneyOf(parts, sources)
  const billing: Billing = sources.length === 1 && one !== undefined ? one.source.billing : billingOfSum
  return {
    ...{ id: of.id, name: of.name, kind: of.kind, about: of.about ?? null, money, billing },
    importKwh: known(sources.map(({ importKwh }) => importKwh)),
    exportKwh: known(sources.map(({ exportKwh }) => exportKwh)),
    gapKwh: sources.reduce((sum, { gapKwh }) => sum + gapKwh, 0),
    coverage: sources.length === 0 ? null : sources.reduce((sum, { coveredMs }) => sum + coveredMs, 0) / lengthMs,
    peak: highestQuarter(sources.map(({ quarters }) => quarters)),
    register: sources.length === 1 ? (one?.register ?? null) : null,
    notes: [
      ...sources.flatMap(({ notes }) => notes),
      ...(money !== null && money.unpricedKwh > 0.005 ? [{ kind: 'unpriced' as const, kwh: money.unpricedKwh }] : []),
    ],
  }
}

const found = (parts: ReportParts, ids: readonly string[]): readonly SourceEnergy[] =>
  ids.flatMap((id) => parts.sources.get(id) ?? [])
const sourcesOf = (parts: ReportParts, { meters, chargers }: SiteAccount): readonly SourceEnergy[] =>
  found(parts, [...meters, ...chargers])

const net = (sources: readonly SourceEnergy[]): number =>
  sources.reduce((sum, { importKwh, exportKwh }) => sum + (importKwh ?? 0) - (exportKwh ?? 0), 0)

/** What the grid connection measured and no account counts: a difference, with all losses in it. */
const restOf = (parts: ReportParts, incomer: SourceEnergy): EnergyLine => {
  const { accounts, window } = parts
  const counted = accounts.flatMap((account) => sourcesOf(parts, account))
  const owner = accounts.find(({ meters }) => meters.includes(incomer.source.id))
  const whole = window.toMs - window.fromMs - 1000
  const lacking = [incomer, ...counted]
    .filter(({ importKwh, gapKwh, coveredMs }) => importKwh === null || (coveredMs < whole && gapKwh === 0))
    .map(({ source }) => source.name)
  const kwh = incomer.importKwh === null || owner !== undefined ? null : net([incomer]) - net(counted)
  const notes: readonly EnergyNote[] = [
    ...(owner === undefined ? [] : [{ kind: 'incomer-counted' as const, account: owner.name }]),
    ...(kwh !== null && lacking.length > 0 ? [{ kind: 'rest-rough' as const, lacking: lacking.slice(0, 8) }] : []),
    ...(kwh !== null && kwh < -0.005 ? [{ kind: 'rest-negative' as const }] : []),
  ]
  return {
    ...{ id: 'not-attributed', name: 'Not attributed', kind: 'rest', about: null, billing: billingOfRest },
    ...{ importKwh: kwh, exportKwh: null, gapKwh: 0, coverage: null, peak: null, register: null, money: null },
    notes: [...notes],
  }
}

const siteLines = (parts: ReportParts): readonly EnergyLine[] => {
  const incomer = parts.incomerId === null ? undefined : parts.sources.get(parts.incomerId)
  if (incomer === undefined) return []
  return [
    ...(parts.accounts.length === 0 ? [] : [restOf(parts, incomer)]),
    lineOf(parts, { id: 'site', name: 'Whole site, at the grid connection', kind: 'site' }, [incomer]),
  ]
}

const accountLine = (parts: ReportParts, account: SiteAccount): EnergyLine => {
  const { id, name, kind, note } = account
  return lineOf(parts, { id, name, kind, about: note }, sourcesOf(parts, account))
}

/** An account by parts of its day: its own periods, else those of the tariff; without either it is one. */
const periodLines = (parts: ReportParts, account: SiteAccount): readonly EnergyLine[] => {
  const { clock, tariff } = parts
  const periods =
    account.periods ??
    (tariff?.periods ?? []).map((each) => ({ ...each, name: `${each.from} to ${each.to}${daysWord(each.days)}` }))
  const sources = sourcesOf(parts, account)
  const partOf = periodAt(periods, clock)
  const all = new Map<number, number>()
  let unknownKwh = 0
  for (const { quarters, gaps } of sources) {
    const parted = partEnergy(quarters, gaps, partOf)
    unknownKwh += parted.unknownKwh
    for (const [part, kwh] of parted.kwh) all.set(part, (all.get(part) ?? 0) + kwh)
  }
  const hasAny = sources.some(({ importKwh }) => importKwh !== null)
  const line = (id: string, name: string, kwh: number | undefined): EnergyLine => ({
    ...{ id: `${account.id} ${id}`, name: `${account.name}: ${name}`, kind: 'period', about: null },
    ...{ importKwh: hasAny ? (kwh ?? 0) : null, exportKwh: null, gapKwh: 0, coverage: null, peak: null },
    ...{ register: null, money: null, billing: billingOfPart, notes: [] },
  })
  return [
    accountLine(parts, account),
    ...periods.map(({ name }, index) => line(String(index), name, all.get(index))),
    line('rest', periods.length === 0 ? 'all day' : 'other times', all.get(-1)),
    ...(unknownKwh === 0 ? [] : [line('unknown', 'in gaps over several periods', unknownKwh)]),
  ]
}
const daysWord = (days: 'all' | 'weekdays' | 'weekend'): string => (days === 'all' ? '' : `, ${days}`)

const linesOf = (parts: ReportParts): readonly EnergyLine[] => {
  const each = (kind: 'meter' | 'charger') =>
    [...parts.sources.values()]
      .filter(({ source }) => source.kind === kind)
      .map((one) => lineOf(parts, { id: one.source.id, name: one.source.name, kind }, [one]))
  switch (parts.grouping) {
    case 'account':
      return [...parts.accounts.map((account) => accountLine(parts, account)), ...siteLines(parts)]
    case 'period':
      return parts.accounts.flatMap((account) => periodLines(parts, account))
    case 'meter':
      return each('meter')
    case 'charger':
      return each('charger')
  }
}

/** What is drawn, stacked: accounts by account or period, else the sources; a site without accounts is drawn whole. */
const seriesOf = (parts: ReportParts, edges: readonly number[]): EnergyReport['chart']['series'] => {
  const drawn = (id: string, name: string, sources: readonly SourceEnergy[]) => ({
    ...{ id, name },
    kwh: [
      ...stretched(
        sources.map(({ quarters }) => quarters),
        edges,
      ),
    ],
  })
  const { grouping, accounts, sources, incomerId } = parts
  if (grouping === 'meter' || grouping === 'charger')
    return [...sources.values()]
      .filter(({ source, importKwh }) => source.kind === grouping && importKwh !== null)
      .toSorted((one, other) => (other.importKwh ?? 0) - (one.importKwh ?? 0))
      .slice(0, mostSeries)
      .map((one) => drawn(one.source.id, one.source.name, [one]))
  if (accounts.length > 0)
    return accounts.slice(0, mostSeries).map((account) => drawn(account.id, account.name, sourcesOf(parts, account)))
  const incomer = incomerId === null ? undefined : sources.get(incomerId)
  return incomer === undefined ? [] : [drawn('site', 'Whole site', [incomer])]
}
/** More colours nobody tells apart. */
const mostSeries = 8

export const tariffText = (tariff: Tariff, currency: string): string => {
  const price = (value: number) => `${value.toFixed(4).replace(/0{1,2}$/, '')} ${currency}/kWh`
  return [
    ...tariff.periods.map(({ from, to, days, price: each }) => `${price(each)} from ${from} to ${to}${daysWord(days)}`),
    `${price(tariff.price)}${tariff.periods.length === 0 ? '' : ' else'}`,
  ].join(', ')
}

const ownerOf = ({ accounts }: ReportParts, lineId: string): string =>
  accounts.find(({ id }) => lineId.startsWith(`${id} `))?.name ?? lineId

/** The report: lines of the grouping, what may be billed of them, and the stacked intervals. */
export const energyReport = (parts: ReportParts): EnergyReport => {
  const { site, window, clock, tariff, currency, accounts } = parts
  const lines = linesOf(parts)
  // What a tenant or a fleet is told, or could be.
  const billed = lines
    .filter(({ kind, importKwh }) => kind !== 'site' && kind !== 'rest' && importKwh !== null)
    // The split of an account is told once.
    .map((line) => (line.kind === 'period' ? { ...line, name: `${ownerOf(parts, line.id)} by time of day` } : line))
  const edges = chartEdges(window.fromMs, window.toMs, clock.dayStart)
  return {
    ...{ grouping: parts.grouping, siteName: site.name, timezone: site.timezone, ...window },
    ...{ isSoFar: parts.isSoFar, madeAtMs: parts.madeAtMs, currency },
    tariff: tariff === null ? null : tariffText(tariff, currency),
    hasAccounts: accounts.length > 0,
    standing: billingStanding(billed),
    lines: [...lines],
    // Meters lie below one another: stacked they would count the same energy twice.
    chart: { edges: [...edges], series: seriesOf(parts, edges), isStacked: parts.grouping !== 'meter' },
  }
}
