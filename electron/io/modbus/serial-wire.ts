import type { Clock, Log, Stop } from '../../core/ports.ts'
import type { ExchangeFault } from '../../core/lines/field-line.ts'
import type { ExchangeOutcome, ModbusRequest } from '../../core/lines/modbus-line.ts'
import { createBusSilence } from './bus-silence.ts'
import type { Received, SerialFraming } from './frame-receiver.ts'
import type { LineTiming } from './line-timing.ts'
import { patientAfter } from './patient-timer.ts'
import type { ReplyMemory } from './reply-memory.ts'
import {
  carryOut,
  fail,
  happened,
  isRival,
  newSerialLine,
  strayed,
  takenBy,
  takeRest,
  wireMs,
  type SerialLine,
} from './serial-effects.ts'
import { newFlight, type Flight } from './serial-flight.ts'
import { strangerEffects, type SerialEvent } from './serial-step.ts'
import { verdictOfRest } from './serial-verdicts.ts'
import type { ExchangeWish, Wire, WireDeps } from './wire.ts'

export interface SerialWireOptions {
  readonly timing: LineTiming
  readonly localEcho: boolean
}

/** Judges what is there when nothing more will come: at the deadline, or when a started reply stopped. */
const conclude = (line: SerialLine, { request, shape, wish, came }: Flight): void => {
  const asked = { request, shape, deadlineMs: wish.deadlineMs, wrongUnit: came.wrongUnit }
  fail(line, verdictOfRest(line.framing, takeRest(line), asked))
}

/** The reply that was waited for, or its exception, with what the line knows of it. */
const replyEvent = (line: SerialLine, flight: Flight, frame: Uint8Array): SerialEvent => {
  const { memory, turnarounds } = line
  const { shape, place, request, wish } = flight
  if (((frame[1] ?? 0) & 0x80) !== 0) {
    const { unit, functionCode } = shape
    const known = {
      isTrial: wish.isTrial === true,
      hasOpenTrial: memory.hasOpenTrial(unit, functionCode),
      hasOpen: memory.hasOpen(unit, functionCode),
      hasBeenLate: memory.hasBeenLate(),
      fit: turnarounds.fit(unit, takenBy(line, flight).turnaroundMs),
    }
    return { kind: 'exception', code: frame[2] ?? 0, known }
  }
  const isDoubted = isRival(line, flight) || memory.isTroubled()
  const heard = 'count' in request ? memory.judge(frame, place, isDoubted) : 'new'
  const isFollowed = line.receiver.rest().length > 0
  const mayBeCopy = heard === 'again' && memory.mayBeCopy(frame, place)
  return { kind: 'reply', frame, heard, isDoubted, isFollowed, mayBeCopy }
}

const other = (line: SerialLine, frame: Uint8Array): void => {
  const stranger = line.memory.stranger(frame)
  if (line.flight !== null) happened(line, line.flight, { kind: 'other', frame, stranger })
  else for (const effect of strangerEffects(frame, stranger)) carryOut(line, effect)
}

const firstByteAt = (flight: Flight | null, atMs: number | null): void => {
  if (flight !== null) flight.came = { ...flight.came, firstByteAtMs: atMs }
}

const receive = (line: SerialLine, item: Received): void => {
  const { deps, restSinceMs, flight } = line
  switch (item.kind) {
    case 'stray':
      deps.tap('received', item.bytes, restSinceMs)
      strayed(line, item.bytes.length)
      // What follows began after them.
      return firstByteAt(flight, line.lastActivityMs)
    case 'echo':
      deps.tap('received', item.bytes, restSinceMs)
      if (!line.lineEchoes) line.log.warn('the line echoes what is sent: set localEcho: true for it in the site file')
      line.lineEchoes = true
      return firstByteAt(flight, null)
    case 'reply':
    case 'other':
      deps.tap('received', item.wire ?? item.frame, restSinceMs)
      if (item.kind === 'reply' && flight !== null) happened(line, flight, replyEvent(line, flight, item.frame))
      else other(line, item.frame)
  }
}

