import type { ReadRoom } from '../../core/ports.ts'
import type { Doubt } from './reply-memory.ts'

/** Largest read of the standard (Modbus Application Protocol V1.1b3, 6.3). */
const largestRead = 125
/** Between how many lengths reads alternate while nothing is amiss: the shortest ones, so that it costs next to nothing. */
const alternating = 2
/** A read is lengthened by this much at most while nothing is amiss, registers. */
const nearby = 2
/** Across registers nobody vouched for a read is lengthened in these steps, so that a device of even addresses only bears it. */
const trialStep = 2
const mostTrials = 30

export interface Span {
  readonly address: number
  readonly count: number
}

/**
 * How much is known of a read: `plain`, what was asked for; `whole`, longer, within the permitted registers, ends between values; `torn`,
 * ends within a value that is dropped; `trial`, across registers nobody vouched for.
 */
export interface Candidate extends Span {
  readonly kind: 'plain' | 'whole' | 'torn' | 'trial'
}

export interface ChoiceWish {
  readonly want: Span
  /** Where the read may begin and end instead; undefined: only its own registers are known to answer. */
  readonly room: ReadRoom | undefined
  readonly maxRegisters: number | undefined
}

/** What the chooser must know of the line. */
export interface ChoiceView {
  readonly doubt: (span: Span) => Doubt
  /** The device refused this read before. */
  readonly isRefused: (span: Span) => boolean
  /** Reads across registers nobody vouched for may be tried on this device. */
  readonly mayTry: boolean
  /** When a read with a reply of this shape was last sent, monotonic ms. */
  readonly lastSentMs: (span: Span) => number
}

export interface Choice {
  /** One read, or two that hold what was asked for between them. */
  readonly reads: readonly Candidate[]
  readonly doubt: Doubt
}

const endOf = ({ address, count }: Span): number => address + count

/** Permitted reads that hold `want`, by length: of each length one, between values where there is such a one. */
const listPermitted = (want: Span, room: ReadRoom, largest: number): Candidate[] => {
  const found: Candidate[] = [{ address: want.address, count: want.count, kind: 'plain' }]
  const step = room.isEvenOnly ? 2 : 1
  const isEdge = (address: number) => room.edges.includes(address)
  for (let count = want.count + step; count <= Math.min(largest, room.end - room.first); count += step) {
    const lowest = Math.max(room.first, endOf(want) - count)
    const highest = Math.min(want.address, room.end - count)
    let torn: Candidate | null = null
    let whole: Candidate | null = null
    for (let address = highest; address >= lowest && whole === null; address -= 1) {
      if (room.isEvenOnly && address % 2 !== 0) continue
      if (isEdge(address) && isEdge(address + count)) whole = { address, count, kind: 'whole' }
      else torn ??= { address, count, kind: 'torn' }
    }
    const best = whole ?? torn
    if (best !== null) found.push(best)
  }
  return found
}

/** A room belongs to a block that is read for years: its list is made once. */
const listed = new WeakMap<ReadRoom, Map<string, Candidate[]>>()
const permitted = (want: Span, room: ReadRoom | undefined, largest: number): readonly Candidate[] => {
  if (room === undefined) return [{ address: want.address, count: want.count, kind: 'plain' }]
  const lists = listed.get(room) ?? new Map<string, Candidate[]>()
  if (lists.size === 0) listed.set(room, lists)
  const name = `${String(want.address)}:${String(want.count)}:${String(largest)}`
  const list = lists.get(name) ?? listPermitted(want, room, largest)
  lists.set(name, list)
  return list
}

const trials = (want: Span, room: ReadRoom | undefined, largest: number): Candidate[] => {
  const from = Math.max(endOf(want), room?.end ?? 0)
  return Array.from({ length: mostTrials }, (_, index): Candidate => ({
    address: want.address,
    count: want.count + (index + 1) * trialStep,
    kind: 'trial',
  })).filter((each) => endOf(each) > from && endOf(each) <= 0x10000 && each.count <= largest)
}

/** The one of these that was sent the longest ago. */
const longestAgo = (candidates: readonly Candidate[], view: ChoiceView): Candidate | undefined => {
  let best: Candidate | undefined
  let bestMs = Infinity
  for (const each of candidates) {
    const atMs = view.lastSentMs(each)
    if (atMs < bestMs) {
      best = each
      bestMs = atMs
    }
  }
  return best
}

const halves = (wish: ChoiceWish, largest: number, isFree: (span: Span) => boolean): Candidate[] | null => {
  const { want, room } = wish
  for (const cut of room?.cuts ?? []) {
    if (cut <= want.address || cut >= endOf(want)) continue
    const free = (half: Span) => permitted(half, room, largest).filter(isFree)
    const lower = free({ address: want.address, count: cut - want.address })
    const upper = free({ address: cut, count: endOf(want) - cut })
    for (const first of lower) {
      const second = upper.find(({ count }) => count !== first.count)
      if (second !== undefined) return [first, second]
    }
  }
  return null
}

/**
 * How to read registers so that the reply can't be another's: as asked for or a little longer, in turns; any permitted length; in two
 * reads of unlike lengths; across registers nobody vouched for. null: every such read could be answered by an older reply.
 */
export const chooseReads = (wish: ChoiceWish, view: ChoiceView): Choice | null => {
  const { want, room } = wish
  const largest = Math.min(largestRead, Math.max(want.count, wish.maxRegisters ?? largestRead))
  const isFree = (span: Span): boolean => view.doubt(span) === 'none' && !view.isRefused(span)
  const all = permitted(want, room, largest)
  const safe = all.filter((each) => each.kind !== 'torn' && isFree(each))
  const near = safe.filter(({ count }) => count <= want.count + nearby).slice(0, alternating)
  const one = longestAgo(near, view) ?? safe[0] ?? all.find(isFree)
  if (one !== undefined) return { reads: [one], doubt: 'none' }

  const two = halves(wish, largest, isFree)
  if (two !== null) return { reads: two, doubt: 'none' }
  const trial = view.mayTry ? trials(want, room, largest).find(isFree) : undefined
  if (trial !== undefined) return { reads: [trial], doubt: 'none' }
  const unlikely = all.find((each) => view.doubt(each) === 'unlikely' && !view.isRefused(each))
  return unlikely === undefined ? null : { reads: [unlikely], doubt: 'unlikely' }
}
