import type { Write } from '../../../../shared/model/decision.ts'
import type { ChargerProfile } from '../../../../shared/profile/charger-profile.ts'
import { inSteps } from '../../../../shared/profile/charger-limit.ts'
import { feedOf } from '../../../../shared/profile/feeding.ts'
import { stepOf } from '../devices.ts'
import { createDriftWatch } from './drift-watch.ts'
import type { ChargerLink, ChargerOutcome, Clock, NewId, Stop } from '../../ports.ts'

export interface Offer {
  readonly limitA: number
  readonly reason: Exclude<Write['reason'], 'heartbeat'>
  readonly decisionId: string | null
  /** Nothing but a person's wish asks for it: it may wait for the spacing of writes. */
  readonly mayWait?: boolean
}

/** The charger does not do what it is told, twice in a row or more. */
export interface Trouble {
  readonly why: string
  /** Limit it says it holds, A; null when it does not say. */
  readonly holdsA: number | null
  /** Another system writes limits to it: the highest it was seen to hold by that, A, whatever it holds at this moment; else null. */
  readonly rivalA: number | null
}

export interface ChargerWriter {
  /**
   * The limit of a fresh and valid decision: written when it is news, when the watchdog needs it, or when the last try failed.
   * `isQuiet`: the watchdog is to fire, so whatever feeds one of its kind is left out.
   */
  readonly offer: (offer: Offer, isQuiet?: boolean) => void
  /** What the charger was read to hold (regular polling): a limit lost by a restart or another master is written again. */
  readonly observe: (limitA: number, atMs: number) => void
  /** The last word before control ends, tried again until `untilMs` (monotonic); resolves when it is settled. Offers are ignored until `reopen`. */
  readonly farewell: (offer: Offer, untilMs: number) => Promise<void>
  readonly reopen: () => void
  readonly latest: () => Write | null
  readonly trouble: () => Trouble | null
  /** The charger acknowledged the last write, whatever it then did with it. */
  readonly isAcknowledged: () => boolean
  /** Of a charger that cannot be read back: the higher limit it may still hold, until it has had its time to take the lower one, A. */
  readonly unconfirmedA: () => number | null
}

export interface WriterParts {
  readonly link: ChargerLink
  readonly profile: ChargerProfile
  readonly clock: Clock
  readonly newId: NewId
  /** Every state a write goes through. */
  readonly onWrite: (write: Write) => void
  readonly onProblem: (message: string) => void
  /** It holds less than was written although its time to take it is over: a limit of its own, A. */
  readonly onHoldsLess?: (heldA: number, wantedA: number) => void
  /** Trouble began or ended without a write. */
  readonly onTrouble: () => void
}

/** An offer that waited longer for the line than this is dropped: the next decision brings a fresher one. */
const freshOfferMs = 1500
const farewellRetryMs = 250
/** A limit nobody can read back is repeated: a charger that restarted, or took a write only for show, would else keep what nobody sees. */
const repeatMs = 30_000
const retryMs = (failures: number): number => Math.min(10_000, 500 * 2 ** failures)
const shown = (amperes: number): string => `${Math.round(amperes * 100) / 100} A`

/** A link that throws is a bug, but must not stop the other chargers: it becomes an outcome. */
const guarded = async <T>(clock: Clock, attempt: () => Promise<ChargerOutcome<T>>): Promise<ChargerOutcome<T>> => {
  try {
    return await attempt()
  } catch (error) {
    return { ok: false, why: `the charger link failed: ${String(error)}`, atMs: clock.nowMs() }
  }
}

/**
 * One charger's limit on its way, at most one write in flight, the newest waiting behind it: pending, written, then verified by
 * read back within the settle time, or failed with a reason, or superseded. No timer ever writes: without offers from
 * decisions nothing is sent, so the charger's own watchdog fires when decisions stop. The only timers are for reading back.
 */
