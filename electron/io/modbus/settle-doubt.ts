import type { ExchangeOutcome, ModbusRequest } from '../../core/ports.ts'
import { replyShape } from './reply-shape.ts'
import type { Suspects } from './suspects.ts'
import type { ExchangeWish, Wire } from './wire.ts'

/** Largest read of the standard (Modbus Application Protocol V1.1b3, 6.3). */
const largestRead = 125
/** Registers a read may be lengthened by to make its reply tell itself apart. */
const lengthenings = [0, 2, 4, 6, 8, 10, 12, 14, 16]
/** After two lengthened reads without a reply the device is taken not to answer them, until it is seen otherwise. */
const distrustAfter = 2
/** Silence that stands for proof where the device answers none of the short reads. */
const lastResortMs = 1000

/**
 * On RTU a late reply cannot be told from the one that is waited for when unit, function and length are the same
 * (libmodbus#135, home-assistant/core#138077). No guard time is long enough: the reply may always come one millisecond after it.
 * So a request is never sent while an older, unanswered one would have the same reply. In this order:
 *
 * 1. A read is lengthened by a few registers, within what the device allows, so that its reply has a length of its own;
 *    the extra words are dropped. That holds whatever the device does, even if it answers out of turn.
 * 2. Where the device refuses longer reads: a short read with a reply of its own goes first. A device answers in turn, so once
 *    that reply is here the older one can no longer come. Then the request is sent, and the line listens on for half a deadline:
 *    a second reply shows that the device did not answer in turn, and both are thrown away.
 * 3. Where it refuses those too: a long silence, then as above.
 */
export const createDoubtSettler = (
  wire: Wire, suspects: Suspects, sleep: (ms: number) => Promise<void>,
) => {
  const refusals = new Map<number, { readonly count: number; readonly isSpoken: boolean }>()

  const lengthened = (request: ModbusRequest, wish: ExchangeWish): ModbusRequest | null => {
    if (!('count' in request) || (refusals.get(request.unit)?.count ?? 0) >= distrustAfter) return null
    const largest = Math.min(largestRead, wish.maxRegisters ?? largestRead, 0x10000 - request.address)
    for (const more of lengthenings) {
      const longer = { ...request, count: request.count + more }
      if (longer.count <= largest && suspects.doubt(replyShape(longer).key) === 'none') return longer
    }
    return null
  }

  const barriers = (request: ModbusRequest): ModbusRequest[] => {
    const { unit, address } = request
    const ownKey = replyShape(request).key
    const own = request.functionCode === 4 ? 4 : 3
    const foreign = own === 3 ? 4 : 3
    const short = [2, 1, 4].map((count): ModbusRequest => ({ unit, address, functionCode: own, count }))
    return [...short, { unit, address, functionCode: foreign, count: 2 } as const]
      .map((barrier) => ({ barrier, key: replyShape(barrier).key }))
      .filter(({ key }) => key !== ownKey && suspects.isAfter(key, ownKey))
      // A device may be silent to one of them: the one that was left unanswered least often goes first.
      .sort((left, right) => suspects.openCount(left.key) - suspects.openCount(right.key))
      .map(({ barrier }) => barrier)
  }

  const passBarrier = async (request: ModbusRequest, wish: ExchangeWish): Promise<ExchangeOutcome | null> => {
    const { deadlineMs, priority, quietMs } = wish
    for (const barrier of barriers(request)) {
      // An exception tells only unit and function: it proves nothing while an older request of that function is open.
      const isClear = !suspects.hasFunction(barrier.unit, barrier.functionCode)
      const outcome = await wire.exchange(barrier, { deadlineMs, priority, ...(quietMs === undefined ? {} : { quietMs }) })
      if (outcome.ok) return null
      if (outcome.fault.kind !== 'exception') return outcome
      if (isClear) return null
    }
    await sleep(lastResortMs)
    suspects.pass(request.unit)
    return null
  }

  return async (request: ModbusRequest, wish: ExchangeWish): Promise<ExchangeOutcome> => {
    if (suspects.doubt(replyShape(request).key) === 'none') return wire.exchange(request, wish)
    const longer = lengthened(request, wish)
    if (longer !== null && 'count' in request) {
      const outcome = await wire.exchange(longer, wish)
      if (outcome.ok) {
        refusals.delete(request.unit)
        return { ...outcome, words: outcome.words.slice(0, request.count) }
      }
      // An exception is a refusal in so many words; silence may just be a device that is off.
      const isSpoken = outcome.fault.kind === 'exception'
      refusals.set(request.unit, { count: isSpoken ? distrustAfter : (refusals.get(request.unit)?.count ?? 0) + 1, isSpoken })
      if (!isSpoken) return outcome
    }
    for (let attempt = 0; ; attempt += 1) {
      if (suspects.doubt(replyShape(request).key) === 'open') {
        const failed = await passBarrier(request, wish)
        if (failed !== null) return failed
      }
      const isDoubted = suspects.doubt(replyShape(request).key) !== 'none'
      const outcome = await wire.exchange(request, isDoubted ? { ...wish, holdMs: wish.deadlineMs / 2 } : wish)
      const isDouble = !outcome.ok && outcome.fault.kind === 'timeout' && isDoubted
        && suspects.doubt(replyShape(request).key) === 'none'
      if (outcome.ok && refusals.get(request.unit)?.isSpoken === false) refusals.delete(request.unit)
      if (!isDouble || attempt > 0) return outcome
    }
  }
}
