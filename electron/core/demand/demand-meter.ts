import { demandOutlook, type DemandOutlook } from '../../../shared/planning/demand.ts'
import { createMonthOf } from '../../../shared/planning/month.ts'
import type { Image } from '../../../shared/model/image.ts'
import { own } from '../../../shared/own.ts'
import { isRoot } from '../../../shared/site/circuit-limit.ts'
import type { Site } from '../../../shared/site/site.ts'
import { forgetful, type Memory } from '../site/memory.ts'

/** What is known of the billed demand at one moment; calendar times. */
export interface DemandNow extends DemandOutlook {
  readonly meterId: string
  readonly startMs: number
  readonly endMs: number
  /** Imported since it began, kWh, from the register; null: its beginning was not seen. */
  readonly energyKWh: number | null
  readonly recentW: number | null
  /** The target that counts: the declared one, or the month's peak where that is higher already. null: none declared. */
  readonly targetW: number | null
  readonly month: string
  readonly monthPeakW: number | null
  readonly monthPeakAtMs: number | null
  /** Age of the register's reading, ms. */
  readonly ageMs: number | null
}

interface Point {
  readonly atMs: number
  readonly kWh: number
}
interface Power {
  readonly atMs: number
  readonly watts: number
}

/** The load "of now" is the mean of this long. Reference: 30 to 60 s. */
const recentMs = 60_000
/** A register not read for longer says nothing of this interval. */
const oldestReadingMs = 90_000

export const billedMeter = (site: Site): string | null =>
  site.demand?.meter ?? site.circuits.find((circuit) => isRoot(circuit))?.meter ?? null

/** Register at a moment between two readings, kWh. */
const registerAt = (points: readonly Point[], atMs: number): number | null => {
  const after = points.findIndex((point) => point.atMs >= atMs)
  const next = points[after]
  const before = points[after - 1]
  if (next === undefined) return null
  if (next.atMs === atMs) return next.kWh
  if (before === undefined) return null
  return before.kWh + ((next.kWh - before.kWh) * (atMs - before.atMs)) / (next.atMs - before.atMs)
}

/**
 * Follows the billed demand from the meter's own energy register, aligned to the clock; power only predicts the rest. An interval whose
 * beginning was not seen is not judged by what it came to so far, and one whose register stood back (a meter exchanged) begins anew.
 * `step` takes an image and its time by the calendar.
 */
export const createDemandMeter = (site: Site, memory: Memory = forgetful) => {
  const meterId = billedMeter(site)
  const declared = site.demand
  const monthOf = createMonthOf(site.timezone)
  const state = memory.keep('demand-meter', {
    register: [] as Point[],
    powers: [] as Power[],
    /** The begin of the interval that was watched last. */
    startMs: null as number | null,
    peak: null as { readonly month: string; readonly watts: number; readonly atMs: number } | null,
  })

  const intervalMs = (declared?.interval ?? 900) * 1000
  const stepMs = declared?.kind === 'sliding' ? declared.subInterval * 1000 : intervalMs

  const note = (image: Image, aheadMs: number): void => {
    const samples = own(image.meters, meterId ?? '')?.samples
    const energy = samples?.['e_import'] ?? samples?.['e_import_float'] ?? samples?.['e_total']
    const power = samples?.['p_total']
    if (energy?.value != null && energy.atMs !== null) {
      const point = { atMs: energy.atMs + aheadMs, kWh: energy.value }
      const last = state.register.at(-1)
      // A register that goes back is another meter, a clock set back another time: nothing before it counts.
      if (last !== undefined && (point.kWh < last.kWh || point.atMs < last.atMs)) state.register = [point]
      else if (last === undefined || point.atMs > last.atMs) state.register.push(point)
    }
    if (power?.value != null && power.atMs !== null && state.powers.at(-1)?.atMs !== power.atMs + aheadMs)
      state.powers.push({ atMs: power.atMs + aheadMs, watts: power.value })
  }

  const forget = (nowMs: number): void => {
    const fromMs = nowMs - intervalMs - stepMs - 60_000
    const first = state.register.findIndex(({ atMs }) => atMs >= fromMs)
    if (first > 0) state.register.splice(0, first)
    state.powers = state.powers.filter(({ atMs }) => atMs > nowMs - recentMs && atMs <= nowMs)
  }

  const keepPeak = (watts: number, startMs: number): void => {
    const month = monthOf(startMs)
    if (state.peak === null || state.peak.month !== month || watts > state.peak.watts)
      state.peak = { month, watts, atMs: startMs }
  }

  /** Takes the interval that ended into the month's memory. */
  const close = (endMs: number): void => {
    const from = registerAt(state.register, endMs - intervalMs)
    const to = registerAt(state.register, endMs)
    if (from !== null && to !== null) keepPeak(((to - from) * 3.6e9) / intervalMs, endMs - intervalMs)
  }

  return {
    /** A peak of this month known from the record of an earlier run. */
    restorePeak: (watts: number, atMs: number): void => {
      if (state.peak === null || state.peak.month !== monthOf(atMs) || watts > state.peak.watts)
        state.peak = { month: monthOf(atMs), watts, atMs }
    },
    step: (image: Image, nowMs: number): DemandNow | null => {
      if (declared === undefined || meterId === null) return null
      note(image, nowMs - image.atMs)
      const endMs = (Math.floor(nowMs / stepMs) + 1) * stepMs
      const startMs = endMs - intervalMs
      const last = state.register.at(-1)
      // Closed one reading late, so that the register at its end is known.
      if (state.startMs !== null && startMs > state.startMs && (last?.atMs ?? 0) >= endMs - stepMs) {
        close(endMs - stepMs)
        state.startMs = startMs
      }
      state.startMs ??= startMs
      forget(nowMs)
      const recentW =
        state.powers.length === 0 ? null : state.powers.reduce((sum, { watts }) => sum + watts, 0) / state.powers.length
      const begun = registerAt(state.register, startMs)
      const ageMs = last === undefined ? null : nowMs - last.atMs
      const isKnown = begun !== null && ageMs !== null && ageMs <= oldestReadingMs && last !== undefined
      // The register is as old as its reading; what flowed since then is counted with the power of now.
      const sinceKWh = ((recentW ?? 0) * Math.max(0, ageMs ?? 0)) / 3.6e9
      const energyKWh = isKnown ? Math.max(0, last.kWh - begun + sinceKWh) : null
      const month = monthOf(nowMs)
      const peakW = state.peak?.month === month ? state.peak.watts : null
      const targetW = declared.target === undefined ? null : Math.max(declared.target, peakW ?? 0)
      const elapsedS = (nowMs - startMs) / 1000
      const outlook = demandOutlook({
        intervalS: intervalMs / 1000,
        elapsedS,
        // What was not seen counts as though the target had been used up to now: then the target itself is what is left.
        energyKWh: energyKWh ?? ((targetW ?? recentW ?? 0) * elapsedS) / 3.6e6,
        recentW: recentW ?? 0,
        targetW,
      })
      return {
        ...outlook,
        meterId,
        startMs,
        endMs,
        energyKWh,
        recentW,
        targetW,
        month,
        monthPeakW: peakW,
        monthPeakAtMs: peakW === null ? null : (state.peak?.atMs ?? null),
        ageMs,
      }
    },
  }
}
export type DemandMeter = ReturnType<typeof createDemandMeter>
