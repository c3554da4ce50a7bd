import { lineProblemText, type LineProblem } from '../../../shared/said/line-problem.ts'
import type { Clock, Log } from '../../core/ports.ts'
import type { ExchangeFault, LineEvent, LineFrame } from '../../core/lines/field-line.ts'
import type { ExchangeOutcome, ModbusLine } from '../../core/lines/modbus-line.ts'
import { asciiFraming } from './ascii-framing.ts'
import type { ByteChannel } from './byte-channel.ts'
import { cellularBackOff, createConnection, localBackOff } from './connection.ts'
import { faultOf } from './fault.ts'
import { createListeners } from './listeners.ts'
import type { LineTiming } from './line-timing.ts'
import { createFlyingQueue } from './flying-queue.ts'
import { createFrameTap } from './frame-tap.ts'
import { createMbapWire, type MbapDeps } from './mbap-wire.ts'
import { createReplyMemory } from './reply-memory.ts'
import type { Queued } from './request-queue.ts'
import { rtuFraming } from './rtu-framing.ts'
import { createSerialWire } from './serial-wire.ts'
import { createDoubtSettler } from './settle-doubt.ts'
import { createSilenceCount } from './silence-count.ts'
import type { Wire } from './wire.ts'

/** Silences in a row after which a network line is opened anew, and the most it takes while nothing answers (silence-count.ts). */
const silencesBeforeReopen = 3
const longestSilences = 12

export interface LineOptions {
  readonly id: string
  readonly framing: 'mbap' | 'rtu' | 'ascii'
  readonly timing: LineTiming
  readonly localEcho: boolean
  readonly isNetwork: boolean
  /** Requests that may be under way at once; only with `mbap`. Default 1. */
  readonly pipeline?: number
  readonly isCellular?: boolean
}
export interface LineDeps {
  readonly clock: Clock
  readonly log: Log
  readonly random: () => number
}

/** The wire of the line's framing, and how requests are put on it. */
const createExchange = (
  options: LineOptions,
  { clock, log }: LineDeps,
  deps: MbapDeps,
): { readonly wire: Wire; readonly exchange: Wire['exchange'] } => {
  if (options.framing === 'mbap') {
    const wire = createMbapWire(clock, deps)
    return { wire, exchange: wire.exchange }
  }
  const framing = options.framing === 'ascii' ? asciiFraming : rtuFraming
  const memory = createReplyMemory(clock.monotonicMs)
  const wire = createSerialWire(framing, options, memory, clock, log, deps)
  return { wire, exchange: createDoubtSettler(wire, memory, clock) }
}

/** A line on any channel; see core/lines/modbus-line.ts for what it promises. */
export const createLine = (options: LineOptions, channel: ByteChannel, deps: LineDeps): ModbusLine => {
  const { clock, log } = deps
  const events = createListeners<LineEvent>()
  const frames = createListeners<LineFrame>()
  const counts = { sent: 0, received: 0 }
  const window = options.framing === 'mbap' ? (options.pipeline ?? 1) : 1
  const silences = createSilenceCount({ before: silencesBeforeReopen, longest: longestSilences, together: window })
  const failed = (fault: ExchangeFault): ExchangeOutcome => ({ ok: false, fault, atMs: clock.nowMs() })
  const giveUp = (fault: ExchangeFault): void => {
    wire.abort(fault)
    queue.giveUp(() => failed(fault))
  }

  const connection = createConnection(
    channel,
    deps,
    {
      up: () => {
        silences.connected()
        events.send({ kind: 'connected', atMs: clock.nowMs() })
        queue.pump()
      },
      down: (problem) => {
        giveUp(faultOf('offline', lineProblemText(problem)))
        events.send({ kind: 'disconnected', atMs: clock.nowMs(), problem })
      },
      ...(options.isNetwork
        ? {
            hungUp: (problem: LineProblem) => {
              log.debug(lineProblemText(problem))
              wire.abort({ ...faultOf('offline', lineProblemText(problem)), isOutOfStep: true })
            },
          }
        : {}),
      data: (bytes) => {
        counts.received += bytes.length
        wire.data(bytes)
      },
    },
    options.isCellular === true ? cellularBackOff : localBackOff,
  )
  const { wire, exchange } = createExchange(options, deps, {
    send: (bytes) => {
      counts.sent += bytes.length
      connection.write(bytes)
    },
    emit: events.send,
    tap: createFrameTap(clock, frames),
    desync: (why) => {
      const problem: LineProblem = { kind: 'out-of-step', where: channel.where, why }
      log.debug(lineProblemText(problem))
      void connection.renew(problem)
    },
  })

  const judge = (outcome: ExchangeOutcome, mayBeSilent: boolean): void => {
    if (outcome.ok || outcome.fault.kind === 'exception') {
      connection.proven()
      silences.answered()
    } else if (outcome.fault.kind === 'timeout' && options.isNetwork && !mayBeSilent) {
      const requests = silences.silent()
      if (requests !== null) void connection.reopen({ kind: 'silent', where: channel.where, requests })
    }
  }
  const run = async ({ request, options: wish }: Queued): Promise<ExchangeOutcome> => {
    if (request.functionCode === 6 && request.words.length !== 1) {
      return failed(faultOf('malformed', 'function 6 writes exactly one register; use function 16 for more'))
    }
    const outcome = await exchange(request, wish)
    judge(outcome, wish.mayBeSilent ?? false)
    return outcome
  }
  const queue = createFlyingQueue(window, connection.isConnected, run)
  /** Why nothing can be asked now; null while the line is being opened for the first time, when a request may wait. */
  const unavailable = (): ExchangeFault | null => {
    const { state, problem } = connection.status()
    if (state === 'closed') return faultOf('closed', `line ${options.id} is closed`)
    if (state !== 'disconnected') return null
    const why = problem === null ? `${channel.where} is being opened again` : lineProblemText(problem)
    return faultOf('offline', why)
  }

  connection.start()
  return {
    id: options.id,
    transact: (request, wish) =>
      new Promise((settle) => {
        const fault = connection.isConnected() ? null : unavailable()
        if (fault !== null) {
          settle(failed(fault))
          return
        }
        queue.push({ request, options: wish, settle })
        if (connection.isConnected()) queue.pump()
      }),
    status: () => ({ ...connection.status(), bytesSent: counts.sent, bytesReceived: counts.received }),
    onEvent: events.add,
    onFrame: frames.add,
    async close() {
      const closing = connection.close()
      giveUp(faultOf('closed', `line ${options.id} is closed`))
      await closing
    },
  }
}
