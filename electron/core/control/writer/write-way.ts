/** The way of one write: sent, written, read back, settled. Pure. */
import type { Write } from '../../../../shared/model/decision.ts'
import type { ChargerOutcome } from '../../chargers/charger-link.ts'
import { shown } from './drift.ts'
import { farewellRetryMs, freshOfferMs, isSameLimit, sinceMs } from './writer-rules.ts'
import {
  unconfirmedOf,
  type Moment,
  type Offer,
  type WritableAbilities,
  type WriterEffect,
  type WriterState,
  type WriterStep,
} from './writer-state.ts'

export const stay = (state: WriterState, ...effects: readonly WriterEffect[]): WriterStep => ({ state, effects })

export const chain = (first: WriterStep, next: (state: WriterState) => WriterStep): WriterStep => {
  const second = next(first.state)
  return { state: second.state, effects: [...first.effects, ...second.effects] }
}

const turn = (state: WriterState, changes: Partial<Write>): WriterStep => {
  if (state.latest === null) return stay(state)
  const latest = { ...state.latest, ...changes }
  return stay({ ...state, latest }, { kind: 'tell', write: latest })
}

/** A last word that is settled ends the farewell, or is said once more while there is time. */
const goOnWithFarewell = (state: WriterState, { nowMs }: Moment): WriterStep => {
  const { farewell, latest } = state
  const isOver =
    farewell !== null &&
    latest !== null &&
    latest.id !== farewell.behindId &&
    latest.limitA === farewell.offer.limitA &&
    latest.settledAtMs !== null
  if (!isOver) return stay(state)
  return latest.state === 'failed' && nowMs + farewellRetryMs < farewell.untilMs
    ? stay(state, { kind: 'farewell-later', session: state.session, afterMs: farewellRetryMs })
    : stay({ ...state, farewell: null })
}

export const settle = (state: WriterState, changes: Partial<Write>, now: Moment): WriterStep => {
  const settled = turn({ ...state, stage: 'idle', settledMs: now.nowMs }, { ...changes, settledAtMs: now.atMs })
  return chain(settled, (after) => goOnWithFarewell(after, now))
}

/** Done as told, or as far as the charger allows: what went wrong before is forgotten. */
const obeyed = (state: WriterState): WriterState => ({ ...state, failures: 0, trouble: null })

const fail = (state: WriterState, why: string, holdsA: number | null, now: Moment): WriterStep => {
  const failures = state.failures + 1
  const trouble = failures >= 2 ? { why, holdsA, rivalA: null } : state.trouble
  return settle({ ...state, failures, trouble, failedAtMs: now.nowMs }, { state: 'failed', why }, now)
}

export const send = (
  state: WriterState,
  able: WritableAbilities,
  offer: Offer,
  reason: Write['reason'],
  { nowMs, atMs, freeId }: Moment,
): WriterStep => {
  const { latest } = state
  const heldA = Math.max(latest?.limitA ?? 0, unconfirmedOf(state, nowMs) ?? 0)
  const write: Write = {
    id: freeId,
    chargerId: state.chargerId,
    atMs,
    limitA: offer.limitA,
    reason,
    decisionId: offer.decisionId,
    state: 'pending',
    readBackA: null,
    why: null,
    settledAtMs: null,
  }
  return stay(
    {
      ...state,
      stage: 'sending',
      sentMs: nowMs,
      drift: { ...state.drift, isLost: false },
      repeats: latest?.limitA === offer.limitA && latest.state !== 'failed' ? state.repeats + 1 : 0,
      before: !able.canReadBack && heldA > offer.limitA ? { limitA: heldA, untilMs: null } : null,
      latest: write,
    },
    // On its way before anything is recorded: the wire is what an overload waits for.
    { kind: 'write', write },
    { kind: 'tell', write },
  )
}

/** Replaced before it was read back. */
export const supersede = (state: WriterState, byA: number, now: Moment): WriterStep =>
  settle(state, { state: 'superseded', why: `replaced by ${shown(byA)} before it was read back` }, now)

const written = (state: WriterState, able: WritableAbilities, id: string, now: Moment): WriterStep => {
  if (able.canReadBack) return stay({ ...state, stage: 'settling' }, { kind: 'read-back', writeId: id })
  const before = state.before && { ...state.before, untilMs: now.nowMs + able.limit.settleMs }
  return settle(
    { ...obeyed(state), before },
    { why: 'written; this charger has no register to read it back from' },
    now,
  )
}

export const sent = (
  before: WriterState,
  able: WritableAbilities,
  event: { readonly writeId: string; readonly outcome: ChargerOutcome<unknown> },
  now: Moment,
): WriterStep => {
  const { writeId, outcome } = event
  if (before.latest?.id !== writeId || before.stage !== 'sending') return stay(before)
  const { waiting } = before
  const answered = { ...before, isAcknowledged: outcome.ok, waiting: null }
  const told = outcome.ok ? turn({ ...answered, writtenAtMs: now.nowMs }, { state: 'written' }) : stay(answered)
  return chain(told, (state) => {
    if (waiting !== null && (waiting.atMs === null || sinceMs(waiting.atMs, now.nowMs) <= freshOfferMs)) {
      const { offer } = waiting
      const replaced = outcome.ok
        ? supersede(state, offer.limitA, now)
        : settle(state, { state: 'superseded', why: `${outcome.why}; replaced by ${shown(offer.limitA)}` }, now)
      return chain(replaced, (after) => send(after, able, offer, offer.reason, now))
    }
    return outcome.ok ? written(state, able, writeId, now) : fail(state, outcome.why, null, now)
  })
}

/** Its time to take the limit is over. */
const judgeHeld = (state: WriterState, able: WritableAbilities, write: Write, heldA: number, now: Moment): WriterStep =>
  chain(turn(state, { readBackA: heldA }), (after) => {
    if (heldA < write.limitA) {
      // No more than was decided is in force: that is done, and writing it again would change nothing.
      const why = `holds ${shown(heldA)} of ${shown(write.limitA)}: a limit of its own`
      return chain(settle(obeyed(after), { state: 'verified', why }, now), (done) =>
        stay(done, { kind: 'holds-less', heldA, wantedA: write.limitA }),
      )
    }
    return fail(
      after,
      `${shown(write.limitA)} was written, but the charger holds ${shown(heldA)} after ${able.limit.settleMs / 1000} s: ` +
        'check that control from outside is enabled in it and that no other system sets its limit',
      heldA,
      now,
    )
  })

export const readBack = (
  state: WriterState,
  able: WritableAbilities,
  event: { readonly writeId: string; readonly outcome: ChargerOutcome<{ readonly limitA: number }> },
  now: Moment,
): WriterStep => {
  const { latest } = state
  const { writeId, outcome } = event
  if (latest?.id !== writeId || state.stage !== 'settling') return stay(state)
  if (outcome.ok && isSameLimit(able, outcome.limitA, latest.limitA))
    return settle(obeyed(state), { state: 'verified', readBackA: outcome.limitA, why: null }, now)
  const { settleMs } = able.limit
  const leftMs = settleMs - sinceMs(state.writtenAtMs, now.nowMs)
  if (leftMs > 0) {
    const seen = outcome.ok ? { ...state, latest: { ...latest, readBackA: outcome.limitA } } : state
    const afterMs = Math.min(leftMs, Math.max(100, settleMs / 4))
    return stay(seen, { kind: 'read-back-later', writeId, afterMs })
  }
  return outcome.ok
    ? judgeHeld(state, able, latest, outcome.limitA, now)
    : fail(state, `written, but it could not be read back: ${outcome.why}`, null, now)
}
