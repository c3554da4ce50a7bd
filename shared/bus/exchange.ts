import { bytesOfHex, hexOf } from '../modbus/words.ts'
import { cutFrames } from './cut-frames.ts'
import type { DecodedFrame } from './decoded-frame.ts'
import { decodeFrame } from './decode-frame.ts'
import { isSerialModbus, type Framing, type TapeEntry, type TapeFrame } from './tape-entry.ts'

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

interface Open {
  readonly frame: TapeFrame
  readonly said: DecodedFrame
  readonly requestEndMs: number
  readonly gapBeforeMs: number | null
  readonly frames: number[]
  result: ExchangeResult
  replyStartMs: number | null
  replyEndMs: number | null
  exceptionCode: number | null
  wrongUnit: number | null
  noiseBytes: number
  isEchoed: boolean
  replies: number
}

/** A reply may answer a request this much older at most: nothing is later than that (io/modbus/suspects.ts has the same). */
const horizonMs = 30_000

const fits = (framing: Framing, asked: DecodedFrame, got: DecodedFrame): boolean => {
  if (framing === 'mbus') return got.shape === 'read-reply' || got.shape === 'other'
  if (got.unit !== asked.unit || got.functionCode !== asked.functionCode) return false
  if (got.shape === 'exception') return true
  if (asked.shape === 'read-request')
    return got.shape === 'read-reply' && (got.count === null || asked.count === null || got.count === asked.count)
  return got.shape === asked.shape && got.address === asked.address
}

/**
 * Pairs what was sent with what came, in the order of the tape. `characterMs`: time of one character where the bus is our own, else 0.
 * A reply that was handed over in one lump (USB adapters, gateways) is taken to have begun its own length before its end.
 */
