/**
 * Demand: the mean power of a billed interval, from the meter's energy register. Energies kWh, powers W, times ms.
 * Source: electrical.md 5.5 (block and sliding demand as meters and operators count it).
 */

export interface IntervalNow {
  /** Length of the interval and how much of it is over, s. */
  readonly intervalS: number
  readonly elapsedS: number
  /** Imported since it began, kWh. */
  readonly energyKWh: number
  /** Mean of the last 30 to 60 s, W. */
  readonly recentW: number
  readonly targetW: number | null
}

export interface DemandOutlook {
  /** Mean power so far, W; 0 at the very beginning. */
  readonly soFarW: number
  /** What the interval comes to if the load stays as it was, W. */
  readonly predictedW: number
  /** The least it can come to: nothing imported any more, W. */
  readonly leastW: number
  /** Mean power for the rest that just keeps the target, W; negative: the target can't be kept. null: no target. */
  readonly allowedW: number | null
}

/** The last seconds of an interval count as this long: a register's step of one count is no order to stop. Editable assumption. */
const shortestRestS = 30
const wattHours = (kWh: number): number => kWh * 3.6e6

export const demandOutlook = ({ intervalS, elapsedS, energyKWh, recentW, targetW }: IntervalNow): DemandOutlook => {
  const restS = Math.max(0, intervalS - elapsedS)
  const joules = wattHours(energyKWh)
  return {
    soFarW: elapsedS <= 0 ? 0 : joules / elapsedS,
    predictedW: (joules + recentW * restS) / intervalS,
    leastW: joules / intervalS,
    allowedW:
      targetW === null ? null : (targetW * intervalS - joules) / Math.max(restS, Math.min(shortestRestS, intervalS)),
  }
}

/** Money of a month's highest demand, and what the next watt above it would cost, per kW. */
export const demandMoney = (peakW: number, pricePerKW: number): number => (peakW / 1000) * pricePerKW

/**
 * Least power that dimming by section 14a EnWG leaves n controllable devices (BK6-22-300): 4.2 kW, and 4.2 kW times a factor for each
 * further one that is steered together.
 */
export const dimmedPowerW = (devices: number): number => {
  if (devices <= 0) return 0
  /** By number of devices, from 0; 0.45 from nine on. */
  const factors = [1, 1, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5]
  return 4200 * (1 + (devices - 1) * (factors[devices] ?? 0.45))
}
