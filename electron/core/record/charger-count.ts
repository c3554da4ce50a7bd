import type { ChargerReading } from '../../../shared/model/image.ts'
import { goodSample, type Sample } from '../../../shared/model/sample.ts'
import { own } from '../../../shared/own.ts'
import type { Site, SiteCharger } from '../../../shared/site/site.ts'
import type { EnergyBound } from './energy-bound.ts'

/** What a charger counts: all it ever delivered, or the session; a reading of it as if it were a counting register. */
export interface ChargerCount {
  /** The reading that is new in this picture; null: none is. */
  readonly read: (
    reading: ChargerReading | undefined,
  ) => { readonly sample: Sample; readonly isSession: boolean } | null
}

/** A socket carries its maximum on three phases, a tenth more for its meter and a tenth for the voltage (EN 50160). */
export const chargerBound = (site: Site, { maximum }: SiteCharger): EnergyBound => ({
  kw: (maximum * 3 * site.grid.nominalVoltage * 1.21) / 1000,
  why: `it delivers ${maximum} A`,
})

/** A counter is refreshed in the charger's own time, ms; what its last digit may add, kWh. */
const refreshMs = 15_000
const digitKwh = 0.1

/**
 * A counter of sessions as one that goes on: what it rises by, and after it began anew what it shows. A rise of more than can have
 * flowed counts nothing.
 */
export const createSessionCount = ({ kw }: EnergyBound): ((atMs: number, kwh: number) => number) => {
  let last: { readonly atMs: number; readonly kwh: number } | null = null
  let total = 0
  return (atMs, kwh) => {
    if (last !== null) {
      const rise = kwh >= last.kwh ? kwh - last.kwh : kwh
      if (rise <= (kw * (Math.max(0, atMs - last.atMs) + refreshMs)) / 3_600_000 + digitKwh) total += rise
    }
    last = { atMs, kwh }
    return total
  }
}

export const createChargerCount = (bound: EnergyBound): ChargerCount => {
  const session = createSessionCount(bound)
  /** The same reading stands in every picture until the next; a calendar that is set back makes a new one older. */
  let lastMs: number | null = null
  return {
    read: (reading) => {
      const whole = own(reading?.samples, 'e_total')
      const isSession = whole === undefined || whole.quality === 'absent'
      const sample = isSession ? own(reading?.samples, 'e_session') : whole
      if (sample === undefined || sample.value === null || sample.atMs === null || sample.atMs === lastMs) return null
      lastMs = sample.atMs
      if (!isSession) return { sample, isSession }
      return { sample: goodSample(session(sample.atMs, sample.value), sample.atMs), isSession }
    },
  }
}
