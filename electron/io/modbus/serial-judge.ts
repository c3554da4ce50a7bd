import type { Heard } from './pending-reply.ts'

/** How a reply's time fits the unit's last ones (turnarounds.ts). */
export type Fit = 'usual' | 'sooner' | 'later'

/** What is known of a reply that was held, when it was listened for long enough. Plain data. */
export interface HeldReply {
  readonly heard: Heard
  /** An older request is known whose reply would look the same. */
  readonly isRival: boolean
  /** The reply of an older request came meanwhile. */
  readonly metOlder: boolean
  readonly fit: Fit
  /** Replies came after their deadline on this line before, and frames came twice. */
  readonly hasBeenLate: boolean
  readonly hasCopies: boolean
}

/**
 * What a held reply comes to. `two`: more came, and nothing tells which is the reply; `others`: it is another register's; `among-older`: it
 * came while the line gave what it kept back; `sooner` and `later`: not when this unit's replies come.
 */
export interface HeldVerdict {
  readonly kind: 'accept' | 'two' | 'others' | 'among-older' | 'sooner' | 'later'
  /** It may have been its own although it is not believed: none is due any more. */
  readonly isSpoilt: boolean
}

/** Whether a copy of it may come that must not be believed either. */
export const isUnbelieved = ({ heard, isRival, metOlder, fit }: HeldReply): boolean =>
  heard === 'elsewhere' || (isRival && (metOlder || fit !== 'usual'))

export const judgeHeld = (reply: HeldReply, moreCame: boolean): HeldVerdict => {
  const { heard, isRival, metOlder, fit, hasBeenLate, hasCopies } = reply
  if (moreCame) return { kind: 'two', isSpoilt: false }
  // Its own may be the same by chance; one that came as soon as its own do is taken for that, any other for a copy: then its own is due.
  if (heard === 'elsewhere') return { kind: 'others', isSpoilt: !hasBeenLate && fit === 'usual' }
  if (isRival && metOlder) return { kind: 'among-older', isSpoilt: true }
  if (fit !== 'usual' && (isRival || (heard === 'again' && hasCopies))) return { kind: fit, isSpoilt: fit === 'later' }
  return { kind: 'accept', isSpoilt: false }
}

/** What is known when an exception came, which tells only unit and function. */
export interface ExceptionCame {
  /** What is asked for now is a read across registers nobody vouched for. */
  readonly isTrial: boolean
  /** An older one of those is open that the device may refuse; any older request of that function is. */
  readonly hasOpenTrial: boolean
  readonly hasOpen: boolean
  readonly hasBeenLate: boolean
  readonly fit: Fit
}

/**
 * An exception can be the answer to an older trial or to what is asked now; whatever else is open, what is asked for now may still be
 * answered with values. `refuse`: nothing tells whose it is; `take`: it is, and `isOpen` says whether another answer may still come.
 */
export const judgeException = (
  came: ExceptionCame,
): { readonly kind: 'refuse' } | { readonly kind: 'take'; readonly isOpen: boolean } => {
  const isUnclear = came.hasOpenTrial && (came.hasBeenLate || came.fit !== 'usual')
  if (isUnclear && !came.isTrial) return { kind: 'refuse' }
  return { kind: 'take', isOpen: came.isTrial ? isUnclear : came.hasOpen }
}

/** Whether a reply is listened after before it is believed. `isFollowed`: more bytes are there already. */
export const mustHold = (reply: {
  readonly heard: Heard
  readonly isDoubted: boolean
  readonly isFollowed: boolean
  readonly mayBeCopy: boolean
}): boolean =>
  reply.isDoubted || reply.heard === 'unsure' || (reply.heard === 'again' && (reply.isFollowed || reply.mayBeCopy))
