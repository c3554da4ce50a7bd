import { lineProblemText, type LineProblem } from '../../../shared/said/line-problem.ts'
import type {
  Clock,
  ExchangeFault,
  ExchangeOutcome,
  LineEvent,
  LineFrame,
  Log,
  ModbusLine,
  ModbusRequest,
} from '../../core/ports.ts'
import { asciiFraming } from './ascii-framing.ts'
import type { ByteChannel } from './byte-channel.ts'
import { cellularBackOff, createConnection, localBackOff } from './connection.ts'
import { faultOf } from './fault.ts'
import { createListeners } from './listeners.ts'
import type { LineTiming } from './line-timing.ts'
import { createMbapWire } from './mbap-wire.ts'
import { createReplyMemory } from './reply-memory.ts'
import { createRequestQueue, type MayFly, type Queued } from './request-queue.ts'
import { rtuFraming } from './rtu-framing.ts'
import { createSerialWire } from './serial-wire.ts'
import { createDoubtSettler } from './settle-doubt.ts'
import type { ExchangeWish, WireDeps } from './wire.ts'

/** A network line that is silent this often in a row may be a dead connection that nobody closed: it is opened anew. */
const silencesBeforeReopen = 3
/** A single device that is off is no reason to reconnect for ever: the count doubles up to this while nothing answers. */
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

/** A line on any channel; see ModbusLine in core/ports.ts for what it promises. */
export const createLine = (options: LineOptions, channel: ByteChannel, deps: LineDeps): ModbusLine => {
  const { clock, log } = deps
  const events = createListeners<LineEvent>()
  const frames = createListeners<LineFrame>()
  const queue = createRequestQueue()
  const counts = { sent: 0, received: 0 }
  const window = options.framing === 'mbap' ? (options.pipeline ?? 1) : 1
  const underWay = new Set<Queued>()
  let silences = 0
  let allowedSilences = silencesBeforeReopen

  const connection = createConnection(
    channel,
    deps,
    {
      up: () => {
        silences = 0
        events.send({ kind: 'connected', atMs: clock.nowMs() })
        pump()
      },
      down: (problem) => {
        const fault = faultOf('offline', lineProblemText(problem))
        wire.abort(fault)
        for (const item of queue.takeAll()) item.settle(failed(fault))
        events.send({ kind: 'disconnected', atMs: clock.nowMs(), problem })
      },
      data: (bytes) => {
        counts.received += bytes.length
        wire.data(bytes)
      },
    },
    options.isCellular === true ? cellularBackOff : localBackOff,
  )
  const failed = (fault: ExchangeFault): ExchangeOutcome => ({ ok: false, fault, atMs: clock.nowMs() })
  const reopen = (why: LineProblem): void => {
    void connection.reopen(why)
  }

  const renew = (why: string): void => {
    const problem: LineProblem = { kind: 'out-of-step', where: channel.where, why }
    log.debug(lineProblemText(problem))
    void connection.renew(problem)
  }

  const wireDeps: WireDeps = {
    send: (bytes) => {
      counts.sent += bytes.length
      connection.write(bytes)
    },
    emit: events.send,
    tap: (direction, bytes, firstMs) => {
      if (!frames.any()) return
      const monotonicMs = clock.monotonicMs()
      frames.send({
        atMs: clock.nowMs(),
        monotonicMs,
        firstMonotonicMs: firstMs ?? monotonicMs,
        direction,
        bytes: bytes.slice(),
      })
    },
  }
  const memory = createReplyMemory(clock.monotonicMs)
  const wire =
    options.framing === 'mbap'
      ? createMbapWire(clock, {
          ...wireDeps,
          desync: (why) => {
            renew(why)
          },
        })
      : createSerialWire(options.framing === 'ascii' ? asciiFraming : rtuFraming, options, memory, clock, log, wireDeps)
  const exchange = options.framing === 'mbap' ? wire.exchange : createDoubtSettler(wire, memory, clock)

  const judge = (outcome: ExchangeOutcome, mayBeSilent: boolean): void => {
    if (outcome.ok || outcome.fault.kind === 'exception') {
      connection.proven()
      silences = 0
      allowedSilences = silencesBeforeReopen
    } else if (outcome.fault.kind === 'timeout' && options.isNetwork && !mayBeSilent) {
      silences += 1
      if (silences < allowedSilences * window) return
      reopen({ kind: 'silent', where: channel.where, requests: silences })
      silences = 0
      allowedSilences = Math.min(longestSilences, allowedSilences * 2)
    }
  }

  const run = async (request: ModbusRequest, wish: ExchangeWish): Promise<ExchangeOutcome> => {
    if (request.functionCode === 6 && request.words.length !== 1) {
      return failed(faultOf('malformed', 'function 6 writes exactly one register; use function 16 for more'))
    }
    const outcome = await exchange(request, wish)
    judge(outcome, wish.mayBeSilent ?? false)
    return outcome
  }

  /**
   * Beside others only what does no harm: nothing passes or joins a write of its own unit, so that a read back never overtakes it; and
   * a device that wants silence between requests gets the line to itself.
   */
  const mayFly = ({ request, options: wish }: Queued): MayFly => {
    for (const { request: other, options: othersWish } of underWay) {
      if ((wish.quietMs ?? 0) > 0 || (othersWish.quietMs ?? 0) > 0) return 'when-empty'
      if (other.unit === request.unit && 'words' in other) return 'later'
    }
    return 'now'
  }

  const pump = (): void => {
    while (underWay.size < window && connection.isConnected()) {
      const item = window === 1 ? queue.take() : queue.take(mayFly)
      if (item === undefined) return
      underWay.add(item)
      void run(item.request, item.options)
        .then((outcome) => {
          underWay.delete(item)
          item.settle(outcome)
          // Whoever asked gets a turn first: what follows a write is asked for before the next read goes out.
        })
        .then(pump)
    }
  }

  connection.start()
  return {
    id: options.id,
    transact: (request, wish) =>
      new Promise((settle) => {
        if (connection.isConnected()) {
          queue.push({ request, options: wish, settle })
          pump()
          return
        }
        const { state, problem } = connection.status()
        if (state === 'closed') settle(failed(faultOf('closed', `line ${options.id} is closed`)))
        else if (state === 'disconnected')
          settle(
            failed(
              faultOf(
                'offline',
                problem === null ? `${channel.where} is being opened again` : lineProblemText(problem),
              ),
            ),
          )
        else queue.push({ request, options: wish, settle })
      }),
    status: () => ({ ...connection.status(), bytesSent: counts.sent, bytesReceived: counts.received }),
    onEvent: events.add,
    onFrame: frames.add,
    async close() {
      const fault = faultOf('closed', `line ${options.id} is closed`)
      const closing = connection.close()
      wire.abort(fault)
      for (const item of queue.takeAll()) item.settle(failed(fault))
      await closing
    },
  }
}
