import type { ReadRoom } from '../../core/lines/modbus-line.ts'
import type { Doubt } from './open-requests.ts'

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
  readonly functionCode: 3 | 4
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
  /** The device was seen to answer the same by its other function. */
  readonly mayTwin: boolean
  /** Reads across registers nobody vouched for may be tried on this device. */
  readonly mayTry: boolean
  /** When a read with a reply of this shape was last sent, monotonic ms. */
  readonly lastSentMs: (span: Span) => number
}

export interface Choice {
  /** One read, or several that hold what was asked for between them, in the order of their registers. */
  readonly reads: readonly Candidate[]
  readonly doubt: Doubt
}

const endOf = ({ address, count }: Span): number => address + count

/** Permitted reads that hold `want`, by length: of each length one, between values where there is such a one. */
const listPermitted = (want: Span, room: ReadRoom, largest: number): Candidate[] => {
  const { functionCode } = want
  const found: Candidate[] = [{ ...want, kind: 'plain' }]
  const step = room.isEvenOnly ? 2 : 1
  const isEdge = (address: number) => room.edges.includes(address)
  for (let count = want.count + step; count <= Math.min(largest, room.end - room.first); count += step) {
    const lowest = Math.max(room.first, endOf(want) - count)
    const highest = Math.min(want.address, room.end - count)
    let torn: Candidate | null = null
    let whole: Candidate | null = null
    for (let address = highest; address >= lowest && whole === null; address -= 1) {
      if (room.isEvenOnly && address % 2 !== 0) continue
      if (isEdge(address) && isEdge(address + count)) whole = { functionCode, address, count, kind: 'whole' }
      else torn ??= { functionCode, address, count, kind: 'torn' }
    }
    const best = whole ?? torn
    if (best !== null) found.push(best)
  }
  return found
}

/** Each read by the other function too, where the device answers the same by both; should this one refuse that, it is no more than a try. */
const withTwin = (list: readonly Candidate[], { twin }: ReadRoom): readonly Candidate[] => {
  if (twin === undefined) return list
  return list.flatMap((each) => [
    each,
    { ...each, functionCode: twin, kind: each.kind === 'plain' ? 'whole' : each.kind },
  ])
}

/** A room belongs to a block that is read for years: its list is made once. */
const listed = new WeakMap<ReadRoom, Map<string, readonly Candidate[]>>()
const permitted = (want: Span, room: ReadRoom | undefined, largest: number): readonly Candidate[] => {
  if (room === undefined) return [{ ...want, kind: 'plain' }]
  const lists = listed.get(room) ?? new Map<string, readonly Candidate[]>()
  if (lists.size === 0) listed.set(room, lists)
  const name = `${String(want.functionCode)}:${String(want.address)}:${String(want.count)}:${String(largest)}`
  const list = lists.get(name) ?? withTwin(listPermitted(want, room, largest), room)
  lists.set(name, list)
  return list
}

const trials = (want: Span, room: ReadRoom | undefined, largest: number): Candidate[] => {
  const from = Math.max(endOf(want), room?.end ?? 0)
  return Array.from({ length: mostTrials }, (_, index): Candidate => ({
    functionCode: want.functionCode,
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

/** A read is split into so many at most: each of them may be lost. */
const mostPieces = 4

/** Reads one after the other, the longest ones first, no two of them alike; null where they don't reach to the end. */
const pieces = (wish: ChoiceWish, largest: number, isFree: (span: Span) => boolean): Candidate[] | null => {
  const { want, room } = wish
  const ends = [endOf(want), ...(room?.cuts ?? []).toSorted((left, right) => right - left)]
  const found: Candidate[] = []
  const isUnlike = (each: Candidate): boolean =>
    found.every(({ count, functionCode }) => count !== each.count || functionCode !== each.functionCode)
  for (let from = want.address; from < endOf(want);) {
    let next: { readonly read: Candidate; readonly end: number } | null = null
    for (const end of ends) {
      if (end <= from || end > endOf(want)) continue
      const part = { functionCode: want.functionCode, address: from, count: end - from }
      const read = permitted(part, room, largest).find((each) => isFree(each) && isUnlike(each))
      if (read !== undefined) {
        next = { read, end }
        break
      }
    }
    if (next === null || found.length >= mostPieces) return null
    found.push(next.read)
    from = next.end
  }
  return found
}

/**
 * How to read registers so that the reply can't be another's: as asked for, by the other function or a little longer, in turns; any permitted
 * length; in several reads, no two alike; across registers nobody vouched for. null: every such read could be answered by an older reply.
 */
export const chooseReads = (wish: ChoiceWish, view: ChoiceView): Choice | null => {
  const { want, room } = wish
  const largest = Math.min(largestRead, Math.max(want.count, wish.maxRegisters ?? largestRead))
  const mayAsk = (span: Span): boolean =>
    !view.isRefused(span) && (view.mayTwin || span.functionCode === want.functionCode)
  const isFree = (span: Span): boolean => mayAsk(span) && view.doubt(span) === 'none'
  const all = permitted(want, room, largest)
  const safe = all.filter((each) => each.kind !== 'torn' && isFree(each))
  const near = safe.filter(({ count }) => count <= want.count + nearby).slice(0, alternating)
  const one = longestAgo(near, view) ?? safe[0] ?? all.find(isFree)
  if (one !== undefined) return { reads: [one], doubt: 'none' }

  const several = pieces(wish, largest, isFree)
  if (several !== null) return { reads: several, doubt: 'none' }
  const trial = view.mayTry ? trials(want, room, largest).find(isFree) : undefined
  if (trial !== undefined) return { reads: [trial], doubt: 'none' }
  const unlikely = all.find((each) => mayAsk(each) && view.doubt(each) === 'unlikely')
  return unlikely === undefined ? null : { reads: [unlikely], doubt: 'unlikely' }
}
