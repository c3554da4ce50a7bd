import { refusal } from '../../../shared/said/refusal.ts'
import type { energyContract } from '../../../shared/api/energy-contract.ts'
import type { Overview } from '../../../shared/api/site-contract.ts'
import { intervalLines } from '../../../shared/energy-report/intervals.ts'
import { mostIntervalDays, type EnergyIntervals } from '../../../shared/energy-report/intervals-schema.ts'
import { energyReport } from '../../../shared/energy-report/report.ts'
import type { EnergyGrouping, EnergyReport } from '../../../shared/energy-report/report-schema.ts'
import { sourceEnergy, type SourceEnergy } from '../../../shared/energy-report/source-energy.ts'
import { quarterMs } from '../../../shared/energy-report/walk.ts'
import { createWallClock } from '../../../shared/energy-report/wall-clock.ts'
import { mostReportDays, type EnergyWindow } from '../../../shared/energy-report/window.ts'
import type { ChargerProfile } from '../../../shared/profile/charger-profile.ts'
import { checkedRange } from '../api/checked-range.ts'
import type { Part } from '../part.ts'
import type { Recorder } from '../record/recorder.ts'
import { readKeptRows } from './kept-rows.ts'
import { incomerOf, sourcesFor } from './report-sources.ts'

export interface EnergyParts {
  readonly overview: Overview
  readonly chargerProfiles: ReadonlyMap<string, ChargerProfile>
  readonly recorder: Pick<Recorder, 'intervals'>
  /** Of a recording: where it stands. */
  readonly now: () => number
  /** A turn for everybody else, between two reads. */
  readonly rest: () => Promise<void>
}

const minuteMs = 60_000
const dayMs = 86_400_000
/** A minute that just ended is stored some seconds later. */
const storedAfterMs = 5000
/** Quarters of an hour of all sources: a hundred meters over a year, some ten seconds. */
const mostRows = 4_000_000
/** Reports that wait for the one that is made. */
const mostWaiting = 4

/** Whole quarters of an hour, up to now. */
const windowUpTo = (range: EnergyWindow, nowMs: number): EnergyWindow => {
  const fromMs = Math.floor(range.fromMs / quarterMs) * quarterMs
  const wantedMs = Math.ceil(range.toMs / quarterMs) * quarterMs
  const lastMs = Math.floor((nowMs - storedAfterMs) / minuteMs) * minuteMs
  return { fromMs, toMs: Math.max(fromMs, Math.min(wantedMs, lastMs)) }
}

const checkedWindow = (range: EnergyWindow, nowMs: number, mostDays: number): EnergyWindow => {
  checkedRange(range)
  if (range.toMs - range.fromMs > mostDays * dayMs) throw refusal('energy-too-long', { mostDays })
  const window = windowUpTo(range, nowMs)
  if (window.toMs === window.fromMs) throw refusal('energy-not-over', {})
  return window
}

type Asked = EnergyWindow & { readonly grouping: EnergyGrouping }

/** What is kept of all sources of a grouping, one after the other. */
const readSources = async (
  { overview, chargerProfiles, recorder, rest }: EnergyParts,
  grouping: EnergyGrouping,
  window: EnergyWindow,
): Promise<ReadonlyMap<string, SourceEnergy>> => {
  const sources = sourcesFor(overview, chargerProfiles, grouping)
  if ((sources.length * (window.toMs - window.fromMs)) / quarterMs > mostRows)
    throw refusal('energy-too-much', { sources: sources.length })
  const energies = new Map<string, SourceEnergy>()
  for (const source of sources) {
    const kept = await readKeptRows(recorder, source.id, window, { hasMinutes: source.kind === 'meter', rest })
    energies.set(source.id, sourceEnergy(source, kept, window))
    await rest()
  }
  return energies
}

const makeReport = async (parts: EnergyParts, input: Asked): Promise<EnergyReport> => {
  const { site } = parts.overview
  const nowMs = parts.now()
  const window = checkedWindow(input, nowMs, mostReportDays)
  return energyReport({
    site,
    accounts: site.accounts ?? [],
    tariff: site.tariff ?? null,
    currency: site.demand?.currency ?? 'EUR',
    grouping: input.grouping,
    window,
    isSoFar: window.toMs < input.toMs,
    madeAtMs: nowMs,
    clock: createWallClock(site.timezone),
    sources: await readSources(parts, input.grouping, window),
    incomerId: incomerOf(site),
  })
}

const makeIntervals = async (parts: EnergyParts, input: Asked): Promise<EnergyIntervals> => {
  const { site } = parts.overview
  const { grouping } = input
  const window = checkedWindow(input, parts.now(), mostIntervalDays)
  const sources = await readSources(parts, grouping, window)
  const lines = intervalLines({ accounts: site.accounts ?? [], grouping, window, sources, incomerId: incomerOf(site) })
  return { siteName: site.name, timezone: site.timezone, ...window, lines }
}

/** Energy reports from the stored intervals: one at a time, in pieces, so that nothing else waits for them. */
export const createEnergyPart = (parts: EnergyParts): Part<typeof energyContract> => {
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = async <T>(make: () => Promise<T>): Promise<T> => {
    if (waiting >= mostWaiting) throw refusal('energy-reports-waiting', { count: mostWaiting })
    waiting += 1
    const mine = last.then(make)
    last = mine.catch(() => undefined)
    try {
      return await mine
    } finally {
      waiting -= 1
    }
  }
  return {
    name: 'energy reports',
    handlers: {
      'energy.report': (input) => inTurn(() => makeReport(parts, input)),
      'energy.intervals': (input) => inTurn(() => makeIntervals(parts, input)),
    },
  }
}
