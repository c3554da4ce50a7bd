/**
 * What a person read from the meter's display, held against what a profile makes of the registers: the independent witness of a
 * golden file. It can tell a wrong type, word order or scale, which are off by a factor; it can't tell L1 from L2 while both read alike.
 */
import { quantities, type QuantityKey, type QuantityKind } from '../quantities.ts'

/** How much a value may move between the reading and the look at the display, as a share of it. */
const drift: Readonly<Record<QuantityKind, number>> = {
  voltage: 0.02,
  current: 0.1,
  power: 0.1,
  'power-factor': 0.05,
  frequency: 0.005,
  energy: 0.0005,
  angle: 0.05,
  distortion: 0.1,
  demand: 0.05,
  unbalance: 0.1,
  status: 0.001,
}

export type Witness =
  | {
      readonly ok: true
      readonly value: number
      /** How far off it may be, in the quantity's unit. */ readonly tolerance: number
      readonly difference: number
    }
  | { readonly ok: false; readonly why: string }

/** `shown` as typed, decimal comma allowed; `decoded` in the quantity's unit, null where the registers hold no value. */
export const judgeWitness = (key: QuantityKey, decoded: number | null, shown: string): Witness => {
  const { unit, kind } = quantities[key]
  const text = shown
    .trim()
    .replace(/[\s'’ ]/g, '')
    .replace(',', '.')
  if (!/^[+-]?\d+(\.\d+)?$/.test(text))
    return {
      ok: false,
      why: `'${shown.trim()}' is no number; type what the display shows, in ${unit === '1' ? 'its number' : unit}`,
    }
  const value = Number(text)
  if (decoded === null)
    return { ok: false, why: 'the registers hold no value at the moment, so the display has nothing to confirm' }
  if (value === 0 || decoded === 0)
    return { ok: false, why: 'a zero proves neither type nor scale; confirm a quantity that is not zero' }
  const step = 10 ** -(text.split('.')[1]?.length ?? 0)
  const tolerance = step / 2 + Math.abs(decoded) * drift[kind]
  const difference = Math.abs(value - decoded)
  if (difference > tolerance * (1 + 1e-9)) {
    const factor = value / decoded
    const hint =
      factor < 0 && Math.abs(Math.abs(factor) - 1) < 0.1
        ? ': the sign is turned round'
        : [0.001, 0.01, 0.1, 10, 100, 1000].some((power) => Math.abs(factor / power - 1) < 0.05)
          ? `: about ${factor > 1 ? `${String(Math.round(factor))} times too small` : `${String(Math.round(1 / factor))} times too large`}; look at the scale and the unit`
          : ''
    return { ok: false, why: `the display shows ${text} and the registers say ${String(decoded)}${hint}` }
  }
  return { ok: true, value, tolerance: Number(tolerance.toPrecision(3)), difference }
}
