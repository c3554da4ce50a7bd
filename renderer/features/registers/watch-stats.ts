import { codingKey, codings, decodeAs, type Coding } from '../../../shared/explore/decodings.ts'
import type { Cell } from '../../../shared/explore/reading.ts'
import { registerWidth } from '../../../shared/profile/register.ts'

export interface Bounds {
  readonly min: number
  readonly max: number
}
/** What changed since the start of a watch, over every round of it. */
export interface WatchStats {
  readonly rounds: number
  readonly sinceMs: number
  readonly last: ReadonlyMap<number, number>
  /** Rounds in which a register was another than in the round before. */
  readonly changes: ReadonlyMap<number, number>
  /** Registers that changed in the newest round. */
  readonly fresh: ReadonlySet<number>
  /** Lowest and highest of every decoding, by "address coding". */
  readonly bounds: ReadonlyMap<string, Bounds>
}

export const noStats: WatchStats = {
  rounds: 0,
  sinceMs: 0,
  last: new Map(),
  changes: new Map(),
  fresh: new Set(),
  bounds: new Map(),
}
const watched = codings.filter(({ byteSwapped }) => !byteSwapped)
export const boundsKey = (address: number, coding: Coding): string => `${String(address)} ${codingKey(coding)}`

/** One more round, whole. A register that did not answer this time keeps what is known of it. */
export const foldRound = (before: WatchStats, cells: readonly Cell[], atMs: number): WatchStats => {
  const last = new Map(before.last)
  const changes = new Map(before.changes)
  const bounds = new Map(before.bounds)
  const fresh = new Set<number>()
  const words = new Map(cells.flatMap(({ address, word }) => (word === null ? [] : [[address, word] as const])))
  for (const [address, word] of words) {
    const earlier = last.get(address)
    if (earlier !== undefined && earlier !== word) {
      changes.set(address, (changes.get(address) ?? 0) + 1)
      fresh.add(address)
    }
    last.set(address, word)
    for (const coding of watched) {
      const own = Array.from({ length: registerWidth[coding.type] }, (_, index) => words.get(address + index))
      if (own.includes(undefined)) continue
      const value = decodeAs(coding, own as number[])
      if (value === null) continue
      const key = boundsKey(address, coding)
      const known = bounds.get(key)
      bounds.set(
        key,
        known === undefined
          ? { min: value, max: value }
          : { min: Math.min(known.min, value), max: Math.max(known.max, value) },
      )
    }
  }
  return {
    rounds: before.rounds + 1,
    sinceMs: before.rounds === 0 ? atMs : before.sinceMs,
    last,
    changes,
    fresh,
    bounds,
  }
}
