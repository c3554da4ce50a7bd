import { sayA } from '../../../shared/allocation/bounds.ts'
import { isOfCircuit, isRunning, type Override, type OverrideAtCharger } from '../../../shared/model/override.ts'
import { namesOf } from '../../../shared/said/override-words.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Clock } from '../ports.ts'
import type { ControlledCharger } from './controlled-charger.ts'
import { summed } from './override-outcome.ts'
import { holders, sameScope } from './override-reach.ts'
import type { Memory } from '../site/memory.ts'

/** `yields`: its state is as it was, and where it holds has changed. */
export type Change = (override: Override, who: string, what: 'state' | 'yields') => void

const keptEnded = 30
type Ended = 'expired' | 'cancelled' | 'reverted'

const yieldsOf = ({ chargers: list }: Override): string =>
  list.map(({ chargerId, yieldsTo }) => `${chargerId} ${yieldsTo ?? ''}`).join()

/** The overrides there are and were, each with when it ends; every transition is told once. */
export const createOverrideBook = (
  site: Site,
  clock: Clock,
  chargers: ReadonlyMap<string, ControlledCharger>,
  onChange: Change,
  memory: Memory,
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

  const begin = (created: Override, ttlS: number): void => {
    for (const before of running().filter(({ scope }) => sameScope(scope, created.scope)))
      end(before, 'cancelled', `replaced by ${sayA(created.limitA)} from ${created.who}`, created.who)
    endsAtMonotonic.set(created.id, clock.monotonicMs() + ttlS * 1000)
    renewedAt.set(created.id, clock.monotonicMs())
  }

  return {
    names,
    running,
    put,
    share,
    end,
    begin,
    silentS,
    all: (): readonly Override[] => kept.list,
    list: (): readonly Override[] => kept.list.map(withExpiry),
    isOver: ({ id }: Override): boolean => clock.monotonicMs() >= (endsAtMonotonic.get(id) ?? Infinity),
    /** The window that gave these is still open. */
    renew: (ids: readonly string[]): void => {
      for (const { id } of running()) if (ids.includes(id)) renewedAt.set(id, clock.monotonicMs())
    },
  }
}
export type OverrideBook = ReturnType<typeof createOverrideBook>
