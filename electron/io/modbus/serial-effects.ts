import type { Clock, Log } from '../../core/ports.ts'
import type { ExchangeFault } from '../../core/lines/field-line.ts'
import type { ExchangeOutcome } from '../../core/lines/modbus-line.ts'
import { createModbusClient, type ClientResult, type ModbusClientPort } from './client-port.ts'
import type { FrameReceiver, SerialFraming } from './frame-receiver.ts'
import type { LineTiming } from './line-timing.ts'
import type { Candidate } from './pending-reply.ts'
import type { ReplyMemory } from './reply-memory.ts'
import { notParsed, outcomeOf, type Flight, type Taken } from './serial-flight.ts'
import { stepSerial, type HowEnded, type LineEffect, type SerialEffect, type SerialEvent } from './serial-step.ts'
import { createTurnarounds, type Turnarounds } from './turnarounds.ts'
import type { WireDeps } from './wire.ts'

/** Longest guard for a device that has been seen to answer late in its turn: its reply would meet the next request on the bus. */
const longestGuardMs = 1000
/** A second reply is listened for at least so long after the first, ms. */
const leastHoldMs = 5

export interface SerialParts {
  readonly framing: SerialFraming
  readonly timing: LineTiming
  readonly memory: ReplyMemory
  readonly clock: Clock
  readonly log: Log
  readonly deps: WireDeps
}

/** A serial line between two bytes. Times are changed in place: a chunk may be a single byte, and costs no object. */
export interface SerialLine extends SerialParts {
  readonly receiver: FrameReceiver
  readonly turnarounds: Turnarounds
  readonly client: ModbusClientPort
  /** How late each unit's last late reply was, ms. */
  readonly lateByUnit: Map<number, number>
  flight: Flight | null
  lastActivityMs: number
  /** When the first of the bytes came that make no frame yet. */
  restSinceMs: number
  /** Silence wanted before the next request because of a fault; 0 when all is well. */
  guardMs: number
  lineEchoes: boolean
  /** What modbus-serial made of the last frame: it takes it apart and calls back at once. */
  parsed: ClientResult
}

export const newSerialLine = (parts: SerialParts, localEcho: boolean): SerialLine => {
  const line: SerialLine = {
    ...parts,
    receiver: parts.framing.createReceiver(),
    turnarounds: createTurnarounds(),
    client: createModbusClient((frame) => send(line, frame)),
    lateByUnit: new Map(),
    flight: null,
    lastActivityMs: -Infinity,
    restSinceMs: -Infinity,
    guardMs: 0,
    lineEchoes: localEcho,
    parsed: notParsed(),
  }
  return line
}

const send = (line: SerialLine, frame: Uint8Array): void => {
  const { flight, framing, timing, deps } = line
  if (flight === null) return
  const bytes = framing.encode(frame)
  line.receiver.expect(flight.shape, bytes, line.lineEchoes)
  line.lastActivityMs = line.clock.monotonicMs() + bytes.length * timing.characterMs
  flight.sentAtMs = line.lastActivityMs
  line.memory.sent(flight.shape)
  deps.tap('sent', bytes)
  deps.send(bytes)
}

/** How long a reply of this request is on the wire, ms. */
export const wireMs = ({ framing, timing }: SerialLine, { shape }: Flight): number =>
  framing.wireLength(shape.length) * timing.characterMs

export const strayed = ({ deps, clock }: SerialLine, bytes: number, why?: 'duplicate'): void => {
  deps.emit({ kind: 'stray', atMs: clock.nowMs(), bytes, ...(why === undefined ? {} : { why }) })
}

/** Bytes that make no frame: told, shown to who listens, and forgotten. */
export const takeRest = (line: SerialLine): Uint8Array => {
  const rest = line.receiver.takeRest()
  if (rest.length > 0) {
    line.deps.tap('received', rest, line.restSinceMs)
    strayed(line, rest.length)
  }
  return rest
}

const finish = (line: SerialLine, outcome: ExchangeOutcome, how: HowEnded): void => {
  const done = line.flight
  if (done === null) return
  const { shape, place, sentAtMs, wish } = done
  const { memory, lateByUnit, timing } = line
  done.stopTimers()
  line.flight = null
  line.receiver.expect(null)
  if (how === 'answered') {
    memory.answered(shape.unit, sentAtMs)
    lateByUnit.delete(shape.unit)
  } else if (how === 'unanswered') {
    memory.lost(shape, place, sentAtMs, wish.isTrial ?? false)
    const lateMs = memory.isOutOfTurn() ? 0 : (lateByUnit.get(shape.unit) ?? 0)
    line.guardMs = Math.max(timing.guardMs, Math.min(longestGuardMs, lateMs * 1.25 - wish.deadlineMs))
  }
  done.settle(outcome)
}

export const fail = (line: SerialLine, fault: ExchangeFault, how: HowEnded = 'unanswered'): void => {
  finish(line, { ok: false, fault, atMs: line.clock.nowMs() }, how)
}

