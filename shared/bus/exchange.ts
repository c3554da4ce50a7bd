import type { Conversation, Exchange } from './conversation.ts'
import { disconnected, newPairing, received, sent, type Open } from './pairing.ts'
import type { Framing, TapeEntry } from './tape-entry.ts'

export type { Conversation, Exchange, ExchangeResult, Unasked } from './conversation.ts'

/** `isLast`: its answer may still be on its way at the end of the tape. */
const exchangeOf = (open: Open, isLast: boolean): Exchange => {
  const { frame, said, fault } = open
  const isAnswered = open.result === 'ok' || open.result === 'exception' || open.result === 'late'
  const unanswered = open.result === 'open' && !isLast ? 'timeout' : open.result
  const result = fault !== null && !isAnswered ? fault : unanswered
  const inTime = result === 'ok' || result === 'exception'
  return {
    seq: frame.seq,
    atMs: frame.atMs,
    unit: said.unit,
    functionCode: said.functionCode,
    address: said.address,
    count: said.count,
    startMs: frame.monotonicMs,
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
}

/**
 * Pairs what was sent with what came, in the order of the tape. `characterMs`: time of one character where the bus is our own, else 0.
 * A reply that was handed over in one lump (USB adapters, gateways) is taken to have begun its own length before its end.
 */
export const pairExchanges = (entries: readonly TapeEntry[], framing: Framing, characterMs: number): Conversation => {
  const pairing = newPairing(framing, characterMs)
  entries.forEach((entry, index) => {
    if (entry.kind === 'event') {
      if (entry.event === 'disconnected') disconnected(pairing)
      return
    }
    if (entry.direction === 'sent') return sent(pairing, entry)
    const next = entries[index + 1]
    received(pairing, entry, next?.kind === 'event' && next.event === 'late-reply')
  })
  const { exchanges, unasked } = pairing
  const last = exchanges.at(-1)
  return { exchanges: exchanges.map((open) => exchangeOf(open, open === last)), unasked }
}
