import type { TripUnitSettings } from '../../protection/read-protection.ts'
import type { SiteBreaker } from '../../site/site.ts'

/** tr where neither the trip unit nor the site file says: a setting many units leave the factory with. Editable assumption. */
const usualTr = { tr: 10, trAt: 6 } as const

/**
 * The breaker as it is really set: what its trip unit says replaces what the site file declares. `settings` in A, s and multiples;
 * null: nothing was read, so the declared ones stay.
 */
export const breakerInForce = (breaker: SiteBreaker, settings: TripUnitSettings | null): SiteBreaker => {
  if (settings?.ir === undefined) return breaker
  const declared = breaker.tripUnit
  const { ig, tr, ...read } = settings
  return {
    ...breaker,
    curve: 'electronic',
    tripUnit: {
      isdI2t: false,
      igI2t: false,
      memory: true,
      ...usualTr,
      ...declared,
      ...read,
      ir: settings.ir,
      tr: tr ?? declared?.tr ?? usualTr.tr,
      ...(ig === undefined ? {} : { ig: ig * breaker.rating }),
    },
  }
}

export interface SettingDifference {
  readonly setting: string
  readonly unit: string
  readonly isSetTo: number
  readonly declared: number
}

/** A device shows its settings in steps: less than this share apart is the same. */
const sameShare = 0.02

const compared = [
  ['ir', 'Ir', ' A'],
  ['tr', 'tr', ' s'],
  ['isd', 'Isd', ' Ir'],
  ['tsd', 'tsd', ' s'],
  ['ii', 'Ii', ' In'],
] as const

/** Where the trip unit is set otherwise than the site file declares. Without declared settings Ir is held against the rating. */
export const settingDifferences = (breaker: SiteBreaker, settings: TripUnitSettings): readonly SettingDifference[] =>
  compared.flatMap(([key, setting, unit]): SettingDifference[] => {
    const declared = breaker.tripUnit?.[key] ?? (key === 'ir' ? breaker.rating : undefined)
    const isSetTo = settings[key]
    return declared === undefined || isSetTo === undefined || Math.abs(isSetTo - declared) <= sameShare * declared
      ? []
      : [{ setting, unit, isSetTo, declared }]
  })

/** "Ir is set to 80 A, the site file says 100 A" */
export const differenceWords = ({ setting, unit, isSetTo, declared }: SettingDifference): string =>
  `${setting} is set to ${String(Number(isSetTo.toFixed(2)))}${unit}, the site file says ${String(Number(declared.toFixed(2)))}${unit}`
