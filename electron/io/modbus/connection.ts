import type { Clock, Log, Stop } from '../../core/ports.ts'
import type { LineStatus } from '../../core/lines/field-line.ts'
import { lineProblemText, type LineProblem } from '../../../shared/said/line-problem.ts'
import type { ByteChannel } from './byte-channel.ts'

export interface BackOff {
  readonly firstMs: number
  readonly longestMs: number
}
/** First retry soon, then doubling up to two seconds: a device that is back is read again within a poll or two. */
export const localBackOff: BackOff = { firstMs: 100, longestMs: 2000 }
/** A mobile link pays for every attempt, and a radio cell that is overloaded is not helped by many: up to half a minute. */
export const cellularBackOff: BackOff = { firstMs: 1000, longestMs: 30_000 }

/**
 * A connection whose stream is out of step is renewed at once and in silence; one that is so again and again waits longer each time, up
 * to a quarter of a second, because each new connection costs the gateway (editable assumptions).
 */
const firstRenewMs = 10
const longestRenewMs = 250
const renewalsCountMs = 10_000

export interface ConnectionListeners {
  readonly up: () => void
  readonly down: (problem: LineProblem) => void
  /**
   * A far side that answered before has closed the channel with requests unanswered; it is opened anew, and is not down. Left out where a
   * channel that closes is lost: a serial port does so when its adapter was pulled.
   */
  readonly hungUp?: (problem: LineProblem) => void
  readonly data: (bytes: Uint8Array) => void
}

/** Keeps one channel open for ever: opens, and after every loss opens again with exponential back-off and jitter. */
export const createConnection = (
  channel: ByteChannel,
  deps: { readonly clock: Clock; readonly log: Log; readonly random: () => number },
  listeners: ConnectionListeners,
  backOff: BackOff = localBackOff,
) => {
  const { clock, log, random } = deps
  let state: LineStatus['state'] = 'connecting'
  let problem: LineProblem | null = null
  let reconnects = 0
  let failures = 0
  let wasUp = false
  let stopTimer: Stop | null = null
  let opening: Promise<void> = Promise.resolve()
  let renewals: readonly number[] = []
  /** Of the channel as it is open now: whether it ever gave a right answer, and what was sent since without one. */
  let isProven = false
  let unanswered = 0
  const isClosed = () => state === 'closed'

  const fail = (what: LineProblem): void => {
    if (isClosed()) return
    state = 'disconnected'
    const text = lineProblemText(what)
    if (problem === null || lineProblemText(problem) !== text) log.warn(`line ${channel.where}: ${text}`)
    problem = what
    listeners.down(what)
    const delayMs = Math.min(backOff.longestMs, backOff.firstMs * 2 ** failures) * (0.8 + 0.4 * random())
    failures += 1
    stopTimer?.()
    stopTimer = clock.after(delayMs, () => {
      stopTimer = null
      opening = open()
    })
  }

  /** Opens the channel anew without calling it lost: what waits to be sent goes on waiting. Should it not open, it is lost. */
  const renew = async (why: LineProblem): Promise<void> => {
    if (state !== 'connected') return
    state = 'connecting'
    problem = why
    const nowMs = clock.monotonicMs()
    renewals = [...renewals.filter((atMs) => nowMs - atMs < renewalsCountMs), nowMs]
    const delayMs = Math.min(longestRenewMs, firstRenewMs * 2 ** (renewals.length - 1))
    await channel.close()
    if (isClosed()) return
    stopTimer?.()
    stopTimer = clock.after(delayMs, () => {
      stopTimer = null
      opening = open()
    })
  }

  /** It answered before and closes in good order; a reset with a request on its way may be what the device says to that request. */
  const hangsUp = ({ kind }: LineProblem): boolean =>
    isProven && (kind === 'closed' || (kind === 'reset' && unanswered === 0))

  const open = async (): Promise<void> => {
    const failed = await channel.open({
      data: listeners.data,
      closed: (what) => {
        if (state !== 'connected') return
        // Some converters hang up after each answer, gateways when nothing was asked for a while: only what was just sent is lost by that.
        if (!hangsUp(what) || listeners.hungUp === undefined) fail(what)
        else {
          if (unanswered > 0) listeners.hungUp(what)
          void renew(what)
        }
      },
    })
    if (isClosed()) {
      await channel.close()
      return
    }
    if (failed !== null) {
      fail(failed)
      return
    }
    state = 'connected'
    problem = null
    isProven = false
    unanswered = 0
    if (wasUp) reconnects += 1
    wasUp = true
    listeners.up()
  }

  return {
    start(): void {
      opening = open()
    },
    write(bytes: Uint8Array): void {
      unanswered += 1
      channel.write(bytes)
    },
    /** The other side gave a right answer: the next loss is a new one and is retried at once. */
    proven(): void {
      failures = 0
      isProven = true
      unanswered = Math.max(0, unanswered - 1)
    },
    renew,
    /** Gives the channel up and opens it anew. */
    async reopen(why: LineProblem): Promise<void> {
      if (state !== 'connected') return
      state = 'disconnected'
      await channel.close()
      if (!isClosed()) fail(why)
    },
    isConnected: (): boolean => state === 'connected',
    status: () => ({ state, problem, reconnects }),
    async close(): Promise<void> {
      state = 'closed'
      stopTimer?.()
      stopTimer = null
      await channel.close()
      await opening
      await channel.close()
    },
  }
}
export type Connection = ReturnType<typeof createConnection>
