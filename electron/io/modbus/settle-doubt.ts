import type { Clock } from '../../core/ports.ts'
import type { ExchangeOutcome, ModbusRequest } from '../../core/lines/modbus-line.ts'
import { describeRequest, faultOf } from './fault.ts'
import { chooseReads, type Candidate, type Choice } from './read-choice.ts'
import { createReadLessons, type Read, type ReadLessons } from './read-lessons.ts'
import type { ReplyMemory } from './reply-memory.ts'
import { replyShape } from './reply-shape.ts'
import type { ExchangeWish, Wire } from './wire.ts'

/** Reads in one go until one is believed. */
const attempts = 4
/** Short reads in a row that may tell whether a device answers. */
const barriersAtOnce = 2
/** A read of fewer registers proves nothing of the other function. */
const fewestProvingWords = 6
const isRead = (request: ModbusRequest): request is Read => request.functionCode === 3 || request.functionCode === 4
const without = (wish: ExchangeWish): ExchangeWish => ({
  deadlineMs: wish.deadlineMs,
  priority: wish.priority,
  ...(wish.quietMs === undefined ? {} : { quietMs: wish.quietMs }),
  ...(wish.pauseMs === undefined ? {} : { pauseMs: wish.pauseMs }),
})

interface Parts {
  readonly wire: Wire
  readonly memory: ReplyMemory
  readonly clock: Clock
  readonly lessons: ReadLessons
}

/** Short reads of lengths that nobody waits for, in the order they are tried. */
const barriersOf = (memory: ReplyMemory, request: ModbusRequest): Read[] => {
  const { unit, address } = request
  const own: 3 | 4 = request.functionCode === 4 ? 4 : 3
  const foreign: 3 | 4 = own === 3 ? 4 : 3
  return [
    ...[2, 4, 1].map((count) => ({ functionCode: own, count })),
    ...[2, 4, 1].map((count) => ({ functionCode: foreign, count })),
    ...[3, 6, 8, 10].flatMap((count) => [own, foreign].map((functionCode) => ({ functionCode, count }))),
  ]
    .map(({ functionCode, count }): Read => ({ unit, address, functionCode, count }))
    .filter((barrier) => memory.doubt(replyShape(barrier).key) === 'none')
}

/**
 * A short read of a length of its own. A refusal is an answer too. null: the device answers, so what it was asked before has been passed
 * over; otherwise the outcome that says it does not.
 */
const passBarrier = async (
  { wire, memory, lessons }: Parts,
  request: ModbusRequest,
  wish: ExchangeWish,
): Promise<ExchangeOutcome | null> => {
  for (const barrier of barriersOf(memory, request).slice(0, barriersAtOnce)) {
    const outcome = await wire.exchange(barrier, { ...without(wish), isTrial: true })
    if (outcome.ok) lessons.answered(request.unit)
    else if (outcome.fault.kind !== 'exception') return outcome
    if (!memory.hasUnpassed(request.unit)) return null
  }
  return null
}

const unbelievable = (clock: Clock, request: ModbusRequest): ExchangeOutcome => ({
  ok: false,
  atMs: clock.nowMs(),
  fault: {
    ...faultOf(
      'doubtful',
      `${describeRequest(request)}: not read now, because a reply that comes late or twice on this line could not be told from its own; check the line for lost and late replies, a second master, and the gateway's time-out`,
    ),
    isUnasked: true,
  },
})

/** All reads of a choice, one after the other; the words asked for, or the first outcome that is none. */
const fly = async (
  { wire, lessons }: Parts,
  request: Read,
  wish: ExchangeWish,
  { reads, doubt }: Choice,
): Promise<{ readonly outcome: ExchangeOutcome; readonly read: Candidate }> => {
  const words: number[] = []
  let read = reads[0] as Candidate
  let turnaroundMs = 0
  let completeMs = 0
  let atMs = Infinity
  for (read of reads) {
    const { functionCode, address, count } = read
    const outcome = await wire.exchange(
      { unit: request.unit, functionCode, address, count },
      { ...without(wish), isTrial: read.kind === 'trial', isDoubted: doubt !== 'none' },
    )
    lessons.learn(request, read, outcome)
    if (!outcome.ok) return { outcome, read }
    if (read.address > request.address + words.length) throw new Error('the reads of a choice leave a gap')
    const end = Math.min(request.address + request.count, read.address + read.count)
    for (let address = request.address + words.length; address < end; address += 1)
      words.push(outcome.words[address - read.address] ?? 0)
    turnaroundMs = Math.max(turnaroundMs, outcome.turnaroundMs)
    completeMs = Math.max(completeMs, outcome.completeMs)
    atMs = Math.min(atMs, outcome.atMs)
  }
  return { outcome: { ok: true, words, atMs, turnaroundMs, completeMs }, read }
}