const fly = (line: SerialLine, request: ModbusRequest, wish: ExchangeWish): Promise<ExchangeOutcome> =>
  new Promise((settle) => {
    const current = newFlight(request, wish, settle)
    line.flight = current
    line.client.request(request, (result) => {
      if (line.flight === current) line.parsed = result
    })
    // The deadline is the device's; on a wire of known speed the time of the bytes themselves comes on top.
    const limitMs = current.sentAtMs - line.clock.monotonicMs() + wish.deadlineMs + wireMs(line, current)
    current.stopTimers = patientAfter(line.clock, limitMs, () => {
      conclude(line, current)
    })
  })

const noteFirstByte = ({ flight, lastActivityMs }: SerialLine): void => {
  if (flight?.came.firstByteAtMs === null) firstByteAt(flight, lastActivityMs)
}

/** Bytes came: all that can be cut off is judged. */
const takeBytes = (line: SerialLine, bytes: Uint8Array): void => {
  const { receiver } = line
  line.lastActivityMs = line.clock.monotonicMs()
  noteFirstByte(line)
  if (receiver.rest().length === 0) line.restSinceMs = line.lastActivityMs
  receiver.add(bytes)
  for (let item = receiver.next(); item !== null; item = receiver.next()) {
    receive(line, item)
    line.restSinceMs = line.lastActivityMs
    if (receiver.rest().length > 0) noteFirstByte(line)
  }
}

/** A reply that has begun and then stops is judged without waiting for the deadline; gives the stop of that watch. */
const watchIdle = (line: SerialLine): Stop | null => {
  const { flight: current, receiver, timing, framing } = line
  const isWaiting = current?.came.pending.state === 'waiting'
  if (current === null || !isWaiting || receiver.rest().length === 0) return null
  return patientAfter(line.clock, Math.max(timing.idleMs, current.wish.pauseMs ?? 0), () => {
    if (line.flight !== current || current.came.pending.state !== 'waiting') return
    if (framing.isStarted(receiver.rest(), current.shape)) conclude(line, current)
  })
}

/**
 * A serial line, or one behind a network gateway: one exchange at a time. RTU and ASCII differ only in how a frame looks (`framing`);
 * neither has a transaction number, so what is said of late replies and copies (settle-doubt.ts) holds for both. What a frame means
 * is decided by a pure step (serial-step.ts) and done by serial-effects.ts.
 */
export const createSerialWire = (
  framing: SerialFraming,
  options: SerialWireOptions,
  memory: ReplyMemory,
  clock: Clock,
  log: Log,
  deps: WireDeps,
): Wire => {
  const { timing, localEcho } = options
  const line = newSerialLine({ framing, timing, memory, clock, log, deps }, localEcho)
  let aborted: ExchangeFault | null = null
  let quietMs = 0
  let stopIdle: Stop | null = null
  const silence = createBusSilence(clock, {
    wantedMs: () => Math.max(timing.silenceMs + quietMs, line.guardMs, memory.copyWaitMs()),
    lastActivityMs: () => line.lastActivityMs,
    isOver: () => aborted !== null,
  })
  return {
    async exchange(request, wish) {
      aborted = null
      quietMs = wish.quietMs ?? 0
      await silence.wait()
      line.guardMs = 0
      takeRest(line)
      if (aborted !== null) return { ok: false, fault: aborted, atMs: clock.nowMs() }
      return fly(line, request, wish)
    },
    data(bytes) {
      takeBytes(line, bytes)
      stopIdle?.()
      stopIdle = watchIdle(line) ?? stopIdle
    },
    abort(fault) {
      stopIdle?.()
      aborted = fault
      line.receiver.takeRest()
      if (line.flight !== null) fail(line, fault)
      silence.rouse()
    },
  }
}
