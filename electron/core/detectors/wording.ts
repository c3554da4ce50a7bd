import type { Setup, UsedNumber } from './detector.ts'
import { own } from '../../../shared/own.ts'

export const used = (label: string, value: number, unit: string): UsedNumber => ({ label, value, unit })

/** Numbers inside sentences; values in `numbers` stay unrounded. */
export const volts = (value: number) => `${value.toFixed(1)} V`
export const amperes = (value: number) => `${value.toFixed(1)} A`
export const kilowatts = (watts: number) => `${(watts / 1000).toFixed(1)} kW`
export const percent = (value: number) => `${value.toFixed(0)} %`
export const seconds = (ms: number) => (ms < 120_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`)

export const nameOf = (
  entries: readonly { readonly id: string; readonly name?: string | undefined }[],
  id: string,
): string => entries.find((entry) => entry.id === id)?.name ?? id

/** How a meter's quantity is seen: its polling period, the meter's averaging window, and what can be missed in between. */
export const blindness = (
  setup: Setup,
  meterId: string,
  quantity: string,
): { periodMs: number; windowMs: number | null; blindMs: number } => {
  const source = own(setup.descriptions.get(meterId)?.quantities, quantity)
  const periodMs = source?.periodMs ?? setup.site.meters.find((meter) => meter.id === meterId)?.periodMs ?? 1000
  return { periodMs, windowMs: source?.windowMs ?? null, blindMs: source?.blindMs ?? periodMs }
}

/** "polled RMS every 1.0 s ..." : said with everything that rests on polled values. */
export const polledEvidence = (setup: Setup, meterId: string, quantity: string): string => {
  const { periodMs, windowMs, blindMs } = blindness(setup, meterId, quantity)
  const window =
    windowMs === null
      ? "the maker does not state the meter's averaging window"
      : `the meter averages over ${seconds(windowMs)}`
  return (
    `polled RMS of meter ${nameOf(setup.site.meters, meterId)} every ${seconds(periodMs)}, ${window}; ` +
    `an event shorter than ${Math.round(blindMs)} ms between two polls can be missed`
  )
}
