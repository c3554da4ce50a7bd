import type { Cadence } from '../../../shared/profile/meter-profile.ts'
import { periodOfMs } from '../../../shared/profile/describe.ts'
import {
  planReads,
  statusKey,
  unreadable,
  type ReadableProfile,
  type ReadBlock,
} from '../../../shared/profile/read-plan.ts'
import { registerSpan, registerWidth, wordsOfRegister } from '../../../shared/profile/register.ts'
import { statusWidth } from '../../../shared/profile/charger-status.ts'
import { own } from '../../../shared/own.ts'
import type { ChargerProfile } from '../../../shared/profile/charger-profile.ts'

export interface PlanGroup {
  readonly periodMs: number
  readonly blocks: readonly ReadBlock[]
}

export interface PlanWish {
  readonly profile: ReadableProfile
  readonly periodMs: number
  /** Periods of single keys from the site file, ms, instead of their cadence's. */
  readonly periods?: Readonly<Partial<Record<string, number>>>
  /** Keys this device refuses: never asked for again, and no block runs across their registers. */
  readonly refused: ReadonlySet<string>
}

/** The registers that must come in one read for a key: its own and, where it has one, its scale factor's. */
export const registersOf = (
  profile: ReadableProfile,
  key: string,
): { readonly first: number; readonly width: number; readonly functionCode: 3 | 4 } => {
  if (key === statusKey && profile.status !== undefined) {
    return {
      first: profile.status.address,
      width: statusWidth(profile.status as ChargerProfile['status']),
      functionCode: profile.space === 'holding' ? 3 : 4,
    }
  }
  const register = own(profile.quantities, key)
  if (register === undefined) throw new Error(`the plan names ${key}, which the profile does not have`)
  return { ...registerSpan(register), functionCode: (register.space ?? profile.space) === 'holding' ? 3 : 4 }
}

/** Registers that no quantity has lie between the registers of two keys, or they are of different spaces. */
export const unlistedBetween = (profile: ReadableProfile, before: string, after: string): boolean => {
  const [one, other] = [registersOf(profile, before), registersOf(profile, after)]
  if (one.functionCode !== other.functionCode) return true
  const listed = keysOf(profile)
    .map((key) => registersOf(profile, key))
    .filter(({ functionCode }) => functionCode === one.functionCode)
  for (let address = one.first + one.width; address < other.first; address += 1)
    if (!listed.some(({ first, width }) => address >= first && address < first + width)) return true
  return false
}

/** What a decoder takes for a key, cut from a block. */
export const wordsOf = (
  profile: ReadableProfile,
  key: string,
  block: Pick<ReadBlock, 'address'>,
  words: readonly number[],
): number[] => {
  const register = key === statusKey ? undefined : own(profile.quantities, key)
  if (register !== undefined) return wordsOfRegister(register, block.address, words)
  const { first, width } = registersOf(profile, key)
  return words.slice(first - block.address, first - block.address + width)
}

export const keysOf = (profile: ReadableProfile): string[] => [
  ...Object.keys(profile.quantities),
  ...(profile.status === undefined ? [] : [statusKey]),
]

/** Plans these keys only; the registers of the others still count as answered by the device. */
export const planKeys = (profile: ReadableProfile, keys: ReadonlySet<string>): ReadBlock[] => {
  const { status, ...rest } = profile
  const quantities = Object.fromEntries(
    Object.entries(profile.quantities).map(([key, register]) => [
      key,
      register === undefined
        ? undefined
        : { ...register, every: keys.has(key) ? ('fast' as const) : ('slow' as const) },
    ]),
  )
  return planReads({ ...rest, quantities, ...(status !== undefined && keys.has(statusKey) ? { status } : {}) }, [
    'fast',
  ])
}

