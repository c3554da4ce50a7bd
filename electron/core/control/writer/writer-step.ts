import { feedOf } from '../../../../shared/charger/abilities.ts'
import { observeDrift, tryAgain, unknownHold } from './drift.ts'
import { chain, readBack, send, sent, settle, stay, supersede } from './write-way.ts'
import {
  isFeedDue,
  isLapsed,
  isOwnLimit,
  isRepeatDue,
  isSameLimit,
  isTooSoon,
  retryMs,
  sinceMs,
} from './writer-rules.ts'
import type { Moment, Offer, WritableAbilities, WriterEvent, WriterState, WriterStep } from './writer-state.ts'

/** Left alone so that its own watchdog brings it down: nothing is sent, and what was sent is not waited for. */
const hush = (state: WriterState, now: Moment): WriterStep => {
  const silent = { ...state, waiting: null }
  return state.stage === 'settling'
    ? settle(silent, { state: 'superseded', why: 'left alone so that its own watchdog brings it down' }, now)
    : stay(silent)
}

/** The same limit once more: only where it was lost, where the watchdog lives by it, or where nobody sees whether it is in force. */
const offerSame = (state: WriterState, able: WritableAbilities, offer: Offer, now: Moment): WriterStep => {
  if (state.latest?.state === 'failed')
    return sinceMs(state.failedAtMs, now.nowMs) < retryMs(state.failures)
      ? stay(state)
      : send(state, able, offer, offer.reason, now)
  if (state.drift.isLost) {
    const { drift, mayWrite } = tryAgain(state.drift, now.nowMs)
    const tried = { ...state, drift }
    return mayWrite ? send(tried, able, offer, offer.reason, now) : stay(tried)
  }
  const livesByIt = feedOf(able) === 'limit' && isFeedDue(able, state.writtenAtMs, now.nowMs)
  return livesByIt || isRepeatDue(able, state, now.nowMs) ? send(state, able, offer, 'heartbeat', now) : stay(state)
}

const offerLimit = (state: WriterState, able: WritableAbilities, offer: Offer, now: Moment): WriterStep => {
  const isSame = state.latest?.limitA === offer.limitA
  if (!isSame && isTooSoon(able, state, offer, now.nowMs)) return stay(state)
  switch (state.stage) {
    case 'sending':
      return stay({ ...state, waiting: isSame ? null : { offer, atMs: now.nowMs } })
    case 'settling':
      return isSame
        ? stay(state)
        : chain(supersede(state, offer.limitA, now), (after) => send(after, able, offer, offer.reason, now))
    case 'idle':
      return isSame ? offerSame(state, able, offer, now) : send(state, able, offer, offer.reason, now)
  }
}

const offered = (
  state: WriterState,
  able: WritableAbilities,
  { offer, isQuiet }: Extract<WriterEvent, { kind: 'offer' }>,
  now: Moment,
): WriterStep => {
  if (state.isClosed) return stay(state)
  const livesByHeartbeat = feedOf(able) === 'heartbeat'
  if (isQuiet && !livesByHeartbeat) return hush(state, now)
  const isBeat = livesByHeartbeat && !isQuiet && !state.isFeeding && isFeedDue(able, state.fedAtMs, now.nowMs)
  const fed = isBeat ? stay({ ...state, isFeeding: true }, { kind: 'feed' }) : stay(state)
  return chain(fed, (after) => offerLimit(after, able, offer, now))
}

