import type { DataVolume } from '../../../shared/model/health.ts'
import type { SiteLine } from '../../../shared/site/site.ts'

/**
 * IPv4 (20) and TCP with time stamps (32) on the request, the reply and one bare acknowledgement: an estimate. Retransmissions, the
 * radio's own framing and how the provider rounds are not in it.
 */
export const overheadBytesPerExchange = 3 * 52
/** The rate is looked at over the last hour, in slots of a minute, and not projected before five of them. */
const slotMs = 60_000
const slotsKept = 60
const leastBasisMs = 300_000
const dayMs = 86_400_000
/** A month as the providers count it. */
const monthDays = 30

interface Slot {
  readonly atMs: number
  readonly bytes: number
}

export interface VolumeInput {
  readonly monotonicMs: number
  /** Application bytes of the line since start, both ways. */
  readonly bytes: number
  readonly requests: number
  /** Devices of the line, to say which change would help. */
  readonly devices: readonly { readonly id: string; readonly periodMs: number; readonly requests: number }[]
}

const gigabytes = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.max(1, Math.round(bytes / 1e6)).toString()} MB`

/** Periods a person would write. */
const periodsMs = [200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000] as const

const adviceOf = (perMonth: number, budget: number | null, devices: VolumeInput['devices']): string | null => {
  if (budget === null || perMonth <= budget) return null
  const heaviest = devices.toSorted((left, right) => right.requests - left.requests)[0]
  const wanted =
    heaviest === undefined ? undefined : periodsMs.find((period) => period >= (heaviest.periodMs * perMonth) / budget)
  const how =
    heaviest === undefined
      ? 'Read its devices less often'
      : wanted === undefined
        ? `Reading '${heaviest.id}' once a minute would still be too much: read only what is needed, with 'periods' for single quantities`
        : `With periodMs: ${String(wanted)} instead of ${String(heaviest.periodMs)} for '${heaviest.id}'${devices.length > 1 ? ' and likewise for the others' : ''} it would fit; 'periods' slows single quantities down`
  return `${gigabytes(perMonth)} a month at this rate is more than the ${gigabytes(budget)} of dataPerMonthMB. ${how}.`
}

/** Follows one line's data volume; null for a serial line, which costs none. */
export const createDataVolume = (line: SiteLine) => {
  if (!('host' in line)) return { read: (): DataVolume | null => null }
  const budget = 'dataPerMonthMB' in line && line.dataPerMonthMB !== undefined ? line.dataPerMonthMB * 1e6 : null
  let slots: Slot[] = []
  return {
    /** To be called now and then, at least once a minute for a steady rate. */
    read({ monotonicMs, bytes: plain, requests, devices }: VolumeInput): DataVolume | null {
      const bytes = plain + requests * overheadBytesPerExchange
      const last = slots.at(-1)
      if (last === undefined || monotonicMs - last.atMs >= slotMs)
        slots = [...slots, { atMs: monotonicMs, bytes }].slice(-slotsKept - 1)
      const first = slots[0] ?? { atMs: monotonicMs, bytes }
      const basisMs = monotonicMs - first.atMs
      const perDay = basisMs < leastBasisMs ? null : ((bytes - first.bytes) / basisMs) * dayMs
      const perMonth = perDay === null ? null : perDay * monthDays
      return {
        bytes,
        bytesPerDay: perDay,
        bytesPerMonth: perMonth,
        basisMs,
        overheadBytesPerExchange,
        budgetBytesPerMonth: budget,
        advice: perMonth === null ? null : adviceOf(perMonth, budget, devices),
      }
    },
  }
}
