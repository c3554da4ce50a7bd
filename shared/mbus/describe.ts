import type { QuantitySource } from '../api/site-contract.ts'
import type { QuantityKey } from '../quantities.ts'
import type { MbusProfile, MbusSelector } from './profile.ts'

/** "energy, tariff 1, storage 2": the record a quantity is taken from, by what its DIF and VIF say. */
const recordText = ({
  vif,
  function: kind,
  storage,
  tariff,
  subUnit,
  phase,
  direction,
  position,
}: MbusSelector): string =>
  [
    vif,
    ...(kind === 'instantaneous' ? [] : [kind]),
    ...(phase === undefined ? [] : [phase]),
    ...(direction === undefined ? [] : [direction]),
    ...(tariff === 0 ? [] : [tariff === 'all' ? 'sum of all tariffs' : `tariff ${String(tariff)}`]),
    ...(storage === 0 ? [] : [`storage ${String(storage)}`]),
    ...(subUnit === 0 ? [] : [`sub-unit ${String(subUnit)}`]),
    ...(position === undefined ? [] : [`the ${String(position)}. of its kind`]),
  ].join(', ')

/**
 * How one quantity of an M-Bus meter is known. Blind time is the period less the meter's averaging window; where the maker names none,
 * none is taken off. Throws RangeError for a quantity the profile does not list.
 */
export const describeMbusSource = (profile: MbusProfile, key: QuantityKey, periodMs: number): QuantitySource => {
  const quantity = profile.quantities[key]
  if (quantity === undefined) throw new RangeError(`${profile.id} has no ${key}`)
  const { windowMs } = profile.capabilities
  return {
    register: `M-Bus record: ${recordText(quantity as MbusSelector)}${quantity.as === undefined ? '' : `, read as ${quantity.as}`}${quantity.note === undefined ? '' : `; ${quantity.note}`}`,
    periodMs,
    windowMs,
    blindMs: Math.max(0, periodMs - (windowMs ?? 0)),
    confidence: quantity.confidence ?? 'confirmed',
  }
}
