import { isQuantityKey, quantityKeys, type QuantityKey } from '../quantities.ts'
import type { MeterProfile } from './meter-profile.ts'
import type { Register } from './register.ts'

/** One extreme the meter keeps. `id` is its key in a read plan and in golden files, e.g. "i_l1.maximum". */
export interface ProfileExtreme {
  readonly id: string
  readonly quantity: QuantityKey
  readonly kind: 'maximum' | 'minimum'
  readonly register: Register
  readonly since: 'reset' | 'demand-period' | 'unknown'
}

export const extremeId = (quantity: string, kind: 'maximum' | 'minimum'): string => `${quantity}.${kind}`

/** "i_demand_max_l1" is the maximum of "i_demand_l1", "f_max" that of "f"; null for a key that is no maximum. */
export const baseOfMaximum = (key: QuantityKey): QuantityKey | null => {
  const base = key.replace(/_max(?=_|$)/, '')
  return base !== key && isQuantityKey(base) ? base : null
}

/** Every extreme a profile has: those it lists, then each `*_max` quantity whose base quantity is polled too. */
export const extremesOf = (profile: MeterProfile): readonly ProfileExtreme[] => {
  const listed = (profile.extremes ?? []).flatMap(
    ({ quantity, kind, since, confidence: _, ...register }): ProfileExtreme[] =>
      isQuantityKey(quantity) ? [{ id: extremeId(quantity, kind), quantity, kind, register, since }] : [],
  )
  const ids = new Set(listed.map(({ id }) => id))
  const derived = quantityKeys.flatMap((key): ProfileExtreme[] => {
    const register = profile.quantities[key]
    const base = baseOfMaximum(key)
    if (
      register === undefined ||
      base === null ||
      profile.quantities[base] === undefined ||
      ids.has(extremeId(base, 'maximum'))
    )
      return []
    return [{ id: extremeId(base, 'maximum'), quantity: base, kind: 'maximum', register, since: 'unknown' }]
  })
  return [...listed, ...derived]
}

/** The profile with its extremes as slow entries of the read plan, under their ids. */
export const withExtremes = (profile: MeterProfile) => ({
  ...profile,
  quantities: {
    ...profile.quantities,
    ...Object.fromEntries(extremesOf(profile).map(({ id, register }) => [id, { ...register, every: 'slow' as const }])),
  } as Readonly<Partial<Record<string, Register & { readonly every: 'fast' | 'normal' | 'slow' }>>>,
})
