import { cyclesAround, frequencyAt } from './at-cursor.ts'
import { phasorOf } from './phasor.ts'
import type { WaveRecord } from './wave-record.ts'

export interface Spectrum {
  /** Whole cycles it was formed over, and of which frequency. */
  readonly cycles: number
  readonly frequencyHz: number
  readonly isMeasuredFrequency: boolean
  /** Seconds from the record's first sample. */
  readonly fromS: number
  readonly toS: number
  /** RMS of order 0 (the direct part), 1, 2, ... as far as the sampling rate allows, at most 50. */
  readonly orders: readonly number[]
  /** Orders 2 to `thdTo` over the fundamental, percent; null: there is no fundamental to speak of. */
  readonly thdPercent: number | null
  readonly thdTo: number
}

const mostOrder = 50
/** EN 50160 and EN 61000-3-2 form THD up to order 40. */
const thdOrder = 40
/** Of the largest part: a smaller fundamental is noise, and nothing is related to it (editable assumption). */
const leastFundamental = 1e-3

/** A fundamental below this is none, whatever else there is: a quarter of a volt, twenty milliamperes (editable assumptions). */
const leastRms = { voltage: 0.25, current: 0.02, other: 0 } as const

/**
 * Harmonics around a time: a Fourier sum over up to ten whole cycles (as many as the record has around it), rectangular window, single
 * orders. This is for looking at; the grouped subgroups of IEC 61000-4-7 are formed by the analysis of streams. Null: no cycle is there.
 */
export const spectrumAt = (
  record: WaveRecord,
  request: { readonly trace: number; readonly atS: number; readonly nominalHz: number; readonly isPrimary: boolean },
): Spectrum | null => {
  const trace = record.traces[request.trace]
  const group = trace === undefined ? undefined : record.groups[trace.group]
  if (trace?.truth !== 'sampled' || group === undefined) return null
  const measured = frequencyAt(record, request.atS, request.nominalHz)
  const frequencyHz = measured ?? request.nominalHz
  let cycles = 10
  let window = cyclesAround(group, request.atS, frequencyHz, cycles)
  while (window === null && cycles > 1) {
    cycles -= 1
    window = cyclesAround(group, request.atS, frequencyHz, cycles)
  }
  if (window === null) return null
  const { from, to, rateHz } = window
  const [samples = new Float64Array(0)] = group.read([trace.column], from, to)
  const factor = Math.abs(request.isPrimary ? (trace.toPrimary ?? 1) : 1)
  const top = Math.min(mostOrder, Math.ceil(rateHz / 2 / frequencyHz) - 1)
  const orders: number[] = []
  for (let order = 0; order <= top; order += 1) {
    const phasor = phasorOf(samples, rateHz, order * frequencyHz, 0)
    if (phasor === null) return null
    orders.push(phasor.rms * factor)
  }
  const [, fundamental = 0, ...harmonics] = orders
  const thdTo = Math.min(thdOrder, top)
  const sum = harmonics.slice(0, thdTo - 1).reduce((total, value) => total + value * value, 0)
  const isThere =
    fundamental > leastRms[trace.quantity] * factor && fundamental > leastFundamental * Math.max(...orders)
  return {
    cycles,
    frequencyHz,
    isMeasuredFrequency: measured !== null,
    fromS: group.timebase.timeAt(from),
    toS: group.timebase.timeAt(to - 1),
    orders,
    thdPercent: isThere ? (100 * Math.sqrt(sum)) / fundamental : null,
    thdTo,
  }
}
