/** In which shapes a charger may take a limit, tried in order until one is accepted; what was learnt stands first. Pure. */
import type { ProfileKind, ProfilePurpose, ProfileShape, RateUnit } from '../../../../shared/ocpp/profile.ts'
import type { Capabilities } from './capabilities.ts'

/** Everything of a shape but what it is for: what a charger takes of one purpose it takes of the others. */
export type Manner = Omit<ProfileShape, 'purpose'>

/** Without its word for it: the lowest, which every charger with smart charging has. */
const stacksOf = ({ maxStackLevel }: Capabilities): readonly number[] =>
  maxStackLevel === null || maxStackLevel <= 0 ? [0] : [maxStackLevel, 0]

/** Some want a relative schedule (Wallbox), one refuses relative for the whole station (Autel). */
const kinds: readonly ProfileKind[] = ['Absolute', 'Relative']

export const mannersOf = (
  capabilities: Capabilities,
  declaredUnit: RateUnit | undefined,
  learnt: Manner | null,
): readonly Manner[] => {
  const said = capabilities.units
  const units: readonly RateUnit[] =
    declaredUnit !== undefined
      ? [declaredUnit]
      : said.length === 0
        ? ['A', 'W']
        : said.includes('A')
          ? ['A', ...said.filter((unit) => unit === 'W')]
          : said
  const all = kinds.flatMap((kind) =>
    stacksOf(capabilities).flatMap((stackLevel) => units.map((unit): Manner => ({ unit, kind, stackLevel }))),
  )
  return learnt === null ? all : [learnt, ...all.filter((each) => !isSameManner(each, learnt))]
}

export const isSameManner = (a: Manner, b: Manner): boolean =>
  a.unit === b.unit && a.kind === b.kind && a.stackLevel === b.stackLevel

/**
 * What a limit is for: a running transaction first, then the next one. A profile for the whole station only where nothing else is on
 * it, since it is a limit for all its connectors together, and never relative (1.6, 3.13.1).
 */
export const purposesOf = (hasTransaction: boolean, isAlone: boolean): readonly ProfilePurpose[] => [
  ...(hasTransaction ? (['TxProfile'] as const) : []),
  'TxDefaultProfile',
  ...(isAlone ? (['ChargePointMaxProfile'] as const) : []),
]

export const isPossible = (purpose: ProfilePurpose, { kind }: Manner): boolean =>
  purpose !== 'ChargePointMaxProfile' || kind === 'Absolute'

/** Own profiles of a connector: always the same numbers, so that each replaces the one of its kind from before. Editable. */
const firstId = 71_000
const places: Readonly<Record<ProfilePurpose | 'safe', number>> = {
  TxProfile: 1,
  TxDefaultProfile: 2,
  ChargePointMaxProfile: 3,
  safe: 4,
}
export const profileIdOf = (connector: number, what: ProfilePurpose | 'safe'): number =>
  firstId + connector * 10 + places[what]