const observed = (
  state: WriterState,
  able: WritableAbilities,
  { limitA, atMs }: Extract<WriterEvent, { kind: 'observed' }>,
  now: Moment,
): WriterStep => {
  if (atMs === state.observedAtMs) return stay(state)
  // By the time that passed here, and not before the look that did not have it yet: whoever sets the calendar must neither hide a
  // limit that was lost nor make one seem lost.
  const readMs = now.nowMs - Math.min(Math.max(0, now.atMs - atMs), sinceMs(state.observedMs, now.nowMs))
  // Fed by requests, and none arrived: what it shows now need not be what is in force.
  const isLost = state.drift.isLost || (feedOf(able) === 'any-request' && isLapsed(able, state.heardAtMs, readMs))
  const seen: WriterState = {
    ...state,
    observedAtMs: atMs,
    observedMs: now.nowMs,
    heardAtMs: readMs,
    drift: { ...state.drift, isLost },
  }
  const { latest, stage, settledMs } = state
  if (stage !== 'idle' || latest === null || (settledMs !== null && readMs <= settledMs + able.limit.settleMs))
    return stay(seen)
  const { drift, problem, isRivalNews } = observeDrift(
    seen.drift,
    {
      limitA,
      wantedA: latest.limitA,
      isOurs: isSameLimit(able, limitA, latest.limitA) || isOwnLimit(able, limitA, latest),
      isVerified: latest.state === 'verified',
    },
    now.nowMs,
  )
  return stay(
    { ...seen, drift },
    ...(problem === null ? [] : [{ kind: 'problem', problem } as const]),
    ...(isRivalNews ? [{ kind: 'trouble-news' } as const] : []),
  )
}

const fed = (
  state: WriterState,
  able: WritableAbilities,
  { outcome }: Extract<WriterEvent, { kind: 'fed' }>,
  { nowMs }: Moment,
): WriterStep => {
  const done = { ...state, isFeeding: false }
  if (!outcome.ok) return stay(done, { kind: 'problem', problem: { problem: 'watchdog-not-fed', why: outcome.why } })
  const isLost = state.drift.isLost || isLapsed(able, state.fedAtMs, nowMs)
  return stay({ ...done, fedAtMs: nowMs, drift: { ...state.drift, isLost } })
}

const sayFarewell = (
  state: WriterState,
  able: WritableAbilities,
  { offer, untilMs }: Extract<WriterEvent, { kind: 'farewell' }>,
  now: Moment,
): WriterStep => {
  const farewell = { offer, untilMs, behindId: state.latest?.id ?? null }
  const closed: WriterState = { ...state, isClosed: true }
  if (state.stage === 'sending') return stay({ ...closed, farewell, waiting: { offer, atMs: null } })
  const free = state.stage === 'settling' ? supersede(closed, offer.limitA, now) : stay(closed)
  return chain(free, (after) => send({ ...after, farewell }, able, offer, offer.reason, now))
}

/** A new session: whatever is in force is not ours until it is written, and every charger gets its chance. */
const reopen = (state: WriterState): WriterState => ({
  ...state,
  isClosed: false,
  farewell: null,
  session: state.session + 1,
  waiting: null,
  failures: 0,
  trouble: null,
  drift: unknownHold,
  fedAtMs: null,
  heardAtMs: null,
  sentMs: null,
})

/** What one event makes of a writer, and what is to be done. Pure. */
export const stepWriter = (
  state: WriterState,
  able: WritableAbilities,
  event: WriterEvent,
  now: Moment,
): WriterStep => {
  switch (event.kind) {
    case 'offer':
      return offered(state, able, event, now)
    case 'observed':
      return observed(state, able, event, now)
    case 'sent':
      return sent(state, able, event, now)
    case 'read-back':
      return readBack(state, able, event, now)
    case 'read-back-due':
      return state.latest?.id === event.writeId && state.stage === 'settling'
        ? stay(state, { kind: 'read-back', writeId: event.writeId })
        : stay(state)
    case 'fed':
      return fed(state, able, event, now)
    case 'farewell':
      return sayFarewell(state, able, event, now)
    case 'farewell-due': {
      const { farewell } = state
      // A second farewell may have begun meanwhile: it says the last word then.
      const isStillDue = event.session === state.session && state.stage === 'idle' && state.latest?.state === 'failed'
      return farewell === null || !isStillDue
        ? stay(state)
        : send(state, able, farewell.offer, farewell.offer.reason, now)
    }
    case 'reopen':
      return stay(reopen(state))
  }
}