export const createChargerWriter = ({
  link,
  profile,
  clock,
  newId,
  onWrite,
  onProblem,
  onTrouble,
  onHoldsLess = () => undefined,
}: WriterParts): ChargerWriter => {
  const { settleMs, tolerance } = profile.limit
  const watchdog = profile.watchdog
  const feed = feedOf(profile)
  // Above, less than half a step: a tolerance as wide as a step would call a reduction done that was ignored.
  const aboveA = Math.min(tolerance, stepOf(profile) / 2)
  const isSame = (heldA: number, wantedA: number): boolean => {
    const writtenA = inSteps(profile.limit, wantedA)
    return heldA - writtenA <= aboveA + 1e-9 && writtenA - heldA <= tolerance + 1e-9
  }
  /** Less than was written, as it was read back: a limit of the charger's own that was told already. */
  const isOwnLimit = (heldA: number, { limitA, readBackA }: Write): boolean =>
    readBackA !== null && readBackA < limitA && heldA >= readBackA - tolerance && heldA <= limitA
  let latest: Write | null = null
  let stage: 'idle' | 'sending' | 'settling' = 'idle'
  let waiting: { offer: Offer; atMs: number } | null = null
  let stopReadBack: Stop = () => undefined
  let settled: () => void = () => undefined
  let closed = false
  /** Counts reopenings: a farewell that is still trying then belongs to a session that is over. */
  let session = 0
  let failures = 0
  let failedAtMs = -Infinity
  let trouble: Trouble | null = null
  const drifts = createDriftWatch(clock, onProblem, onTrouble)
  let settledMs = -Infinity
  let observedAtMs: number | null = null
  let observedMs = -Infinity
  let writtenAtMs = -Infinity
  let fedAtMs = -Infinity
  let heardAtMs = -Infinity
  /** Writes of the same limit in a row. */
  let repeats = 0
  let before: { readonly limitA: number; readonly untilMs: number } | null = null
  let feeding = false
  let sentMs = -Infinity
  let acknowledged = false

  const turn = (changes: Partial<Write>): void => {
    if (latest === null) return
    latest = { ...latest, ...changes }
    onWrite(latest)
  }

  const settle = (changes: Partial<Write>): void => {
    stage = 'idle'
    settledMs = clock.monotonicMs()
    stopReadBack()
    turn({ ...changes, settledAtMs: clock.nowMs() })
    settled()
  }

  const fail = (why: string, disobeys: boolean, holdsA: number | null): void => {
    failedAtMs = clock.monotonicMs()
    failures += 1
    if (disobeys && failures >= 2) trouble = { why, holdsA, rivalA: null }
    settle({ state: 'failed', why })
  }

  const readBack = async (write: Write, writtenMs: number): Promise<void> => {
    const outcome = await guarded(clock, () => link.readBackLimit())
    if (latest?.id !== write.id || stage !== 'settling') return
    if (outcome.ok) {
      if (isSame(outcome.limitA, write.limitA)) {
        failures = 0
        trouble = null
        settle({ state: 'verified', readBackA: outcome.limitA, why: null })
        return
      }
    }
    const leftMs = settleMs - (clock.monotonicMs() - writtenMs)
    if (leftMs > 0) {
      if (outcome.ok) latest = { ...latest, readBackA: outcome.limitA }
      stopReadBack = clock.after(Math.min(leftMs, Math.max(100, settleMs / 4)), () => {
        void readBack(write, writtenMs)
      })
      return
    }
    if (!outcome.ok) {
      fail(`written, but it could not be read back: ${outcome.why}`, true, null)
      return
    }
    turn({ readBackA: outcome.limitA })
    if (outcome.limitA < write.limitA) {
      // No more than was decided is in force: that is done, and writing it again would change nothing.
      failures = 0
      trouble = null
      settle({ state: 'verified', why: `holds ${shown(outcome.limitA)} of ${shown(write.limitA)}: a limit of its own` })
      onHoldsLess(outcome.limitA, write.limitA)
      return
    }
    fail(
      `${shown(write.limitA)} was written, but the charger holds ${shown(outcome.limitA)} after ${settleMs / 1000} s: ` +
        'check that Modbus control is enabled in it and that no other system sets its limit',
      true,
      outcome.limitA,
    )
  }

  const unconfirmedA = (): number | null =>
    before !== null && clock.monotonicMs() < before.untilMs ? before.limitA : null

  const send = async (offer: Offer, reason: Write['reason']): Promise<void> => {
    stage = 'sending'
    sentMs = clock.monotonicMs()
    drifts.clear()
    const heldA = Math.max(latest?.limitA ?? 0, unconfirmedA() ?? 0)
    repeats = latest?.limitA === offer.limitA && latest.state !== 'failed' ? repeats + 1 : 0
    before = !link.canReadBack && heldA > offer.limitA ? { limitA: heldA, untilMs: Infinity } : null
    latest = {
      id: newId(),
      chargerId: link.chargerId,
      atMs: clock.nowMs(),
      limitA: offer.limitA,
      reason,
      decisionId: offer.decisionId,
      state: 'pending',
      readBackA: null,
      why: null,
      settledAtMs: null,
    }
    const write = latest
    // On its way before anything is recorded: the wire is what an overload waits for.
    const sent = guarded(clock, () => link.writeLimit(offer.limitA))
    onWrite(write)
    const outcome = await sent
    if (latest.id !== write.id || stage !== 'sending') return
    acknowledged = outcome.ok
    if (outcome.ok) {
      writtenAtMs = clock.monotonicMs()
      turn({ state: 'written' })
    }
    const next = waiting
    waiting = null
    if (next !== null && clock.monotonicMs() - next.atMs <= freshOfferMs) {
      settle({
        state: 'superseded',
        why: outcome.ok
          ? `replaced by ${shown(next.offer.limitA)} before it was read back`
          : `${outcome.why}; replaced by ${shown(next.offer.limitA)}`,
      })
      void send(next.offer, next.offer.reason)
    } else if (!outcome.ok) {
      fail(outcome.why, true, null)
    } else if (!link.canReadBack) {
      failures = 0
      trouble = null
      if (before !== null) before = { ...before, untilMs: clock.monotonicMs() + settleMs }
      settle({ why: 'written; this charger has no register to read it back from' })
    } else {
      stage = 'settling'
      void readBack(write, writtenAtMs)
    }
  }

  /**
   * Out of reach for as long as its watchdog waits: it is at its fallback, and many then still show the limit they were last given.
   * A tenth less, because its time is not ours. Never before it was reached at all.
   */
  const isLapsed = (fromMs: number, toMs: number): boolean =>
    fromMs !== -Infinity && 'timeoutS' in watchdog && toMs - fromMs > watchdog.timeoutS * 900

  const isRepeatDue = (): boolean =>
    !link.canReadBack && clock.monotonicMs() - writtenAtMs >= (repeats === 0 ? settleMs : repeatMs)

  const beat = async (): Promise<void> => {
    feeding = true
    const outcome = await guarded(clock, () => link.feedWatchdog())
    feeding = false
    if (outcome.ok) {
      if (isLapsed(fedAtMs, clock.monotonicMs())) drifts.note()
      fedAtMs = clock.monotonicMs()
    } else onProblem(`the watchdog could not be fed: ${outcome.why}`)
  }

  /** A third of the timeout leaves two more tries before the charger gives up on us. */
  const dueAfter = (sinceMs: number): boolean =>
    'timeoutS' in watchdog && clock.monotonicMs() - sinceMs >= (watchdog.timeoutS * 1000) / 3

  const hush = (): void => {
    waiting = null
    if (stage === 'settling') settle({ state: 'superseded', why: 'left alone so that its own watchdog brings it down' })
  }

  /**
   * Raises and a person's wishes keep the spacing; the next decision brings them again. What a circuit needs goes at once: the worst
   * that can happen to it is that the charger does not take it, and then it is told again.
   */
  const isTooSoon = ({ limitA, mayWait }: Offer): boolean =>
    latest !== null &&
    (limitA > latest.limitA || mayWait === true) &&
    clock.monotonicMs() - sentMs < profile.limit.spacingMs

  const offer = (next: Offer, isQuiet = false): void => {
    if (closed) return
    if (isQuiet && feed !== 'heartbeat') {
      hush()
      return
    }
    if (feed === 'heartbeat' && !isQuiet && !feeding && dueAfter(fedAtMs)) void beat()
    const same = latest !== null && latest.limitA === next.limitA
    if (!same && isTooSoon(next)) return
    if (stage === 'sending') {
      waiting = same ? null : { offer: next, atMs: clock.monotonicMs() }
      return
    }
    if (stage === 'settling') {
      if (same) return
      settle({ state: 'superseded', why: `replaced by ${shown(next.limitA)} before it was read back` })
    } else if (latest !== null && same && latest.state === 'failed') {
      if (clock.monotonicMs() - failedAtMs < retryMs(failures)) return
    } else if (latest !== null && same && drifts.isLost()) {
      if (drifts.mustWait()) return
    } else if (latest !== null && same) {
      if ((watchdog.kind === 'setpoint-validity' && dueAfter(writtenAtMs)) || isRepeatDue())
        void send(next, 'heartbeat')
      return
    }
    void send(next, next.reason)
  }

  return {
    offer,
    observe: (limitA, atMs) => {
      if (atMs === observedAtMs) return
      observedAtMs = atMs
      const nowMs = clock.monotonicMs()
      // By the time that passed here, and not before the look that did not have it yet: whoever sets the calendar must neither hide a
      // limit that was lost nor make one seem lost.
      const readMs = nowMs - Math.min(Math.max(0, clock.nowMs() - atMs), nowMs - observedMs)
      observedMs = nowMs
      // Fed by requests, and none arrived: what it shows now need not be what is in force.
      if (watchdog.kind === 'poll' && isLapsed(heardAtMs, readMs)) drifts.note()
      heardAtMs = readMs
      if (stage !== 'idle' || latest === null || readMs <= settledMs + settleMs) return
      drifts.observe({
        limitA,
        wantedA: latest.limitA,
        isOurs: isSame(limitA, latest.limitA) || isOwnLimit(limitA, latest),
        isVerified: latest.state === 'verified',
      })
    },
    farewell: async (last, untilMs) => {
      closed = true
      const mine = session
      const before = latest?.id
      const over = () =>
        latest !== null && latest.id !== before && latest.limitA === last.limitA && latest.settledAtMs !== null
      if (stage === 'sending') {
        waiting = { offer: last, atMs: Infinity }
      } else {
        if (stage === 'settling')
          settle({ state: 'superseded', why: `replaced by ${shown(last.limitA)} before it was read back` })
        void send(last, last.reason)
      }
      for (;;) {
        while (!over() && session === mine)
          await new Promise<void>((resolve) => {
            settled = resolve
          })
        if (session !== mine || latest?.state !== 'failed' || clock.monotonicMs() + farewellRetryMs >= untilMs) break
        await new Promise<void>((resolve) => {
          clock.after(farewellRetryMs, resolve)
        })
        if (session !== mine) break
        void send(last, last.reason)
      }
      if (session === mine) settled = () => undefined
    },
    reopen: () => {
      closed = false
      session += 1
      waiting = null
      settled()
      settled = () => undefined
      failures = 0
      trouble = null
      drifts.reset()
      fedAtMs = -Infinity
      heardAtMs = -Infinity
      sentMs = -Infinity
    },
    latest: () => latest,
    unconfirmedA,
    isAcknowledged: () => acknowledged,
    trouble: () => {
      const rival = drifts.rival()
      return rival === null ? trouble : { why: rival.why, holdsA: rival.highestA, rivalA: rival.highestA }
    },
  }
}
