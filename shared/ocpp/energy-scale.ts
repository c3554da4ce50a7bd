/**
 * Whether a charger's register counts what it says: its movement against the integral of its power. One maker's firmware sends
 * kilowatt-hours labelled Wh, so that 9.4 kW for 7 minutes move it by 1.
 */
export interface EnergyScale {
  /** Where the comparison began, and the last sample; null before the first. */
  readonly from: { readonly energyWh: number } | null
  readonly last: { readonly atMs: number; readonly powerW: number } | null
  readonly integralWh: number
  /** What the register is to be multiplied by. */
  readonly factor: 1 | 1000
}

export const newEnergyScale: EnergyScale = { from: null, last: null, integralWh: 0, factor: 1 }

/** Longer without a sample the power between is not known (the usual intervals end at a quarter of an hour). */
const longestGapMs = 1_200_000
/** Judged from here on: one whole kilowatt-hour, the step of a register in kWh. */
const judgedFromWh = 1000

export interface EnergySample {
  readonly atMs: number
  readonly powerW: number
  readonly energyWh: number
}

/** Pure. Times in ms, ascending; a register that goes back begins anew. */
export const stepEnergyScale = (scale: EnergyScale, { atMs, powerW, energyWh }: EnergySample): EnergyScale => {
  const { from, last } = scale
  const isFresh = last !== null && atMs >= last.atMs && atMs - last.atMs <= longestGapMs
  if (from === null || last === null || !isFresh || energyWh < from.energyWh)
    return { ...scale, from: { energyWh }, last: { atMs, powerW }, integralWh: 0 }
  const integralWh = scale.integralWh + (((powerW + last.powerW) / 2) * (atMs - last.atMs)) / 3.6e6
  const movedWh = energyWh - from.energyWh
  const next = { ...scale, last: { atMs, powerW }, integralWh }
  if (integralWh < judgedFromWh || movedWh < 1) return next
  const ratio = integralWh / movedWh
  // A step of 1 stands for up to two, and the load is not known between samples: a third to three times.
  return { ...next, factor: ratio > 333 && ratio < 3000 ? 1000 : 1, from: { energyWh }, integralWh: 0 }
}