export const pairExchanges = (entries: readonly TapeEntry[], framing: Framing, characterMs: number): Conversation => {
  const exchanges: Open[] = []
  const unasked: Unasked[] = []
  /** MBAP: by transaction number; elsewhere only the last one is open. */
  const byTransaction = new Map<number, Open>()
  let last: Open | null = null
  let lineQuietSinceMs: number | null = null

  const lengthMs = (frame: TapeFrame): number => (frame.hex.length / 2) * characterMs
  const send = (frame: TapeFrame): void => {
    const said = decodeFrame(framing, bytesOfHex(frame.hex))
    if (last?.result === 'open' && framing !== 'mbap') last.result = 'timeout'
    const requestEndMs = frame.monotonicMs + lengthMs(frame)
    last = {
      frame,
      said,
      requestEndMs,
      gapBeforeMs: lineQuietSinceMs === null ? null : Math.max(0, frame.monotonicMs - lineQuietSinceMs),
      frames: [frame.seq],
      result: 'open',
      replyStartMs: null,
      replyEndMs: null,
      exceptionCode: null,
      wrongUnit: null,
      noiseBytes: 0,
      isEchoed: false,
      replies: 0,
    }
    exchanges.push(last)
    if (said.transaction !== null) byTransaction.set(said.transaction, last)
    lineQuietSinceMs = requestEndMs
  }

  const strange = (frame: TapeFrame, kind: Unasked['kind'], said: DecodedFrame): void => {
    unasked.push({
      seq: frame.seq,
      monotonicMs: frame.monotonicMs,
      firstMonotonicMs: frame.firstMonotonicMs,
      kind,
      unit: said.unit,
      bytes: frame.hex.length / 2,
      words: said.words,
    })
  }

  /** The newest older request that was given up and that this frame would answer. */
  const givenUp = (frame: TapeFrame, said: DecodedFrame): Open | undefined => {
    for (let index = exchanges.length - 1; index >= 0; index -= 1) {
      const old = exchanges[index]
      if (old === undefined || frame.monotonicMs - old.frame.monotonicMs > horizonMs) return undefined
      if (old.replies === 0 && old.result !== 'open' && fits(framing, old.said, said)) return old
    }
    return undefined
  }
  const late = (frame: TapeFrame, old: Open | undefined, said: DecodedFrame): void => {
    if (old !== undefined) {
      old.result = 'late'
      old.replies += 1
      old.replyEndMs = frame.monotonicMs
    }
    strange(frame, 'late', said)
  }

  const answer = (open: Open, frame: TapeFrame, said: DecodedFrame): void => {
    open.replies += 1
    if (open.replies > 1) return
    open.result = said.shape === 'exception' ? 'exception' : 'ok'
    open.exceptionCode = said.exceptionCode
    open.replyEndMs = frame.monotonicMs
    open.replyStartMs = Math.max(
      open.requestEndMs,
      Math.min(frame.firstMonotonicMs, frame.monotonicMs - lengthMs(frame)),
    )
  }

  const receive = (frame: TapeFrame, isLate: boolean): void => {
    const bytes = bytesOfHex(frame.hex)
    const said = decodeFrame(framing, bytes)
    if (framing === 'rtu' && said.shape === 'garbage') {
      const pieces = cutFrames(bytes)
      if (pieces.length > 1) {
        for (const piece of pieces) receive({ ...frame, hex: hexOf(piece) }, isLate)
        return
      }
    }
    lineQuietSinceMs = frame.monotonicMs
    if (framing === 'mbap') {
      const open = said.transaction === null ? undefined : byTransaction.get(said.transaction)
      if (isLate) {
        open?.frames.push(frame.seq)
        late(frame, open, said)
        return
      }
      if (open === undefined || open.replies > 0) {
        strange(frame, said.shape === 'garbage' ? 'garbage' : 'reply', said)
        return
      }
      open.frames.push(frame.seq)
      if (fits(framing, open.said, said)) {
        answer(open, frame, said)
        return
      }
      open.result = said.unit !== null && said.unit !== open.said.unit ? 'wrong-unit' : 'framing'
      if (open.result === 'wrong-unit') open.wrongUnit = said.unit
      return
    }
    const open = last
    if (isLate) {
      late(frame, givenUp(frame, said), said)
      return
    }
    if (open === null) {
      strange(frame, said.shape === 'garbage' ? 'garbage' : said.shape === 'read-request' ? 'request' : 'reply', said)
      return
    }
    // A write and its confirmation can be the same bytes (function 6): then the first to come is the echo only if a second follows.
    if (frame.hex === open.frame.hex && said.shape === 'read-request' && !open.isEchoed && open.replies === 0) {
      open.isEchoed = true
      open.frames.push(frame.seq)
      return
    }
    if (said.shape === 'garbage') {
      if (open.result !== 'open') {
        strange(frame, 'garbage', said)
        return
      }
      open.frames.push(frame.seq)
      open.noiseBytes += bytes.length
      // What is long enough for a reply was one; it is forgotten if a right one follows.
      open.wrongUnit = null
      pendingFault.set(open, said.checksumOk === false && bytes.length >= 5 ? 'crc' : 'framing')
      return
    }
    if (fits(framing, open.said, said)) {
      if (open.result === 'timeout') {
        late(frame, open, said)
        return
      }
      open.frames.push(frame.seq)
      answer(open, frame, said)
      return
    }
    const old = givenUp(frame, said)
    if (old !== undefined) {
      late(frame, old, said)
      return
    }
    if (said.shape === 'read-request') {
      strange(frame, 'request', said)
      return
    }
    if (open.replies > 0 || open.result !== 'open') {
      strange(frame, 'reply', said)
      return
    }
    open.frames.push(frame.seq)
    if (said.unit !== open.said.unit && isSerialModbus(framing)) {
      open.wrongUnit = said.unit
      pendingFault.set(open, 'wrong-unit')
      // A strange unit may also be a stranger's conversation: it is listed as such too when its request was seen.
      if (
        unasked.some(
          ({ kind, unit, monotonicMs }) =>
            kind === 'request' && unit === said.unit && frame.monotonicMs - monotonicMs < 2000,
        )
      ) {
        pendingFault.delete(open)
        open.wrongUnit = null
        open.frames.pop()
        strange(frame, 'reply', said)
      }
    } else pendingFault.set(open, 'framing')
  }
  const pendingFault = new Map<Open, ExchangeResult>()

  entries.forEach((entry, index) => {
    if (entry.kind === 'event') {
      if (entry.event === 'disconnected' && last?.result === 'open') last.result = 'timeout'
      return
    }
    if (entry.direction === 'sent') send(entry)
    else {
      const next = entries[index + 1]
      receive(entry, next?.kind === 'event' && next.event === 'late-reply')
    }
  })

  const lastOpen = exchanges.at(-1)
  return {
    exchanges: exchanges.map((open): Exchange => {
      const fault = pendingFault.get(open)
      const isAnswered = open.result === 'ok' || open.result === 'exception' || open.result === 'late'
      const result =
        fault !== undefined && !isAnswered
          ? fault
          : open.result === 'open' && open !== lastOpen
            ? 'timeout'
            : open.result
      const inTime = result === 'ok' || result === 'exception'
      return {
        seq: open.frame.seq,
        atMs: open.frame.atMs,
        unit: open.said.unit,
        functionCode: open.said.functionCode,
        address: open.said.address,
        count: open.said.count,
        startMs: open.frame.monotonicMs,
        requestEndMs: open.requestEndMs,
        replyStartMs: inTime ? open.replyStartMs : null,
        replyEndMs: inTime || result === 'late' ? open.replyEndMs : null,
        turnaroundMs: inTime && open.replyStartMs !== null ? Math.max(0, open.replyStartMs - open.requestEndMs) : null,
        gapBeforeMs: open.gapBeforeMs,
        result,
        exceptionCode: open.exceptionCode,
        wrongUnit: result === 'wrong-unit' ? open.wrongUnit : null,
        noiseBytes: isAnswered ? open.noiseBytes : 0,
        isEchoed: open.isEchoed,
        replies: open.replies,
        frames: open.frames,
      }
    }),
    unasked,
  }
}
