import { lineProblemText } from '../../../shared/said/line-problem.ts'
import type { Clock, Log } from '../../core/ports.ts'
import type { ExchangeFault, LineEvent, LineFrame } from '../../core/lines/field-line.ts'
import type { MbusLine, MbusOutcome } from '../../core/lines/mbus-line.ts'
import type { ByteChannel } from '../modbus/byte-channel.ts'
import { createConnection } from '../modbus/connection.ts'
import { createFrameTap } from '../modbus/frame-tap.ts'
import { createListeners } from '../modbus/listeners.ts'
import { createSilenceCount } from '../modbus/silence-count.ts'
import { mbusFault } from './mbus-fault.ts'
import type { MbusTiming } from './mbus-timing.ts'
import { createMbusWire } from './mbus-wire.ts'

/** Silences in a row, where an answer was due, after which a network line is opened anew, and the most it takes while nothing answers. */
const silencesBeforeReopen = 6
const longestSilences = 48

export interface MbusLineOptions {
  readonly id: string
  readonly timing: MbusTiming
  readonly isNetwork: boolean
}

/** An M-Bus on any channel; see core/lines/mbus-line.ts for what it promises. */
export const createMbusLine = (
  options: MbusLineOptions,
  channel: ByteChannel,
  deps: { readonly clock: Clock; readonly log: Log; readonly random: () => number },
): MbusLine => {
  const { clock } = deps
  const events = createListeners<LineEvent>()
  const frames = createListeners<LineFrame>()
  const counts = { sent: 0, received: 0 }
  const silences = createSilenceCount({ before: silencesBeforeReopen, longest: longestSilences, together: 1 })
  /** Conversations, each waiting for the one before it. */
  let last: Promise<unknown> = Promise.resolve()

  const connection = createConnection(channel, deps, {
    up: () => {
      silences.connected()
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
    tap: createFrameTap(clock, frames),
  })
  const failed = (fault: ExchangeFault): MbusOutcome => ({ ok: false, fault, atMs: clock.nowMs() })

  const judge = (outcome: MbusOutcome, isProbing: boolean): void => {
    if (outcome.ok) {
      connection.proven()
      silences.answered()
    } else if (outcome.fault.kind === 'timeout' && options.isNetwork && !isProbing) {
      const requests = silences.silent()
      if (requests !== null) void connection.reopen({ kind: 'silent', where: channel.where, requests })
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
