import { refusalText } from '../../../shared/said/refusal.ts'
import type { Bound, Override, Write } from '../../../shared/model/decision.ts'
import { sayA } from '../../../shared/allocation/bounds.ts'
import type { Clock, NewId } from '../ports.ts'
import type { ControlledCharger } from './controlled-charger.ts'
import { forgetful, type Memory } from '../site/memory.ts'

export interface OverrideInput {
  readonly intentId: string
  readonly chargerId: string
  readonly limitA: number
  readonly ttlS: number
  readonly reason: string
  readonly who: string
}

export type Change = (override: Override, who: string) => void

const running: readonly Override['state'][] = ['pending', 'written', 'verified', 'failed']
export const isRunning = (override: Override): boolean => running.includes(override.state)
const keptEnded = 30
/** More than the person asked for: whatever became of the write, that is no success. */
const exceeds = (override: Override, amperes: number): boolean => amperes > override.limitA + 1e-6

/** Why an override cannot be, with what to do; null when it can. */
const refusal = (
  input: OverrideInput,
  charger: ControlledCharger | undefined,
  notControlled: string | null,
): string | null => {
  if (notControlled !== null) return notControlled
  if (charger === undefined) return refusalText('no-charger', { chargerId: input.chargerId })
  if (charger.abilities.monitoredOnly !== null)
    return refusalText('monitored-only', { charger: charger.name, why: charger.abilities.monitoredOnly })
  if (input.limitA === 0 && !charger.canPause)
    return refusalText('no-pause', { charger: charger.name, minimumA: charger.minimumA })
  if (input.limitA > 0 && input.limitA < charger.minimumA) {
    const { name, minimumA } = charger
    return refusalText('below-minimum', { charger: name, limitA: input.limitA, minimumA })
  }
  return null
}

/**
 * A person's limits: one at a time per charger, each ends by itself. They are wishes to the allocation, never writes; their
 * state follows the write that carries them. Every transition is told to `onChange` once.
 */
export const createOverrides = (
  clock: Clock,
  newId: NewId,
  chargers: ReadonlyMap<string, ControlledCharger>,
  onChange: Change,
  memory: Memory = forgetful,
) => {
  const kept = memory.keep('overrides', { list: [] as Override[], endsAtMonotonic: new Map<string, number>() })
  const { endsAtMonotonic } = kept

  const put = (next: Override, who: string): Override => {
    const before = kept.list.find((item) => item.id === next.id)
    kept.list =
      before === undefined ? [...kept.list, next] : kept.list.map((item) => (item.id === next.id ? next : item))
    const ended = kept.list.filter((item) => !isRunning(item))
    if (ended.length > keptEnded)
      kept.list = kept.list.filter((item) => isRunning(item) || ended.indexOf(item) >= ended.length - keptEnded)
    if (before?.state !== next.state) onChange(next, who)
    return next
  }
  const end = (item: Override, state: 'expired' | 'cancelled', why: string, who: string): Override =>
    put({ ...item, state, why, endedAtMs: clock.nowMs() }, who)

  /** When it will be over by the calendar as it is now; unchanged while nobody set it. */
  const withExpiry = (item: Override): Override => {
    const endsMs = endsAtMonotonic.get(item.id)
    if (!isRunning(item) || endsMs === undefined) return item
    const expiresAtMs = Math.round(clock.nowMs() + endsMs - clock.monotonicMs())
    return Math.abs(expiresAtMs - item.expiresAtMs) < 1000 ? item : { ...item, expiresAtMs }
  }

  return {
    list: (): readonly Override[] => kept.list.map(withExpiry),
    running: (chargerId: string): Override | null =>
      kept.list.find((item) => item.chargerId === chargerId && isRunning(item)) ?? null,
    set: (input: OverrideInput, notControlled: string | null): Override => {
      const charger = chargers.get(input.chargerId)
      const nowMs = clock.nowMs()
      const why = refusal(input, charger, notControlled)
      const created: Override = {
        id: newId(),
        chargerId: input.chargerId,
        limitA: input.limitA,
        reason: input.reason,
        who: input.who,
        createdAtMs: nowMs,
        expiresAtMs: nowMs + input.ttlS * 1000,
        state: why === null ? 'pending' : 'refused',
        effectiveA: null,
        clampedBy: null,
        why,
        endedAtMs: why === null ? null : nowMs,
      }
      if (why === null) {
        const before = kept.list.find((item) => item.chargerId === input.chargerId && isRunning(item))
        if (before !== undefined)
          end(before, 'cancelled', `replaced by ${sayA(input.limitA)} from ${input.who}`, input.who)
        endsAtMonotonic.set(created.id, clock.monotonicMs() + input.ttlS * 1000)
      }
      return put(created, input.who)
    },
    /** null when there is no such override; one that has ended is answered as it is. */
    cancel: (id: string, who: string, reason: string): Override | null => {
      const item = kept.list.find((other) => other.id === id)
      if (item === undefined) return null
      return isRunning(item) ? end(item, 'cancelled', reason, who) : item
    },
    cancelAll: (why: string, who: string): void => {
      for (const item of kept.list.filter(isRunning)) end(item, 'cancelled', why, who)
    },
    /**
     * Ends what has run out. A person gave it for a time, not until an hour of the day, so only time that passed counts: whoever sets
     * the calendar neither ends nor prolongs it, and `expiresAtMs` moves with the calendar.
     */
    expire: (): void => {
      for (const item of kept.list.filter(isRunning)) {
        if (clock.monotonicMs() < (endsAtMonotonic.get(item.id) ?? Infinity)) continue
        endsAtMonotonic.delete(item.id)
        end(item, 'expired', 'its time is over: the charger returns to its share', 'tripscope')
      }
    },
    /** What the decision made of it. */
    decided: (chargerId: string, effectiveA: number, clampedBy: Bound | null): void => {
      const item = kept.list.find((other) => other.chargerId === chargerId && isRunning(other))
      if (item === undefined) return
      if (exceeds(item, effectiveA)) {
        const why = `${sayA(effectiveA)} stay in force: this charger cannot be told less now`
        put({ ...item, effectiveA, clampedBy: null, state: 'failed', why }, 'tripscope')
        return
      }
      const changed = item.effectiveA !== effectiveA
      const state = changed && item.effectiveA !== null ? 'pending' : item.state
      put(
        { ...item, effectiveA, clampedBy, state, why: state === 'failed' ? item.why : (clampedBy?.detail ?? null) },
        'tripscope',
      )
    },
    /** The state of the write that carries it. */
    follow: (write: Write | null): void => {
      const item =
        write === null ? undefined : kept.list.find((other) => other.chargerId === write.chargerId && isRunning(other))
      if (
        write === null ||
        item === undefined ||
        item.effectiveA === null ||
        Math.abs(write.limitA - item.effectiveA) > 1e-6
      )
        return
      if (exceeds(item, item.effectiveA)) return
      if (write.state === 'superseded' || write.state === item.state) return
      // A heartbeat or another try under way changes nothing yet: the last outcome stands until there is a new one.
      if ((item.state === 'verified' || item.state === 'failed') && write.settledAtMs === null) return
      put({ ...item, state: write.state, why: write.why ?? item.clampedBy?.detail ?? null }, 'tripscope')
    },
  }
}
