/**
 * What to do with a frame that fits the request under way, as a pure step: which frame is held as its reply, and what another one
 * means. A frame is `new`, `again` (the same bytes came from the same registers before), `unsure` (once, and it was not believed) or
 * `elsewhere` (from other registers only).
 */
export type Heard = 'new' | 'again' | 'unsure' | 'elsewhere'

export interface Candidate {
  readonly frame: Uint8Array
  readonly heard: Heard
  /** Listen on before it is believed. */
  readonly mustHold: boolean
}

export type Pending =
  | { readonly state: 'waiting' }
  /** Believed unless another one comes. */
  | { readonly state: 'held'; readonly reply: Candidate }

export type Step =
  | { readonly kind: 'accept'; readonly reply: Candidate }
  | { readonly kind: 'hold'; readonly reply: Candidate }
  /** A copy of something heard before: nothing changes. `copy` is the frame that was one. */
  | { readonly kind: 'go-on'; readonly copy: Uint8Array }
  | { readonly kind: 'replace'; readonly reply: Candidate; readonly copy: Uint8Array }
  /** Nothing tells which of the two is the reply. */
  | { readonly kind: 'two' }

const isSame = (left: Uint8Array, right: Uint8Array): boolean =>
  left.length === right.length && left.every((byte, index) => byte === right[index])

export const stepPending = (pending: Pending, next: Candidate, isDoubted: boolean): Step => {
  if (pending.state === 'waiting')
    return next.mustHold || next.heard === 'elsewhere' ? { kind: 'hold', reply: next } : { kind: 'accept', reply: next }
  const { reply } = pending
  if (isSame(reply.frame, next.frame)) return { kind: 'go-on', copy: next.frame }
  // What was held may have been a copy; what was never heard before is none.
  if (reply.heard !== 'new' && next.heard === 'new' && !isDoubted)
    return { kind: 'replace', reply: next, copy: reply.frame }
  if (next.heard !== 'new' && reply.heard === 'new') return { kind: 'go-on', copy: next.frame }
  return { kind: 'two' }
}
