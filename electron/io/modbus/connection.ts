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

/** What the far side of the channel, as it is open now, has shown of itself. */
const createProof = () => {
  let isProven = false
  /** Sent since without a right answer. */
  let unanswered = 0
  return {
    fresh: (): void => {
      isProven = false
      unanswered = 0
    },
    sent: (): void => {
      unanswered += 1
    },
    answered: (): void => {
      isProven = true
      unanswered = Math.max(0, unanswered - 1)
    },
    waits: (): boolean => unanswered > 0,
    /** It answered before and closes in good order; a reset with a request on its way may be what the device says to that request. */
    isHangUp: ({ kind }: LineProblem): boolean =>
      isProven && (kind === 'closed' || (kind === 'reset' && unanswered === 0)),
  }
}

/** How long to wait before a channel out of step is opened anew: longer the more often it was so in the last seconds. */
const createRenewals = (clock: Clock) => {
  let renewals: readonly number[] = []
  return {
    nextDelayMs: (): number => {
      const nowMs = clock.monotonicMs()
      renewals = [...renewals.filter((atMs) => nowMs - atMs < renewalsCountMs), nowMs]
      return Math.min(longestRenewMs, firstRenewMs * 2 ** (renewals.length - 1))
    },
  }
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
  const proof = createProof()
  const renewals = createRenewals(clock)
  const isClosed = () => state === 'closed'
  const openAfter = (delayMs: number): void => {
    stopTimer?.()
    stopTimer = clock.after(delayMs, () => {
      stopTimer = null
      opening = open()
    })
  }

  const fail = (what: LineProblem): void => {
    if (isClosed()) return
    state = 'disconnected'
    const text = lineProblemText(what)
    if (problem === null || lineProblemText(problem) !== text) log.warn(`line ${channel.where}: ${text}`)
    problem = what
    listeners.down(what)
    const delayMs = Math.min(backOff.longestMs, backOff.firstMs * 2 ** failures) * (0.8 + 0.4 * random())
    failures += 1
    openAfter(delayMs)
  }

  /** Opens the channel anew without calling it lost: what waits to be sent goes on waiting. Should it not open, it is lost. */
  const renew = async (why: LineProblem): Promise<void> => {
    if (state !== 'connected') return
    state = 'connecting'
    problem = why
    const delayMs = renewals.nextDelayMs()
    await channel.close()
    if (!isClosed()) openAfter(delayMs)
  }

  const open = async (): Promise<void> => {
    const failed = await channel.open({
      data: listeners.data,
      closed: (what) => {
        if (state !== 'connected') return
        // Some converters hang up after each answer, gateways when nothing was asked for a while: only what was just sent is lost by that.
        if (!proof.isHangUp(what) || listeners.hungUp === undefined) fail(what)
        else {
          if (proof.waits()) listeners.hungUp(what)
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
    proof.fresh()
    if (wasUp) reconnects += 1
    wasUp = true
    listeners.up()
  }

  return {
    start(): void {
      opening = open()
    },
    write(bytes: Uint8Array): void {
      proof.sent()
      channel.write(bytes)
    },
    /** The other side gave a right answer: the next loss is a new one and is retried at once. */
    proven(): void {
      failures = 0
      proof.answered()
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
