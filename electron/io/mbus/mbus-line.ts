import { lineProblemText } from '../../../shared/said/line-problem.ts'
import type { Clock, ExchangeFault, LineEvent, LineFrame, Log, MbusLine, MbusOutcome } from '../../core/ports.ts'
import type { ByteChannel } from '../modbus/byte-channel.ts'
import { createConnection } from '../modbus/connection.ts'
import { createListeners } from '../modbus/listeners.ts'
import { mbusFault } from './mbus-fault.ts'
import type { MbusTiming } from './mbus-timing.ts'
import { createMbusWire } from './mbus-wire.ts'

/** A network line that is silent this often in a row, where an answer was due, may be a dead connection: it is opened anew. */
const silencesBeforeReopen = 6
const longestSilences = 48

export interface MbusLineOptions {
  readonly id: string
  readonly timing: MbusTiming
  readonly isNetwork: boolean
}

/** An M-Bus on any channel; see MbusLine in core/ports.ts for what it promises. */
export const createMbusLine = (
  options: MbusLineOptions,
  channel: ByteChannel,
  deps: { readonly clock: Clock; readonly log: Log; readonly random: () => number },
): MbusLine => {
  const { clock } = deps
  const events = createListeners<LineEvent>()
  const frames = createListeners<LineFrame>()
  const counts = { sent: 0, received: 0 }
  let silences = 0
  let allowedSilences = silencesBeforeReopen
  /** Conversations, each waiting for the one before it. */
  let last: Promise<unknown> = Promise.resolve()

  const connection = createConnection(channel, deps, {
    up: () => {
      silences = 0
      wire.opened()
      events.send({ kind: 'connected', atMs: clock.nowMs() })
    },
    down: (problem) => {
      wire.abort(mbusFault('offline', lineProblemText(problem)))
      events.send({ kind: 'disconnected', atMs: clock.nowMs(), problem })
    },
    data: (bytes) => {
      counts.received += bytes.length
      wire.data(bytes)
    },
  })
  const wire = createMbusWire(options.timing, clock, {
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
  })
  const failed = (fault: ExchangeFault): MbusOutcome => ({ ok: false, fault, atMs: clock.nowMs() })

  const judge = (outcome: MbusOutcome, isProbing: boolean): void => {
    if (outcome.ok) {
      connection.proven()
      silences = 0
      allowedSilences = silencesBeforeReopen
    } else if (outcome.fault.kind === 'timeout' && options.isNetwork && !isProbing) {
      silences += 1
      if (silences < allowedSilences) return
      void connection.reopen({ kind: 'silent', where: channel.where, requests: silences })
      silences = 0
      allowedSilences = Math.min(longestSilences, allowedSilences * 2)
    }
  }

  const exchange: MbusLine['exchange'] = async (frame, wish) => {
    const { state, problem } = connection.status()
    if (state === 'closed') return failed(mbusFault('closed', `line ${options.id} is closed`))
    if (state !== 'connected')
      return failed(
        mbusFault('offline', problem === null ? `${channel.where} is being opened` : lineProblemText(problem)),
      )
    const outcome = await wire.exchange(frame, wish)
    judge(outcome, wish.isProbing === true)
    return outcome
  }

  const converse: MbusLine['converse'] = (task) => {
    const turn = last.then(() => task(exchange))
    last = turn.catch(() => undefined)
    return turn
  }

  connection.start()
  return {
    id: options.id,
    answerMs: options.timing.firstByteMs('answer'),
    exchange: (frame, wish) => converse((run) => run(frame, wish)),
    converse,
    status: () => ({ ...connection.status(), bytesSent: counts.sent, bytesReceived: counts.received }),
    onEvent: events.add,
    onFrame: frames.add,
    async close() {
      const closing = connection.close()
      wire.abort(mbusFault('closed', `line ${options.id} is closed`))
      await closing
    },
  }
}
