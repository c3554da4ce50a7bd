/**
 * What became of a request. `late`: its reply came after it was given up; `crc`: a reply with a bad check sum; `framing`: bytes that are no
 * frame, or a valid one of the wrong kind; `open`: no answer yet at the end of the tape.
 */
export type ExchangeResult = 'ok' | 'exception' | 'timeout' | 'late' | 'crc' | 'framing' | 'wrong-unit' | 'open'

/** One request of ours and what the line did until the next one. Times are monotonic ms. */
export interface Exchange {
  /** The request's place on the tape. */
  readonly seq: number
  readonly atMs: number
  readonly unit: number | null
  readonly functionCode: number | null
  readonly address: number | null
  readonly count: number | null
  readonly startMs: number
  /** The request's last byte is on the wire: by its length and the line's speed; the start where that is not known. */
  readonly requestEndMs: number
  readonly replyStartMs: number | null
  readonly replyEndMs: number | null
  /** From the request's last byte to the reply's first, ms; null without a reply in time. */
  readonly turnaroundMs: number | null
  /** Silence on the line before the request, ms; null at the start of the tape. */
  readonly gapBeforeMs: number | null
  readonly result: ExchangeResult
  readonly exceptionCode: number | null
  readonly wrongUnit: number | null
  /** Bytes that came before the reply and were no frame. */
  readonly noiseBytes: number
  readonly isEchoed: boolean
  /** Replies that fitted this request: two say that two devices answered, or one twice. */
  readonly replies: number
  /** Every frame of it on the tape, the request first. */
  readonly frames: readonly number[]
}

/** A frame that no request of ours explains. `request`: somebody else asks; `reply`: an answer nobody here asked for; `late`: its request was given up. */
export interface Unasked {
  readonly seq: number
  readonly monotonicMs: number
  readonly firstMonotonicMs: number
  readonly kind: 'request' | 'reply' | 'late' | 'garbage'
  readonly unit: number | null
  readonly bytes: number
  readonly words: string
}

export interface Conversation {
  readonly exchanges: readonly Exchange[]
  readonly unasked: readonly Unasked[]
}