/** Once, where the maker says that the other function answers the same: whether this device does. */
const proveTwin = async (
  { wire, memory, lessons: { twins } }: Parts,
  request: Read,
  words: readonly number[],
  wish: ExchangeWish,
): Promise<void> => {
  const twin = wish.room?.()?.twin
  if (twin === undefined || !twins.isDue(request.unit) || words.length < fewestProvingWords) return
  const asked: Read = { ...request, functionCode: twin }
  if (memory.doubt(replyShape(asked).key) !== 'none') return
  const outcome = await wire.exchange(asked, { ...without(wish), isTrial: true })
  if (outcome.ok || outcome.fault.kind === 'exception')
    twins.tried(request.unit, words, outcome.ok ? outcome.words : null)
}

/**
 * A serial line's reply says its unit, function and length, and nothing of the registers or the time (libmodbus#135,
 * home-assistant/core#138077). No guard time is long enough, and an answered request may be answered again. So a reply is believed only
 * where no other request of the last half minute could have it:
 *
 * 1. A read is given a length or function that no unanswered request has: the other function where it answers the same
 *    (`twin-function.ts`), a few registers more within what the device is known to answer, several reads of unlike lengths, or across registers nobody vouched for, where it bears that. Extra words are dropped. That holds whatever
 *    the device does, even out of turn. (`read-choice.ts`)
 * 2. A copy of a reply is the same to the last bit: a frame that was heard before from other registers is passed over, and one from
 *    the same registers on a line that makes copies is believed only if none other follows. (`heard-frames.ts`)
 * 3. Where no length is left, a short read of a length of its own tells that the device answers again. Once it did, a request that is
 *    older than this line was ever late is let pass, and the line listens on for as long as this device takes at most: a second reply
 *    shows that something was wrong, and both are thrown away. (`line-conduct.ts` says how long a line may be late.)
 * 4. Otherwise nothing is believed, and the fault says so.
 */
export const createDoubtSettler = (wire: Wire, memory: ReplyMemory, clock: Clock) => {
  const lessons = createReadLessons(memory, clock)
  const parts: Parts = { wire, memory, clock, lessons }

  const readSafely = async (request: Read, wish: ExchangeWish): Promise<ExchangeOutcome> => {
    let last: ExchangeOutcome | null = null
    let isBarrierSent = false
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const choice = chooseReads(
        { want: request, room: wish.room?.() ?? undefined, maxRegisters: wish.maxRegisters },
        lessons.knownFor(request),
      )
      if (choice === null) {
        if (isBarrierSent || !memory.hasUnpassed(request.unit)) break
        isBarrierSent = true
        const failed = await passBarrier(parts, request, wish)
        if (failed !== null) return failed
        continue
      }
      const { outcome, read } = await fly(parts, request, wish, choice)
      if (outcome.ok) {
        if (choice.doubt === 'none') await proveTwin(parts, request, outcome.words, wish)
        return outcome
      }
      last = outcome
      const { kind } = outcome.fault
      const isVariantRefused = kind === 'exception' && read.kind !== 'plain'
      if (!isVariantRefused && kind !== 'doubtful') return outcome
    }
    return last !== null && !last.ok && last.fault.kind === 'doubtful' ? last : unbelievable(clock, request)
  }

  /**
   * A file's reply says no more of its place than a register's, and can't be lengthened into one of its own: while an older one may still
   * come, nothing is asked. The confirmation of a write is told from that of the same write before by a barrier alone; what is in force is read back anyway.
   */
  const writeSafely = async (request: ModbusRequest, wish: ExchangeWish): Promise<ExchangeOutcome> => {
    if (memory.doubt(replyShape(request).key) === 'none') return wire.exchange(request, wish)
    if (memory.hasUnpassed(request.unit)) {
      const failed = await passBarrier(parts, request, wish)
      if (failed !== null) return failed
    }
    if (request.functionCode === 20 && memory.doubt(replyShape(request).key) === 'likely')
      return unbelievable(clock, request)
    return wire.exchange(request, { ...without(wish), isDoubted: true })
  }

  return (request: ModbusRequest, wish: ExchangeWish): Promise<ExchangeOutcome> =>
    isRead(request) ? readSafely(request, wish) : writeSafely(request, wish)
}
