/** What was learned of a device, to be kept for the next start, and taken up there: pure. A memory that does not fit is no memory. */
import { deviceFactsSchema, type DeviceFacts } from '../../../shared/model/device-facts.ts'
import type { ReadableProfile, ReadBlock } from '../../../shared/profile/read-plan.ts'
import { begun, fresh, isWide, withBlocks, wishOf, type BlockBook } from './block-book.ts'
import { keysOf, periodOfKey, planKeys, registersOf } from './block-plan.ts'
import { isInForce } from './poll-schedule.ts'

/** FNV-1a, 64 bits (draft-eastlake-fnv): no secret is kept by it, it only tells two texts apart. */
const hashOf = (text: string): string => {
  let hash = 0xcbf29ce484222325n
  for (const character of text) {
    hash ^= BigInt(character.codePointAt(0) ?? 0)
    hash = BigInt.asUintN(64, hash * 0x100000001b3n)
  }
  return hash.toString(16).padStart(16, '0')
}

/** Tells the registers, their habits and the device's place apart: what was learned with others is void. */
export const fingerprintOf = (profile: ReadableProfile, place: string): string => {
  const { line, space, status } = profile
  const { maxRegisters, maxGap, evenOnly, holes } = line
  const registers = Object.entries(profile.quantities).map(([key, register]) => [
    key,
    register?.address,
    register?.type,
    register?.scaleRegister?.address,
    register?.space,
    register?.every,
  ])
  const rest = [maxRegisters, maxGap, evenOnly, holes, space, status?.address, status?.type, status?.registers]
  return hashOf(JSON.stringify([place, registers.toSorted(), rest]))
}

/** What may be kept: null until every block in force has been answered and no wider one is being tried. */
export const factsOf = (book: BlockBook, place: string): DeviceFacts | null => {
  const inForce = book.items.filter(isInForce)
  if (inForce.length === 0 || book.items.some(({ role }) => role === 'trial')) return null
  if (inForce.some(({ isProven }) => !isProven)) return null
  return {
    version: 1,
    fingerprint: fingerprintOf(book.profile, place),
    blocks: inForce.map(({ block }) => ({ ...block, keys: [...block.keys] })),
    refused: [...book.refused],
  }
}

/** Nothing was learned between these two that facts are made of. */
export const isSameLearned = (before: BlockBook, after: BlockBook): boolean =>
  before.refused === after.refused &&
  before.items.length === after.items.length &&
  after.items.every(({ id, isProven }, index) => {
    const old = before.items[index]
    return old?.id === id && old.isProven === isProven
  })

const holds = (profile: ReadableProfile, { functionCode, address, count }: ReadBlock, key: string): boolean => {
  const at = registersOf(profile, key)
  return at.functionCode === functionCode && at.first >= address && at.first + at.width <= address + count
}

/** Every key of the profile is in exactly one block that holds its registers, or refused. */
const fits = (profile: ReadableProfile, { blocks, refused }: DeviceFacts): boolean => {
  const read = blocks.flatMap(({ keys }) => keys)
  const all = [...read, ...refused]
  return (
    new Set(all).size === all.length &&
    keysOf(profile).toSorted().join() === all.toSorted().join() &&
    blocks.every((block) => block.keys.every((key) => holds(profile, block, key)))
  )
}

/** Begins with what was learned in an earlier run where it still fits, else anew. What was refused is asked for again soon. */
export const recalled = (book: BlockBook, facts: unknown, place: string, startMs: number): BlockBook => {
  const parsed = deviceFactsSchema.safeParse(facts)
  const anew = begun(book, startMs)
  if (!parsed.success || parsed.data.fingerprint !== fingerprintOf(book.profile, place)) return anew
  if (!fits(book.profile, parsed.data)) return anew
  const { blocks, refused } = parsed.data
  const empty = { ...book, startMs, items: [], refused: new Set(refused), isRemembered: true, rounds: 1 }
  const wish = wishOf(empty)
  const periodOf = ({ keys }: ReadBlock): number => Math.min(...keys.map((key) => periodOfKey(wish, key)))
  const fastestMs = Math.min(...blocks.map(periodOf))
  const items = blocks.map((block, index) => {
    const periodMs = periodOf(block)
    const waitMs = periodMs <= fastestMs ? 0 : (index + 1) * Math.min(250, periodMs / (blocks.length + 1))
    return { ...fresh, block, periodMs, dueMs: startMs + waitMs }
  })
  const retries = refused.flatMap((key) =>
    planKeys(book.profile, new Set([key])).map((block) => ({
      ...fresh,
      role: 'retry' as const,
      block,
      periodMs: recalledRetryMs,
      dueMs: startMs + recalledRetryMs,
    })),
  )
  const isNarrow = !isWide(withBlocks(empty, items))
  return { ...withBlocks(empty, [...items, ...retries]), isNarrow, againMs: startMs + recalledTrialsMs }
}

/** A register that was refused in the last run is asked for soon in this one: the device may have been updated meanwhile. */
const recalledRetryMs = 2000
/** Wider blocks than the remembered ones are tried after this: what was learned behind another gateway must not last. */
const recalledTrialsMs = 600_000
