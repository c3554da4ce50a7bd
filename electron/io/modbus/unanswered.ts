import type { ReplyShape } from './reply-shape.ts'

/** Longer than this no device or gateway known to us keeps a reply back; after it a request counts as never answered (assumption). */
export const horizonMs = 60_000
/** A request that is this old, while its unit answered later ones, counts as lost; should it come all the same, that is found out. */
const lostAfterMs = 10_000

/** A request whose reply was never seen: it may still come. */
export interface Unanswered {
  readonly shape: Pick<ReplyShape, 'unit' | 'functionCode' | 'key'>
  /** Which registers: see `placeOf`. */
  readonly place: string
  readonly sentAtMs: number
  /** Longer than what was asked for, across registers nobody vouched for. */
  readonly isTrial: boolean
  /** Its unit answered something that was sent later: a device that answers in turn will not answer this one any more. */
  readonly isPassed: boolean
  readonly isCountedLost: boolean
}
export type UnansweredList = readonly Unanswered[]

export const forgetOld = (list: UnansweredList, nowMs: number): UnansweredList => {
  const oldest = nowMs - horizonMs
  return list.length === 0 || (list[0] as Unanswered).sentAtMs >= oldest
    ? list
    : list.filter(({ sentAtMs }) => sentAtMs >= oldest)
}

/** The unit answered the request sent at `answeredSentAtMs`: those sent before it have been passed over, and only those. */
export const passBefore = (list: UnansweredList, unit: number, answeredSentAtMs: number): UnansweredList =>
  list.some(({ shape, sentAtMs, isPassed }) => shape.unit === unit && !isPassed && sentAtMs < answeredSentAtMs)
    ? list.map((each) =>
        each.shape.unit === unit && each.sentAtMs < answeredSentAtMs ? { ...each, isPassed: true } : each,
      )
    : list

/** Takes the oldest with this reply off the list. */
export const strikeOff = (
  list: UnansweredList,
  isIt: (each: Unanswered) => boolean,
): { readonly list: UnansweredList; readonly struck: Unanswered | null } => {
  const index = list.findIndex(isIt)
  return index < 0 ? { list, struck: null } : { list: list.toSpliced(index, 1), struck: list[index] ?? null }
}

/** Marks those that have become old enough to count as lost, and says how many were new. */
export const countLost = (
  list: UnansweredList,
  nowMs: number,
): { readonly list: UnansweredList; readonly lost: number } => {
  const isNew = (each: Unanswered) => each.isPassed && !each.isCountedLost && nowMs - each.sentAtMs > lostAfterMs
  const lost = list.filter(isNew).length
  return lost === 0
    ? { list, lost }
    : { list: list.map((each) => (isNew(each) ? { ...each, isCountedLost: true } : each)), lost }
}
