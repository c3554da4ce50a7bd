import type { OverrideInput } from './override-input.ts'
import { sayA } from '../../../shared/allocation/bounds.ts'
import type { Proposal } from '../../../shared/allocation/preview.ts'
import type { Bound } from '../../../shared/model/bound.ts'
import type { Decision, Write } from '../../../shared/model/decision.ts'
import type { Image } from '../../../shared/model/image.ts'
import {
  isOfCircuit,
  isRunning,
  type Override,
  type OverrideAtCharger,
  type OverrideScope,
} from '../../../shared/model/override.ts'
import { brokenText, namesOf } from '../../../shared/said/override-words.ts'
import type { Site } from '../../../shared/site/site.ts'
import { own } from '../../../shared/own.ts'
import type { Clock, NewId } from '../ports.ts'
import { clampOf } from './clamp.ts'
import type { ControlledCharger } from './controlled-charger.ts'
import { ofCircuit, summed } from './override-outcome.ts'
import { sightOf } from './override-conditions.ts'
import { askedOf, holders, holdText, reached, refusal, sameScope, scopeOf } from './override-reach.ts'
import { forgetful, type Memory } from '../site/memory.ts'

/** `yields`: its state is as it was, and where it holds has changed. */
export type Change = (override: Override, who: string, what: 'state' | 'yields') => void

/** What an override asks of one charger, or of a phase of one circuit, and how that is said. */
export interface OverrideCap {
  readonly limitA: number
  readonly text: string
}

const keptEnded = 30
type Ended = 'expired' | 'cancelled' | 'reverted'
/** More than the person asked for: whatever became of the write, that is no success. */
const exceeds = (askedA: number, amperes: number): boolean => amperes > askedA + 1e-6

/**
 * A person's limits: one at a time per scope, each ends by itself: at its time, when a condition breaks, with control. They are wishes to
 * the allocation, never writes; their state follows the writes that carry them. Where two concern one charger the lower limit holds and
 * the other yields; each says so. Every transition is told to `onChange` once.
 */
