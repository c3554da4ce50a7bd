import { phases, type Phase } from '../../../shared/model/phase.ts'
import { isQuantityKey, quantities, quantityKeys, type QuantityKey } from '../../../shared/quantities.ts'
import type { SiteMeter } from '../../../shared/site/site.ts'

/** Where a register's value goes and what it is multiplied by. */
export interface MappedQuantity {
  readonly key: QuantityKey
  readonly factor: number
}

const phaseMark = /_l([123])(?:(n)|l([123]))?(?=_|$)/

const pairOf = (one: Phase, other: Phase): string => {
  const pair = [one, other]
    .map((phase) => phase.toLowerCase())
    .toSorted()
    .join('')
  // Line voltages are listed in the order of rotation: L1-L2, L2-L3, L3-L1.
  return pair === 'l1l3' ? 'l3l1' : pair
}

/** The key on the site's phases of a quantity measured at the meter's terminals; null where the terminal is not connected. */
export const keyOnSite = (key: QuantityKey, terminals: readonly Phase[]): QuantityKey | null => {
  const match = phaseMark.exec(key)
  if (match === null) return key
  const first = terminals[Number(match[1]) - 1]
  if (first === undefined) return null
  let mark: string
  if (match[3] === undefined) mark = `${first.toLowerCase()}${match[2] ?? ''}`
  else {
    const second = terminals[Number(match[3]) - 1]
    if (second === undefined) return null
    mark = pairOf(first, second)
  }
  const mapped = key.replace(phaseMark, `_${mark}`)
  return isQuantityKey(mapped) ? mapped : null
}

/** Import and export change places; null where the list has no such opposite. */
const opposite = (key: QuantityKey): QuantityKey | null => {
  const swapped = key.includes('_import') ? key.replace('_import', '_export') : key.replace('_export', '_import')
  return isQuantityKey(swapped) ? swapped : null
}

/** Signed by direction. Currents and apparent power are magnitudes on most meters and stay; so do per-phase angles. */
const isDirected = (key: QuantityKey): boolean =>
  /^(p|q)_(l[123]|total)$/.test(key) || quantities[key].kind === 'power-factor' || /^e_net/.test(key)

const isScaled = (key: QuantityKey): boolean => ['current', 'power', 'energy', 'demand'].includes(quantities[key].kind)

/**
 * From what the profile reads at the terminals to what the site file says is measured: phases permuted, current transformer
 * applied where the meter does not, direction turned where it is mounted the wrong way round.
 */
export const mapMeter = (
  meter: SiteMeter,
  profile: { readonly quantities: Readonly<Partial<Record<QuantityKey, unknown>>> },
): ReadonlyMap<QuantityKey, MappedQuantity> => {
  const transformer = meter.currentTransformer
  const ratio = transformer?.appliedIn === 'app' ? transformer.primary / transformer.secondary : 1
  const terminals = meter.phases ?? phases
  const mapped = new Map<QuantityKey, MappedQuantity>()
  for (const key of quantityKeys) {
    if (profile.quantities[key] === undefined) continue
    const onSite = keyOnSite(key, terminals)
    const isFlow = /_import|_export/.test(key)
    const target = onSite !== null && meter.reverse && isFlow ? opposite(onSite) : onSite
    if (target === null) continue
    const sign = meter.reverse && isDirected(key) ? -1 : 1
    mapped.set(key, { key: target, factor: sign * (isScaled(key) ? ratio : 1) })
  }
  return mapped
}
