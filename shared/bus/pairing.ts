import { bytesOfHex, hexOf } from '../modbus/words.ts'
import type { ExchangeResult, Unasked } from './conversation.ts'
import { cutFrames } from './cut-frames.ts'
import type { DecodedFrame } from './decoded-frame.ts'
import { decodeFrame } from './decode-frame.ts'
import { isSerialModbus, type Framing, type TapeFrame } from './tape-entry.ts'

/** One request of the tape and what was found of its answer so far. */
export interface Open {
  readonly frame: TapeFrame
  readonly said: DecodedFrame
  readonly requestEndMs: number
  readonly gapBeforeMs: number | null
  readonly frames: number[]
  result: ExchangeResult
  /** What came in its place; it counts where no right reply followed. */
  fault: ExchangeResult | null
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

/** A stranger's request explains a stranger's reply for this long. */
const strangerMs = 2000

/** The tape so far. Entries of a day are many, so what changes is changed in place. */
export interface Pairing {
  readonly framing: Framing
  /** Time of one character where the bus is our own, else 0. */
  readonly characterMs: number
  readonly exchanges: Open[]
  readonly unasked: Unasked[]
  /** MBAP: by transaction number; elsewhere only the last one is open. */
  readonly byTransaction: Map<number, Open>
  last: Open | null
  lineQuietSinceMs: number | null
}

export const newPairing = (framing: Framing, characterMs: number): Pairing => ({
  framing,
  characterMs,
  exchanges: [],
  unasked: [],
  byTransaction: new Map(),
  last: null,
  lineQuietSinceMs: null,
})

const lengthMs = ({ characterMs }: Pairing, frame: TapeFrame): number => (frame.hex.length / 2) * characterMs

/** A request of ours. */
export const sent = (pairing: Pairing, frame: TapeFrame): void => {
  const { framing, last, lineQuietSinceMs } = pairing
  const said = decodeFrame(framing, bytesOfHex(frame.hex))
  if (last?.result === 'open' && framing !== 'mbap') last.result = 'timeout'
  const requestEndMs = frame.monotonicMs + lengthMs(pairing, frame)
  const open: Open = {
    frame,
    said,
    requestEndMs,
    gapBeforeMs: lineQuietSinceMs === null ? null : Math.max(0, frame.monotonicMs - lineQuietSinceMs),
    frames: [frame.seq],
    result: 'open',
    fault: null,
    replyStartMs: null,
    replyEndMs: null,
    exceptionCode: null,
    wrongUnit: null,
    noiseBytes: 0,
    isEchoed: false,
    replies: 0,
  }
  pairing.last = open
  pairing.exchanges.push(open)
  if (said.transaction !== null) pairing.byTransaction.set(said.transaction, open)
  pairing.lineQuietSinceMs = requestEndMs
}

/** The line went away: what was asked last is not answered any more. */
export const disconnected = ({ last }: Pairing): void => {
  if (last?.result === 'open') last.result = 'timeout'
}

const strange = ({ unasked }: Pairing, frame: TapeFrame, kind: Unasked['kind'], said: DecodedFrame): void => {
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
const givenUp = ({ exchanges, framing }: Pairing, frame: TapeFrame, said: DecodedFrame): Open | undefined => {
  for (let index = exchanges.length - 1; index >= 0; index -= 1) {
    const old = exchanges[index]
    if (old === undefined || frame.monotonicMs - old.frame.monotonicMs > horizonMs) return undefined
    if (old.replies === 0 && old.result !== 'open' && fits(framing, old.said, said)) return old
  }
  return undefined
}
const late = (pairing: Pairing, frame: TapeFrame, old: Open | undefined, said: DecodedFrame): void => {
  if (old !== undefined) {
    old.result = 'late'
    old.replies += 1
    old.replyEndMs = frame.monotonicMs
  }
  strange(pairing, frame, 'late', said)
}

/** The reply of a request; a second one is counted and changes nothing else. */
const answer = (pairing: Pairing, open: Open, frame: TapeFrame, said: DecodedFrame): void => {
  open.frames.push(frame.seq)
  open.replies += 1
  if (open.replies > 1) return
  open.result = said.shape === 'exception' ? 'exception' : 'ok'
  open.exceptionCode = said.exceptionCode
  open.replyEndMs = frame.monotonicMs
  open.replyStartMs = Math.max(
    open.requestEndMs,
    Math.min(frame.firstMonotonicMs, frame.monotonicMs - lengthMs(pairing, frame)),
  )
}

/** Modbus TCP: the transaction number says whose reply it is. */
const receiveMbap = (pairing: Pairing, frame: TapeFrame, said: DecodedFrame, isLate: boolean): void => {
  const open = said.transaction === null ? undefined : pairing.byTransaction.get(said.transaction)
  if (isLate) {
    open?.frames.push(frame.seq)
    late(pairing, frame, open, said)
    return
  }
  if (open === undefined || open.replies > 0) {
    strange(pairing, frame, said.shape === 'garbage' ? 'garbage' : 'reply', said)
    return
  }
  if (fits(pairing.framing, open.said, said)) {
    answer(pairing, open, frame, said)
    return
  }
  open.frames.push(frame.seq)
  open.result = said.unit !== null && said.unit !== open.said.unit ? 'wrong-unit' : 'framing'
  if (open.result === 'wrong-unit') open.wrongUnit = said.unit
}

/** A write and its confirmation can be the same bytes (function 6): then the first to come is the echo only if a second follows. */
const isEcho = (open: Open, frame: TapeFrame, said: DecodedFrame): boolean =>
  frame.hex === open.frame.hex && said.shape === 'read-request' && !open.isEchoed && open.replies === 0

const garbage = (pairing: Pairing, open: Open, frame: TapeFrame, said: DecodedFrame, bytes: number): void => {
  if (open.result !== 'open') {
    strange(pairing, frame, 'garbage', said)
    return
  }
  open.frames.push(frame.seq)
  open.noiseBytes += bytes
  // What is long enough for a reply was one; it is forgotten if a right one follows.
  open.wrongUnit = null
  open.fault = said.checksumOk === false && bytes >= 5 ? 'crc' : 'framing'
}

/** A whole frame that is not what the last request asked for. */
const misfit = (pairing: Pairing, open: Open, frame: TapeFrame, said: DecodedFrame): void => {
  const old = givenUp(pairing, frame, said)
  if (old !== undefined) return late(pairing, frame, old, said)
  if (said.shape === 'read-request') return strange(pairing, frame, 'request', said)
  if (open.replies > 0 || open.result !== 'open') return strange(pairing, frame, 'reply', said)
  if (said.unit === open.said.unit || !isSerialModbus(pairing.framing)) {
    open.frames.push(frame.seq)
    open.fault = 'framing'
    return
  }
  // A strange unit may also be a stranger's conversation: it is listed as such where its request was seen.
  const isAsked = ({ kind, unit, monotonicMs }: Unasked): boolean =>
    kind === 'request' && unit === said.unit && frame.monotonicMs - monotonicMs < strangerMs
  if (pairing.unasked.some(isAsked)) {
    open.fault = null
    open.wrongUnit = null
    strange(pairing, frame, 'reply', said)
    return
  }
  open.frames.push(frame.seq)
  open.wrongUnit = said.unit
  open.fault = 'wrong-unit'
}

/** A line without transaction numbers: what comes is the last request's, unless it does not fit it. */
const receiveSerial = (
  pairing: Pairing,
  frame: TapeFrame,
  said: DecodedFrame,
  isLate: boolean,
  bytes: number,
): void => {
  const open = pairing.last
  if (isLate) return late(pairing, frame, givenUp(pairing, frame, said), said)
  if (open === null) {
    const kind = said.shape === 'garbage' ? 'garbage' : said.shape === 'read-request' ? 'request' : 'reply'
    return strange(pairing, frame, kind, said)
  }
  if (isEcho(open, frame, said)) {
    open.isEchoed = true
    open.frames.push(frame.seq)
    return
  }
  if (said.shape === 'garbage') return garbage(pairing, open, frame, said, bytes)
  if (!fits(pairing.framing, open.said, said)) return misfit(pairing, open, frame, said)
  if (open.result === 'timeout') late(pairing, frame, open, said)
  else answer(pairing, open, frame, said)
}

/** What came. `isLate`: the line itself took it for the reply of a request that was given up. */
export const received = (pairing: Pairing, frame: TapeFrame, isLate: boolean): void => {
  const { framing } = pairing
  const bytes = bytesOfHex(frame.hex)
  const said = decodeFrame(framing, bytes)
  if (framing === 'rtu' && said.shape === 'garbage') {
    const pieces = cutFrames(bytes)
    if (pieces.length > 1) {
      for (const piece of pieces) received(pairing, { ...frame, hex: hexOf(piece) }, isLate)
      return
    }
  }
  pairing.lineQuietSinceMs = frame.monotonicMs
  if (framing === 'mbap') receiveMbap(pairing, frame, said, isLate)
  else receiveSerial(pairing, frame, said, isLate, bytes.length)
}