export const createOverrides = (
  site: Site,
  clock: Clock,
  newId: NewId,
  chargers: ReadonlyMap<string, ControlledCharger>,
  onChange: Change,
  memory: Memory = forgetful,
) => {
  const kept = memory.keep('overrides', {
    list: [] as Override[],
    endsAtMonotonic: new Map<string, number>(),
    /** When the window it was given from last said that it is open (monotonic). */
    renewedAt: new Map<string, number>(),
  })
  const { endsAtMonotonic, renewedAt } = kept
  const names = namesOf(site)
  const running = (): readonly Override[] => kept.list.filter(isRunning)

  const yieldsOf = ({ chargers: list }: Override): string =>
    list.map(({ chargerId, yieldsTo }) => `${chargerId} ${yieldsTo ?? ''}`).join()

  const put = (next: Override, who: string): Override => {
    const before = kept.list.find((item) => item.id === next.id)
    kept.list =
      before === undefined ? [...kept.list, next] : kept.list.map((item) => (item.id === next.id ? next : item))
    const ended = kept.list.filter((item) => !isRunning(item))
    if (ended.length > keptEnded)
      kept.list = kept.list.filter((item) => isRunning(item) || ended.indexOf(item) >= ended.length - keptEnded)
    if (before?.state !== next.state) onChange(next, who, 'state')
    else if (isRunning(next) && yieldsOf(before) !== yieldsOf(next)) onChange(next, who, 'yields')
    return next
  }

  /** Who holds where may have changed: what was read back of another limit says nothing of this one. */
  const share = (): void => {
    const holding = holders(kept.list, chargers)
    for (const item of running()) {
      if (isOfCircuit(item)) continue
      const entries = item.chargers.map((at): OverrideAtCharger => {
        const holder = holding.get(at.chargerId)
        const yieldsTo = holder === undefined || holder.id === item.id ? null : holder.id
        return yieldsTo === at.yieldsTo ? at : { ...at, yieldsTo, state: 'pending', effectiveA: null, why: null }
      })
      if (yieldsOf({ ...item, chargers: entries }) !== yieldsOf(item))
        put(summed({ ...item, chargers: entries }, kept.list, names), 'tripscope')
    }
  }

  const end = (item: Override, state: Ended, why: string, who: string): Override => {
    endsAtMonotonic.delete(item.id)
    renewedAt.delete(item.id)
    const ended = put({ ...item, chargers: [], state, why, endedAtMs: clock.nowMs() }, who)
    share()
    return ended
  }

  /** When it will be over by the calendar as it is now; unchanged while nobody set it. */
  const withExpiry = (item: Override): Override => {
    const endsMs = endsAtMonotonic.get(item.id)
    if (!isRunning(item) || endsMs === undefined) return item
    const expiresAtMs = Math.round(clock.nowMs() + endsMs - clock.monotonicMs())
    return Math.abs(expiresAtMs - item.expiresAtMs) < 1000 ? item : { ...item, expiresAtMs }
  }

  const silentS = (item: Override): number =>
    (clock.monotonicMs() - (renewedAt.get(item.id) ?? clock.monotonicMs())) / 1000

  /** Which condition of it does not hold, in words; null: all do. */
  const brokenBy = (item: Override, image: Image | null): string | null => {
    for (const condition of item.conditions) {
      const sight = sightOf(condition, { site, image, windowSilentS: silentS(item) })
      if (sight !== null) return brokenText(condition, sight, names)
    }
    return null
  }

  const entryOf = (chargerId: string): OverrideAtCharger => ({
    chargerId,
    yieldsTo: null,
    state: 'pending',
    effectiveA: null,
    why: null,
  })

  const begin = (created: Override, ttlS: number): void => {
    for (const before of running().filter(({ scope }) => sameScope(scope, created.scope)))
      end(before, 'cancelled', `replaced by ${sayA(created.limitA)} from ${created.who}`, created.who)
    endsAtMonotonic.set(created.id, clock.monotonicMs() + ttlS * 1000)
    renewedAt.set(created.id, clock.monotonicMs())
  }

  const decidedAt = (
    item: Override,
    at: OverrideAtCharger,
    decision: Decision,
  ): { readonly at: OverrideAtCharger; readonly clamp: Bound | null } => {
    const charger = chargers.get(at.chargerId)
    const decided = own(decision.chargers, at.chargerId)
    if (at.yieldsTo !== null || charger === undefined || decided === undefined) return { at, clamp: null }
    const effectiveA = decided.targetA
    const askedA = askedOf(item, charger)
    if (exceeds(askedA, effectiveA)) {
      const why = `${sayA(effectiveA)} stay in force: this charger cannot be told less now`
      return { at: { ...at, effectiveA, state: 'failed', why }, clamp: null }
    }
    const clamp = clampOf(decided, askedA, charger.resolutionA)
    const state = at.effectiveA !== effectiveA && at.effectiveA !== null ? 'pending' : at.state
    return {
      at: { ...at, effectiveA, state, why: state === 'failed' ? at.why : (clamp?.detail ?? null) },
      clamp,
    }
  }

  return {
    list: (): readonly Override[] => kept.list.map(withExpiry),
    /** By charger id: what holds there, with who yields to it. */
    caps: (): ReadonlyMap<string, OverrideCap> => {
      const holding = holders(kept.list, chargers)
      const yieldingAt = new Map<string, Override[]>()
      for (const item of running())
        for (const { chargerId, yieldsTo } of item.chargers)
          if (yieldsTo !== null) yieldingAt.set(chargerId, [...(yieldingAt.get(chargerId) ?? []), item])
      return new Map(
        [...holding].flatMap(([id, holder]) => {
          const charger = chargers.get(id)
          if (charger === undefined) return []
          const yielding = yieldingAt.get(id) ?? []
          return [[id, { limitA: askedOf(holder, charger), text: holdText(holder, charger, yielding, names) }] as const]
        }),
      )
    },
    /** By circuit id: the lowest limit that persons gave it as a whole. */
    circuitCaps: (): ReadonlyMap<string, OverrideCap> => {
      const caps = new Map<string, OverrideCap>()
      for (const { scope, limitA, who } of running()) {
        if (scope.kind !== 'circuit' || limitA === 0 || limitA >= (caps.get(scope.id)?.limitA ?? Infinity)) continue
        caps.set(scope.id, { limitA, text: `${sayA(limitA)} by an override of ${who}` })
      }
      return caps
    },
    /** What one would ask of whom, beside those that stay. */
    proposal: (
      input: Pick<OverrideInput, 'limitA'> & { readonly scope: OverrideScope },
      image: Image,
    ): { readonly refused: string | null; readonly proposal: Proposal } => {
      const { scope, limitA } = input
      const concerned = reached(scope, chargers)
      const staying = kept.list.filter((item) => !sameScope(item.scope, scope))
      return {
        refused: refusal(
          { ...input, intentId: '', ttlS: 0, reason: '', who: '' },
          chargers,
          { site, image, windowSilentS: 0 },
          names,
        ),
        proposal: {
          asked: new Map(concerned.map((charger) => [charger.id, askedOf({ limitA }, charger)])),
          circuit: scope.kind === 'circuit' && limitA > 0 ? { id: scope.id, limitA } : null,
          others: new Map(
            [...holders(staying, chargers)].flatMap(([id, { limitA: otherA, who }]) => {
              const charger = chargers.get(id)
              return charger === undefined ? [] : [[id, { limitA: askedOf({ limitA: otherA }, charger), who }] as const]
            }),
          ),
        },
      }
    },
    set: (input: OverrideInput, notControlled: string | null, image: Image | null): Override => {
      const nowMs = clock.nowMs()
      const scope = scopeOf(input)
      const why = notControlled ?? refusal(input, chargers, { site, image, windowSilentS: 0 }, names)
      const created: Override = {
        id: newId(),
        scope,
        chargers: why === null ? reached(scope, chargers).map(({ id }) => entryOf(id)) : [],
        limitA: input.limitA,
        conditions: [...(input.conditions ?? [])],
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
      if (why === null) begin(created, input.ttlS)
      put(created, input.who)
      share()
      return kept.list.find(({ id }) => id === created.id) ?? created
    },
    /** null when there is no such override; one that has ended is answered as it is. */
    cancel: (id: string, who: string, reason: string): Override | null => {
      const item = kept.list.find((other) => other.id === id)
      if (item === undefined) return null
      return isRunning(item) ? end(item, 'cancelled', reason, who) : item
    },
    cancelAll: (why: string, who: string): void => {
      // Those that yield first: nothing is to begin to hold on the way out.
      for (const item of [...running()].reverse()) end(item, 'cancelled', why, who)
    },
    /** The window that gave these is still open. */
    renew: (ids: readonly string[]): void => {
      for (const { id } of running()) if (ids.includes(id)) renewedAt.set(id, clock.monotonicMs())
    },
    /**
     * Ends what has run out, and what holds under a condition that does not. A person gave it for a time, not until an hour of the day, so
     * only time that passed counts: whoever sets the calendar neither ends nor prolongs it, and `expiresAtMs` moves with the calendar.
     */
    expire: (image: Image): void => {
      for (const item of running()) {
        const isOver = clock.monotonicMs() >= (endsAtMonotonic.get(item.id) ?? Infinity)
        const broken = isOver ? null : brokenBy(item, image)
        if (isOver) end(item, 'expired', 'its time is over: the charger returns to its share', 'tripscope')
        else if (broken !== null) end(item, 'reverted', broken, 'tripscope')
      }
    },
    /** What the decision made of them. `latest`: the latest write of a charger. */
    decided: (decision: Decision, latest: (chargerId: string) => Write | null): void => {
      for (const item of running()) {
        if (isOfCircuit(item)) {
          put(ofCircuit(item, decision, latest, names), 'tripscope')
          continue
        }
        const results = item.chargers.map((at) => decidedAt(item, at, decision))
        const clampedBy = results.find(({ clamp }) => clamp !== null)?.clamp ?? null
        put(summed({ ...item, chargers: results.map(({ at }) => at), clampedBy }, kept.list, names), 'tripscope')
      }
    },
    /** The state of the write that carries it. */
    follow: (write: Write | null): void => {
      if (write === null) return
      const charger = chargers.get(write.chargerId)
      for (const item of running()) {
        const at = item.chargers.find(({ chargerId }) => chargerId === write.chargerId)
        if (at === undefined || at.yieldsTo !== null || charger === undefined || isOfCircuit(item)) continue
        if (at.effectiveA === null || Math.abs(write.limitA - at.effectiveA) > 1e-6) continue
        if (exceeds(askedOf(item, charger), at.effectiveA)) continue
        if (write.state === 'superseded' || write.state === at.state) continue
        // A heartbeat or another try under way changes nothing yet: the last outcome stands until there is a new one.
        if ((at.state === 'verified' || at.state === 'failed') && write.settledAtMs === null) continue
        const next: OverrideAtCharger = { ...at, state: write.state, why: write.why ?? item.clampedBy?.detail ?? null }
        const entries = item.chargers.map((each) => (each === at ? next : each))
        put(summed({ ...item, chargers: entries }, kept.list, names), 'tripscope')
      }
    },
  }
}