/** When what is here came, from the last byte of its request. */
export const takenBy = (line: SerialLine, flight: Flight): Taken => {
  const { sentAtMs, came } = flight
  const turnaroundMs = Math.max(0, (came.firstByteAtMs ?? line.clock.monotonicMs()) - sentAtMs)
  return { turnaroundMs, completeMs: Math.max(turnaroundMs, line.lastActivityMs - sentAtMs - wireMs(line, flight)) }
}

const accept = (line: SerialLine, flight: Flight, frame: Uint8Array, taken: Taken): void => {
  const { clock, client, memory } = line
  line.parsed = notParsed()
  client.deliver(frame)
  const result = line.parsed
  if (result.kind === 'words') {
    memory.note(frame, flight.place, true)
    line.turnarounds.note(flight.shape.unit, taken.turnaroundMs)
  }
  finish(line, outcomeOf(flight.request, result, clock.nowMs(), taken), 'answered')
}

/** How long a second reply is listened for: as long as this unit's prompt replies take at most, from when the request was sent. */
const holdMs = (line: SerialLine, flight: Flight): number => {
  const { shape, sentAtMs, wish } = flight
  const longestMs = line.turnarounds.longestMs(shape.unit) ?? wish.deadlineMs
  const untilMs = sentAtMs + Math.min(longestMs, wish.deadlineMs) + wireMs(line, flight)
  return Math.max(leastHoldMs, untilMs - line.clock.monotonicMs())
}

/** Whether an older request is known whose reply would look the same. */
export const isRival = ({ memory }: SerialLine, { wish, shape }: Flight): boolean =>
  wish.isDoubted === true || memory.wasLost(shape.key)

const listened = (line: SerialLine, flight: Flight, held: Candidate, taken: Taken): void => {
  const { memory, turnarounds } = line
  const known = {
    heard: held.heard,
    isRival: isRival(line, flight),
    metOlder: flight.came.metOlder,
    fit: turnarounds.fit(flight.shape.unit, taken.turnaroundMs),
    hasBeenLate: memory.hasBeenLate(),
    hasCopies: memory.hasCopies(),
  }
  const moreCame = takeRest(line).length > 0
  happened(line, flight, { kind: 'listened', frame: held.frame, known, moreCame, taken })
}

const hold = (line: SerialLine, flight: Flight, held: Candidate): void => {
  const taken = takenBy(line, flight)
  flight.stopTimers()
  flight.stopTimers = line.clock.after(holdMs(line, flight), () => {
    listened(line, flight, held, taken)
  })
  line.receiver.expect(flight.shape)
}

/** What is done with a request under way. */
const carryOutFor = (line: SerialLine, flight: Flight, effect: SerialEffect): void => {
  const { memory, receiver } = line
  const { shape, place } = flight
  switch (effect.kind) {
    case 'accept':
      return accept(line, flight, effect.frame, effect.taken ?? takenBy(line, flight))
    case 'exception': {
      const result = { kind: 'exception', code: effect.code } as const
      return finish(line, outcomeOf(flight.request, result, line.clock.nowMs(), takenBy(line, flight)), effect.how)
    }
    case 'fail':
      return fail(line, effect.fault, effect.how)
    case 'hold':
      return hold(line, flight, effect.reply)
    case 'pass-over':
      memory.sawCopyOf(effect.copy)
      strayed(line, effect.copy.length, 'duplicate')
      return receiver.expect(shape)
    case 'disbelieve':
      return memory.note(effect.frame, place, false)
    case 'saw-two':
      return memory.sawTwo(shape.key)
    case 'answered-one-of':
      return memory.answeredOneOf(shape, place, flight.sentAtMs)
    case 'note-later':
      return line.turnarounds.noteLater(shape.unit, effect.turnaroundMs)
    case 'guard':
    case 'late':
    case 'stray':
      return carryOut(line, effect)
  }
}

/** What is done with the line itself; the rest is of a request. */
export const carryOut = (line: SerialLine, effect: LineEffect): void => {
  switch (effect.kind) {
    case 'guard':
      line.guardMs = Math.max(line.guardMs, effect.ms)
      return
    case 'late': {
      const { unit, afterMs } = effect
      if (afterMs !== undefined) line.lateByUnit.set(unit, afterMs)
      line.deps.emit({
        kind: 'late-reply',
        atMs: line.clock.nowMs(),
        unit,
        ...(afterMs === undefined ? {} : { afterMs }),
      })
      return
    }
    case 'stray':
      strayed(line, effect.bytes, effect.why)
  }
}

/** Steps a request under way and does what comes of it. */
export const happened = (line: SerialLine, flight: Flight, event: SerialEvent): void => {
  const { came, effects } = stepSerial(flight.came, event, flight)
  flight.came = came
  for (const effect of effects) carryOutFor(line, flight, effect)
}
