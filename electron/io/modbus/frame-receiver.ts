import type { ReplyShape } from './reply-shape.ts'

/** `frame` is always in RTU form, with the CRC of RTU, whatever the wire's framing; `wire` the bytes that came where they are others. */
export type Received =
  /** The reply that is waited for, or its exception; check sum right. */
  | { readonly kind: 'reply'; readonly frame: Uint8Array; readonly wire?: Uint8Array }
  /** A whole frame with a right check sum that is not the one waited for. */
  | { readonly kind: 'other'; readonly frame: Uint8Array; readonly wire?: Uint8Array }
  | { readonly kind: 'stray'; readonly bytes: Uint8Array }
  /** What was sent, come back: the adapter echoes. */
  | { readonly kind: 'echo'; readonly bytes: Uint8Array }

/** Cuts the bytes of a serial line into frames. */
export interface FrameReceiver {
  /** `sent`: the bytes just sent. `lineEchoes`: the line is known to echo. */
  expect(wanted: ReplyShape | null, sent?: Uint8Array | null, lineEchoes?: boolean): void
  add(bytes: Uint8Array): void
  /** The next frame or stray bytes; null: nothing more can be cut off yet. What is expected may be changed between two of them. */
  next(): Received | null
  /** Bytes that make no frame so far. */
  rest(): Uint8Array
  takeRest(): Uint8Array
}

/** What bytes that make no frame are when nothing more will come. */
export type Rest = 'nothing' | 'check-sum' | 'cut' | 'noise'

/** How frames look on a serial line: everything that differs between RTU and ASCII. */
export interface SerialFraming {
  createReceiver(): FrameReceiver
  /** A frame in RTU form as the bytes that are sent. */
  encode(rtuFrame: Uint8Array): Uint8Array
  /** Bytes on the wire of a frame that has so many in RTU form. */
  wireLength(rtuLength: number): number
  judge(rest: Uint8Array, shape: ReplyShape): Rest
  /** Whether the rest is a reply that has begun: if it stops, it need not be waited for. */
  isStarted(rest: Uint8Array, shape: ReplyShape): boolean
  /** What a person can do where only noise comes. */
  readonly noiseRemedy: string
}

/** Adds bytes and cuts off all there is, for one expectation. */
export const cutAll = (receiver: FrameReceiver, bytes: Uint8Array): Received[] => {
  receiver.add(bytes)
  const found: Received[] = []
  for (let item = receiver.next(); item !== null; item = receiver.next()) found.push(item)
  return found
}
