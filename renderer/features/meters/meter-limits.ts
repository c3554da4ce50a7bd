import { circuitLimitA, isRoot } from '../../../shared/site/circuit-limit.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { LimitLine } from '../../charts/limit-lines.ts'
import { formatLimit, formatNumber } from '../../format/number.ts'
import { formatQuantity } from '../../format/quantity.ts'

/** Voltages to neutral: the limits of the site file are shares of the declared voltage to neutral. */
const isVoltage = (key: string): boolean => /^u_l[123]n$|^u_ln_avg$/.test(key)
const isCurrent = (key: string): boolean => /^i_l[123]$|^i_avg$/.test(key)

/** What a strip of this meter is held against, from the site file: voltage limits, its circuit's amperes, the agreed power at the grid. */
export const meterLimits = (site: Site, meterId: string, key: string): readonly LimitLine[] => {
  const { nominalVoltage, maximumPower } = site.grid
  const circuit = site.circuits.find(({ meter }) => meter === meterId)
  if (isVoltage(key)) {
    const [over, under] = [nominalVoltage * site.alarms.overvoltage, nominalVoltage * site.alarms.undervoltage]
    return [
      { value: over, label: `overvoltage ${formatNumber(over, 0)} V` },
      { value: under, label: `undervoltage ${formatNumber(under, 0)} V` },
    ]
  }
  if (isCurrent(key) && circuit !== undefined) {
    const limitA = circuitLimitA(site, circuit)
    const rating = circuit.breaker?.rating
    return [
      { value: limitA, label: `limit ${formatLimit(limitA)} A` },
      ...(rating === undefined || rating === limitA
        ? []
        : [{ value: rating, label: `breaker ${formatLimit(rating)} A` }]),
    ]
  }
  if (key === 'p_total' && circuit !== undefined && isRoot(circuit) && maximumPower !== undefined)
    return [{ value: maximumPower, label: `agreed power ${formatQuantity('p_total', maximumPower)}` }]
  return []
}
