import type { Cadence } from '../../../shared/profile/meter-profile.ts'
import { planReads, statusKey, unreadable, type ReadableProfile, type ReadBlock } from '../../../shared/profile/read-plan.ts'
import { registerWidth } from '../../../shared/profile/register.ts'
import { statusWidth } from '../../../shared/profile/charger-status.ts'
import type { ChargerProfile } from '../../../shared/profile/charger-profile.ts'

export interface PlanGroup { readonly periodMs: number; readonly blocks: readonly ReadBlock[] }

export interface PlanWish {
  readonly profile: ReadableProfile
  readonly periodMs: number
  /** Keys this device refuses: never asked for again, and no block runs across their registers. */
  readonly refused: ReadonlySet<string>
}

const normalPeriodMs = 1000
const slowPeriodMs = 10_000

/** First and last register of a key. */
export const registersOf = (profile: ReadableProfile, key: string): { readonly first: number; readonly width: number; readonly functionCode: 3 | 4 } => {
  if (key === statusKey && profile.status !== undefined) {
    return { first: profile.status.address, width: statusWidth(profile.status as ChargerProfile['status']), functionCode: profile.space === 'holding' ? 3 : 4 }
  }
  const register = profile.quantities[key]
  if (register === undefined) throw new Error(`the plan names ${key}, which the profile does not have`)
  return { first: register.address, width: registerWidth[register.type], functionCode: (register.space ?? profile.space) === 'holding' ? 3 : 4 }
}

const keysOf = (profile: ReadableProfile): string[] => [...Object.keys(profile.quantities), ...(profile.status === undefined ? [] : [statusKey])]

/** Plans these keys only; the registers of the others still count as answered by the device. */
export const planKeys = (profile: ReadableProfile, keys: ReadonlySet<string>): ReadBlock[] => {
  const { status, ...rest } = profile
  const quantities = Object.fromEntries(Object.entries(profile.quantities).map(([key, register]) =>
    [key, register === undefined ? undefined : { ...register, every: keys.has(key) ? 'fast' as const : 'slow' as const }]))
  return planReads({ ...rest, quantities, ...(status !== undefined && keys.has(statusKey) ? { status } : {}) }, ['fast'])
}

/** The profile as this device has it: without the refused keys, and with holes where their registers are. */
const without = ({ profile, refused }: PlanWish): ReadableProfile => {
  if (refused.size === 0) return profile
  const { status, ...rest } = profile
  const quantities = Object.fromEntries(Object.entries(profile.quantities).filter(([key]) => !refused.has(key)))
  const reduced: ReadableProfile = { ...rest, quantities, ...(status === undefined || refused.has(statusKey) ? {} : { status }) }
  const holes = [...refused].map((key): [number, number] => {
    const { first, width } = registersOf(profile, key)
    return [first, first + width - 1]
  })
  const pierced = { ...reduced, line: { ...profile.line, holes: [...profile.line.holes, ...holes] } }
  // An even-only device may need a refused register to reach its neighbour; then that neighbour's block is split again later.
  return unreadable(pierced).length === 0 ? pierced : reduced
}

const cadenceOf = (profile: ReadableProfile, key: string): Cadence => key === statusKey ? 'fast' : profile.quantities[key]?.every ?? 'slow'

const covers = (block: ReadBlock, at: ReturnType<typeof registersOf>): boolean =>
  block.functionCode === at.functionCode && at.first >= block.address && at.first + at.width <= block.address + block.count

/**
 * Reads by period. Where fast quantities come no faster than normal ones they share a plan; and a slower quantity whose
 * registers lie inside a faster block is taken from there, since it costs nothing.
 */
export const planGroups = (wish: PlanWish): PlanGroup[] => {
  const profile = without(wish)
  const { periodMs } = wish
  const steps: { readonly cadences: readonly Cadence[]; readonly periodMs: number }[] = periodMs >= normalPeriodMs
    ? [{ cadences: ['fast', 'normal'], periodMs }]
    : [{ cadences: ['fast'], periodMs }, { cadences: ['normal'], periodMs: normalPeriodMs }]
  steps.push({ cadences: ['slow'], periodMs: Math.max(periodMs, slowPeriodMs) })

  const taken = new Set<string>()
  const groups: PlanGroup[] = []
  for (const step of steps) {
    const remaining = keysOf(profile).filter((key) => !taken.has(key))
    const wanted = remaining.filter((key) => step.cadences.includes(cadenceOf(profile, key)))
    const blocks = planKeys(profile, new Set(wanted)).map((block) => {
      const also = remaining.filter((key) => !wanted.includes(key) && !taken.has(key) && covers(block, registersOf(profile, key)))
      for (const key of [...block.keys, ...also]) taken.add(key)
      return { ...block, keys: [...block.keys, ...also] }
    })
    if (blocks.length > 0) groups.push({ periodMs: step.periodMs, blocks })
  }
  return groups
}
