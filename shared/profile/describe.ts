import type { QuantitySource } from '../api/site-contract.ts'
import type { QuantityKey } from '../quantities.ts'
import type { Cadence, MeterProfile } from './meter-profile.ts'
import { registerWidth, type Register } from './register.ts'

/** Shortest periods of the slower quantities, ms (meter-profile.ts): they are read with the sweep that is due then. */
export const slowestPeriodMs: Readonly<Record<Cadence, number>> = { fast: 0, normal: 1000, slow: 10_000 }

/** How often a quantity is read by a meter polled every `periodMs`; `ownMs` is a period of its own from the site file. */
export const periodOfMs = (every: Cadence, periodMs: number, ownMs?: number): number =>
  ownMs ?? Math.max(periodMs, slowestPeriodMs[every])

/** "register 50 (0x0032)", or "registers 70-71 (0x0046)" for a value of two. */
const place = (address: number, width: number): string =>
  `${width === 1 ? `register ${address}` : `registers ${address}-${address + width - 1}`} (0x${address.toString(16).toUpperCase().padStart(4, '0')})`

/** "SunSpec model 203, point PhVphA, "; before the device was asked, that its place is not known yet. */
const origin = ({ sunspec, sunspecModel }: MeterProfile, point: string | undefined): string => {
  if (sunspec === undefined) return ''
  const named = point === undefined ? '' : `, point ${point}`
  return sunspecModel === undefined
    ? `SunSpec${named}, not looked up yet; usually `
    : `SunSpec model ${sunspecModel}${named}, `
}

/** "x0.001", "x 10^V_SF (register 40084)" or both. */
const factor = (scale: number, scaleRegister: Register['scaleRegister']): string =>
  scaleRegister === undefined
    ? `x${scale}`
    : `${scale === 1 ? '' : `x${scale} `}x 10^${scaleRegister.name} (register ${scaleRegister.address})`

/**
 * How one quantity is known, in words and figures. Blind time is the longest event that could fall wholly between two
 * readings: the period less the meter's own averaging window. Where the maker names no window, none is taken off: the worst case.
 * Throws RangeError for a quantity the profile does not list.
 */
export const describeSource = (
  profile: MeterProfile,
  key: QuantityKey,
  periodMs: number,
  ownMs?: number,
): QuantitySource => {
  const register = profile.quantities[key]
  if (register === undefined) throw new RangeError(`${profile.id} has no ${key}`)
  const space = register.space ?? profile.space
  const width = registerWidth[register.type]
  const order =
    width === 1 ? '' : `, ${(register.wordOrder ?? profile.wordOrder) === 'high-first' ? 'high' : 'low'} word first`
  const type = register.type === 'float32-4q-pf' ? 'float32 with folded quadrants' : register.type
  const { windowMs } = profile.capabilities
  const ownPeriodMs = periodOfMs(register.every, periodMs, ownMs)
  return {
    register: `${origin(profile, register.point)}${space} ${place(register.address, width)}, ${type}${order}, ${factor(register.scale, register.scaleRegister)} (FC ${space === 'holding' ? 3 : 4})${register.note === undefined ? '' : `; ${register.note}`}`,
    periodMs: ownPeriodMs,
    windowMs,
    blindMs: Math.max(0, ownPeriodMs - (windowMs ?? 0)),
    confidence: register.confidence ?? 'confirmed',
  }
}