/** The profile as this device has it: without the refused keys, and with holes where their registers are. */
export const answering = (profile: ReadableProfile, refused: ReadonlySet<string>): ReadableProfile => {
  if (refused.size === 0) return profile
  const { status, ...rest } = profile
  const quantities = Object.fromEntries(Object.entries(profile.quantities).filter(([key]) => !refused.has(key)))
  const reduced: ReadableProfile = {
    ...rest,
    quantities,
    ...(status === undefined || refused.has(statusKey) ? {} : { status }),
  }
  const holes = [...refused].map((key): [number, number] => {
    const register = key === statusKey ? undefined : own(profile.quantities, key)
    // Its own registers only: between a value and its scale factor others have theirs.
    const { first, width } =
      register === undefined
        ? registersOf(profile, key)
        : { first: register.address, width: registerWidth[register.type] }
    return [first, first + width - 1]
  })
  const pierced = { ...reduced, line: { ...profile.line, holes: [...profile.line.holes, ...holes] } }
  // An even-only device may need a refused register to reach its neighbour; then that neighbour's block is split again later.
  return unreadable(pierced).length === 0 ? pierced : reduced
}

/** Period of a key, ms. Where fast quantities come no faster than normal ones they have one period and share a plan. */
export const periodOfKey = ({ profile, periodMs, periods }: PlanWish, key: string): number => {
  const cadence: Cadence = key === statusKey ? 'fast' : (own(profile.quantities, key)?.every ?? 'slow')
  return own(periods, key) ?? periodOfMs(cadence, periodMs)
}

const covers = (block: ReadBlock, at: ReturnType<typeof registersOf>): boolean =>
  block.functionCode === at.functionCode &&
  at.first >= block.address &&
  at.first + at.width <= block.address + block.count

/** Some clones and gateways refuse more than fifty registers at once (quirk of eastron-sdm630.yaml, seen in the field). */
const safeRegisters = 50

/**
 * Reads by period, the shortest first. A slower quantity whose registers lie inside a faster block is taken from there, since it
 * costs nothing.
 */
export const planGroups = (wish: PlanWish): PlanGroup[] => {
  const profile = answering(wish.profile, wish.refused)
  const steps = [...new Set(keysOf(profile).map((key) => periodOfKey(wish, key)))].toSorted(
    (left, right) => left - right,
  )
  const taken = new Set<string>()
  const groups: PlanGroup[] = []
  for (const periodMs of steps) {
    const remaining = keysOf(profile).filter((key) => !taken.has(key))
    const wanted = remaining.filter((key) => periodOfKey(wish, key) === periodMs)
    const blocks = planKeys(profile, new Set(wanted)).map((block) => {
      const also = remaining.filter(
        (key) => !wanted.includes(key) && !taken.has(key) && covers(block, registersOf(profile, key)),
      )
      for (const key of [...block.keys, ...also]) taken.add(key)
      return { ...block, keys: [...block.keys, ...also] }
    })
    if (blocks.length > 0) groups.push({ periodMs, blocks })
  }
  return groups
}

const only = (profile: ReadableProfile, isWanted: (every: Cadence) => boolean): ReadableProfile => {
  const { status, ...rest } = profile
  const quantities = Object.fromEntries(
    Object.entries(profile.quantities).filter(([, register]) => register !== undefined && isWanted(register.every)),
  )
  return { ...rest, quantities, ...(status === undefined || !isWanted('fast') ? {} : { status }) }
}

/**
 * The same wish in blocks that hardly any device refuses: registers of quantities only and not many, the fast ones by themselves, since
 * control rests on them. Where a value can't be had so (an even-only device, a scale factor far from its value), as the profile allows.
 */
export const narrowGroups = (wish: PlanWish): PlanGroup[] => {
  const { line } = wish.profile
  const narrow = { ...line, maxGap: 0, maxRegisters: Math.min(line.maxRegisters, safeRegisters) }
  const profiles = [(every: Cadence) => every === 'fast', (every: Cadence) => every !== 'fast'].map((isWanted) => ({
    ...only(wish.profile, isWanted),
    line: narrow,
  }))
  if (profiles.some((profile) => unreadable(profile).length > 0)) return planGroups(wish)
  return profiles.flatMap((profile) => planGroups({ ...wish, profile }))
}
