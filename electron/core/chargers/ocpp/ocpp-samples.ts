import type { ChargerQuantityKey } from '../../../../shared/model/image.ts'
import { goodSample, missingSample, type Sample } from '../../../../shared/model/sample.ts'
import type { MeterSay } from '../../../../shared/ocpp/meter-values.ts'

export type OcppSamples = Partial<Record<ChargerQuantityKey, Sample>>

/** What an AC or DC charger can plausibly say; beyond it is a wrong unit (the same bounds as over Modbus). Editable assumption. */
const highest = { currentA: 1000, voltageV: 1200, powerW: 1e6, energyKWh: 1e9 }

const within = (value: number | null, most: number, atMs: number): Sample | null => {
  if (value === null) return null
  return Math.abs(value) <= most ? goodSample(value, atMs) : missingSample('implausible', atMs)
}

/** No charger draws several times what it may at most: its fuse is gone before. Such a number is in another unit. Editable assumption. */
export const beyondFactor = 3
const mostA = (maximumA: number): number => Math.min(highest.currentA, beyondFactor * maximumA)

/** What it says is no current it could draw, A; null: it could. */
export const beyondA = ({ currentA }: MeterSay, maximumA: number): number | null => {
  const most = Math.max(0, ...currentA.map((value) => value ?? 0))
  return most > mostA(maximumA) ? most : null
}

/** A counter never goes below zero. */
const counter = (value: number | null, atMs: number): Sample | null =>
  value !== null && value < 0 ? missingSample('implausible', atMs) : within(value, highest.energyKWh, atMs)

/**
 * Of one message: what it says, stamped with when it came. What a message leaves out keeps its age: a charger may send its values in
 * several messages, and a phase it never names is not there to be measured.
 */
export const samplesOf = (say: MeterSay, energyFactor: number, atMs: number, maximumA = Infinity): OcppSamples => {
  const [i1, i2, i3] = say.currentA.map((value) => within(value, mostA(maximumA), atMs))
  const [u1, u2, u3] = say.voltageV.map((value) => within(value, highest.voltageV, atMs))
  const energyKWh = say.energyWh === null ? null : (say.energyWh * energyFactor) / 1000
  const all: Readonly<Record<string, Sample | null | undefined>> = {
    i_t1: i1,
    i_t2: i2,
    i_t3: i3,
    u_t1: u1,
    u_t2: u2,
    u_t3: u3,
    p_total: within(say.powerW, highest.powerW, atMs),
    e_total: counter(energyKWh, atMs),
  }
  return Object.fromEntries(Object.entries(all).filter(([, sample]) => sample != null)) as OcppSamples
}

/** On how many of its terminals a current flows that is no standby current; null: none does, or nothing is said. */
export const phasesDrawn = ({ currentA }: MeterSay): number | null => {
  const most = Math.max(0, ...currentA.map((value) => value ?? 0))
  const drawn = currentA.filter((value) => value !== null && value > Math.max(1, 0.2 * most)).length
  return drawn === 0 ? null : drawn
}
