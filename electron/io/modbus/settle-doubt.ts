import type { ExchangeOutcome, ModbusRequest } from '../../core/ports.ts'
import { replyShape } from './reply-shape.ts'
import type { Suspects } from './suspects.ts'
import type { ExchangeWish, Wire } from './wire.ts'

/** Largest read of the standard (Modbus Application Protocol V1.1b3, 6.3). */
const largestRead = 125
/** Registers a read may be lengthened by to make its reply tell itself apart. */
const lengthenings = [0, 2, 4, 6, 8, 10, 12, 14, 16]
/** So often in a row must a device that just answered be silent to a lengthened read before it counts as refusing it. */
const silencesThatCount = 2
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
 *    that reply is here the older one can no longer come. Then the request is sent, and the line listens on for a whole deadline:
 *    a second reply shows that the device did not answer in turn, and both are thrown away.
 * 3. Where it refuses those too: a long silence, then as above.
 *
 * What is left: a device that answers out of turn, and is silent to longer reads, and is late with two replies at once. No such
 * device is known to us.
 */
export const createDoubtSettler = (wire: Wire, suspects: Suspects, sleep: (ms: number) => Promise<void>) => {
  const refusing = new Set<number>()
  /** Units that left a lengthened read unanswered, which may mean no more than that they were off. */
  const silent = new Set<number>()
  const lengthenedKeys = new Set<string>()
  // A lengthened read answered late was answered after all.
  suspects.onStruckOff(({ key, unit }) => {
    if (lengthenedKeys.has(key)) refusing.delete(unit)
  })

  const lengthened = (request: ModbusRequest, wish: ExchangeWish): ModbusRequest | null => {
    if (!('count' in request)) return null
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
    return (
      [...short, { unit, address, functionCode: foreign, count: 2 } as const]
        .map((barrier) => ({ barrier, key: replyShape(barrier).key }))
        .filter(({ key }) => key !== ownKey && suspects.isAfter(key, ownKey))
        // A device may be silent to one of them: the one that was left unanswered least often goes first.
        .sort((left, right) => suspects.openCount(left.key) - suspects.openCount(right.key))
        .map(({ barrier }) => barrier)
    )
  }

  const passBarrier = async (request: ModbusRequest, wish: ExchangeWish): Promise<ExchangeOutcome | null> => {
    const { deadlineMs, priority, quietMs } = wish
    for (const barrier of barriers(request)) {
      // An exception tells only unit and function: it proves nothing while an older request of that function is open.
      const isClear = !suspects.hasFunction(barrier.unit, barrier.functionCode)
      const outcome = await wire.exchange(barrier, {
        deadlineMs,
        priority,
        ...(quietMs === undefined ? {} : { quietMs }),
      })
      if (outcome.ok) return null
      if (outcome.fault.kind !== 'exception') return outcome
      if (isClear) return null
    }
    await sleep(lastResortMs)
    suspects.pass(request.unit)
    return null
  }

  /** null: this device does not take lengthened reads, or no length is left. */
  const readLengthened = async (request: ModbusRequest, wish: ExchangeWish): Promise<ExchangeOutcome | null> => {
    const { unit } = request
    let outcome: ExchangeOutcome | null = null
    for (let silences = 0; silences < silencesThatCount; silences += 1) {
      const longer = refusing.has(unit) ? null : lengthened(request, wish)
      if (longer === null || !('count' in request)) return outcome
      const isSuspect = silent.has(unit)
      if (isSuspect) {
        const failed = await passBarrier(request, wish)
        if (failed !== null) return failed
      }
      lengthenedKeys.add(replyShape(longer).key)
      outcome = await wire.exchange(longer, wish)
      if (outcome.ok) {
        silent.delete(unit)
        return { ...outcome, words: outcome.words.slice(0, request.count) }
      }
      if (outcome.fault.kind === 'exception') {
        refusing.add(unit)
        return null
      }
      silent.add(unit)
      if (!isSuspect || outcome.fault.kind === 'offline' || outcome.fault.kind === 'closed') return outcome
    }
    refusing.add(unit)
    return outcome
  }

  return async (request: ModbusRequest, wish: ExchangeWish): Promise<ExchangeOutcome> => {
    if (suspects.doubt(replyShape(request).key) === 'none') return wire.exchange(request, wish)
    const longer = await readLengthened(request, wish)
    if (longer !== null) return longer
    for (let attempt = 0; ; attempt += 1) {
      if (suspects.doubt(replyShape(request).key) === 'open') {
        const failed = await passBarrier(request, wish)
        if (failed !== null) return failed
      }
      const isDoubted = suspects.doubt(replyShape(request).key) !== 'none'
      const outcome = await wire.exchange(request, isDoubted ? { ...wish, holdMs: wish.deadlineMs } : wish)
      const isDouble =
        !outcome.ok &&
        outcome.fault.kind === 'timeout' &&
        isDoubted &&
        suspects.doubt(replyShape(request).key) === 'none'
      if (!isDouble || attempt > 0) return outcome
    }
  }
}
