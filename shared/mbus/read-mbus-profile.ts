import type { z } from 'zod'
import { readProfileFile, type ProfileFinding, type ReadProfile } from '../profile/read-profile.ts'
import { quantities, type QuantityKey } from '../quantities.ts'
import { didYouMean } from '../yaml/near.ts'
import {
  mbusGoldenSchema,
  mbusProfileSchema,
  type MbusGolden,
  type MbusProfile,
  type MbusQuantity,
  type MbusSelector,
} from './profile.ts'
import { conversion } from './values-of.ts'
import { fbVifs, fdVifs, primaryVifs } from './vif-tables.ts'

/** Units a quantity may come in, over all tables. */
const unitsOf = (vif: string): readonly string[] => [
  ...new Set(
    [primaryVifs, fbVifs, fdVifs].flatMap((table) =>
      [...table.values()].filter(({ quantity }) => quantity === vif).map(({ unit }) => unit),
    ),
  ),
]

const selectorsOf = (
  key: string,
  quantity: MbusQuantity,
): { readonly path: ProfileFinding['path']; readonly selector: MbusSelector }[] => [
  { path: ['quantities', key], selector: quantity as MbusSelector },
  ...(quantity.or ?? []).map((selector, index) => ({ path: ['quantities', key, 'or', index], selector })),
]

const checkSelector = (key: QuantityKey, path: ProfileFinding['path'], selector: MbusSelector): ProfileFinding[] => {
  const { unit } = quantities[key]
  const units = unitsOf(selector.vif)
  return [
    ...(units.length > 0 && units.every((each) => conversion(each, selector.as, unit) === null)
      ? [
          {
            path: [...path, 'vif'],
            message: `'${key}' is in ${unit}, but '${selector.vif}'${selector.as === undefined ? '' : ` read as ${selector.as}`} is in ${units.map((each) => each || 'no unit').join(' or ')}`,
            remedy: /var|VA/.test(unit)
              ? "add 'as: reactive' or 'as: apparent' where the maker says so, or correct it"
              : 'correct the quantity or the vif',
          },
        ]
      : []),
    ...(selector.tariff === 'all' && selector.position !== undefined
      ? [{ path: [...path, 'position'], message: 'a sum over tariffs has no position', remedy: 'remove one of them' }]
      : []),
  ]
}

/** Two keys that read one record: one of them is wrong, unless a note says why. */
const checkShared = (profile: MbusProfile): ProfileFinding[] => {
  const first = new Map<string, string>()
  return Object.entries(profile.quantities).flatMap(([key, quantity]) => {
    const { note, confidence: _, or: __, scale: ___, ...selector } = quantity
    if (note !== undefined) return []
    const what = JSON.stringify(Object.entries(selector).sort(([a], [b]) => a.localeCompare(b)))
    const before = first.get(what)
    first.set(what, key)
    return before === undefined
      ? []
      : [
          {
            path: ['quantities', key],
            message: `'${key}' is the same record as '${before}'`,
            remedy: "correct it, or say why in a 'note'",
          },
        ]
  })
}

/** An M-Bus meter's profile from its file's text, or everything wrong with it. */
export const readMbusProfile = (text: string, fileName: string): ReadProfile<MbusProfile> =>
  readProfileFile<MbusProfile>(text, fileName, mbusProfileSchema as z.ZodType<MbusProfile>, (profile) => [
    ...(Object.keys(profile.quantities).length === 0
      ? [{ path: ['quantities'], message: 'no quantity is listed', remedy: 'list at least one' }]
      : []),
    ...(Object.entries(profile.quantities) as [QuantityKey, MbusQuantity][]).flatMap(([key, quantity]) =>
      selectorsOf(key, quantity).flatMap(({ path, selector }) => checkSelector(key, path, selector)),
    ),
    ...checkShared(profile),
  ])

/** The golden telegrams of a profile. */
export const readMbusGolden = (text: string, fileName: string): ReadProfile<MbusGolden> =>
  readProfileFile<MbusGolden>(text, fileName, mbusGoldenSchema, (golden) =>
    golden.cases.flatMap(({ values }, index) =>
      Object.keys(values)
        .filter((key) => !Object.hasOwn(quantities, key))
        .map((key) => ({
          path: ['cases', index, 'values', key],
          message: `'${key}' is no quantity`,
          remedy: didYouMean(key, Object.keys(quantities)) ?? 'see shared/quantities.ts for the keys there are',
        })),
    ),
  )
