import { inSteps } from '../../../../shared/charger/abilities.ts'
import type { Write } from '../../../../shared/model/decision.ts'
import { givenStepA } from '../controlled-charger.ts'
import type { Offer, WritableAbilities, WriterState } from './writer-state.ts'

/** An offer that waited longer for the line than this is dropped: the next decision brings a fresher one. */
export const freshOfferMs = 1500
export const farewellRetryMs = 250
/** A limit nobody can read back is repeated: a charger that restarted, or took a write only for show, would else keep what nobody sees. */
const repeatMs = 30_000
export const retryMs = (failures: number): number => Math.min(10_000, 500 * 2 ** failures)

/** How long ago that was, ms; for ever where it never was. */
export const sinceMs = (atMs: number | null, nowMs: number): number => (atMs === null ? Infinity : nowMs - atMs)

export const isSameLimit = ({ limit }: WritableAbilities, heldA: number, wantedA: number): boolean => {
  // Above, less than half a step: a tolerance as wide as a step would call a reduction done that was ignored.
  const aboveA = Math.min(limit.toleranceA, givenStepA(limit) / 2)
  const writtenA = inSteps(limit.stepA, wantedA)
  return heldA - writtenA <= aboveA + 1e-9 && writtenA - heldA <= limit.toleranceA + 1e-9
}

/** Less than was written, as it was read back: a limit of the charger's own that was told already. */
export const isOwnLimit = (
  { limit: { toleranceA } }: WritableAbilities,
  heldA: number,
  { limitA, readBackA }: Write,
): boolean => readBackA !== null && readBackA < limitA && heldA >= readBackA - toleranceA && heldA <= limitA

/**
 * Out of reach for as long as its watchdog waits: it is at its fallback, and many then still show the limit they were last given.
 * A tenth less, because its time is not ours. Never before it was reached at all.
 */
export const isLapsed = ({ watchdog }: WritableAbilities, fromMs: number | null, toMs: number): boolean =>
  fromMs !== null && watchdog.kind === 'fed' && toMs - fromMs > watchdog.timeoutS * 900

/** A third of the timeout leaves two more tries before the charger gives up on us. */
export const isFeedDue = ({ watchdog }: WritableAbilities, fedAtMs: number | null, nowMs: number): boolean =>
  watchdog.kind === 'fed' && sinceMs(fedAtMs, nowMs) >= (watchdog.timeoutS * 1000) / 3

export const isRepeatDue = (
  { canReadBack, limit }: WritableAbilities,
  { writtenAtMs, repeats }: WriterState,
  nowMs: number,
): boolean => !canReadBack && sinceMs(writtenAtMs, nowMs) >= (repeats === 0 ? limit.settleMs : repeatMs)

/**
 * When the last write may have reached the charger at the latest: it may have waited for the line after it was sent, and one model
 * ignores a limit that comes too soon after the one before.
 */
const lastWriteMs = ({ sentMs, writtenAtMs }: WriterState): number | null =>
  sentMs === null || writtenAtMs === null ? sentMs : Math.max(sentMs, writtenAtMs)

/**
 * Raises and a person's wishes keep the spacing; the next decision brings them again. What a circuit needs goes at once: the worst
 * that can happen to it is that the charger does not take it, and then it is told again.
 */
export const isTooSoon = (
  { limit }: WritableAbilities,
  state: WriterState,
  { limitA, mayWait }: Offer,
  nowMs: number,
): boolean =>
  state.latest !== null &&
  (limitA > state.latest.limitA || mayWait === true) &&
  sinceMs(lastWriteMs(state), nowMs) < limit.spacingMs
