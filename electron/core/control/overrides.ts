import type { OverrideInput } from './override-input.ts'
import type { Proposal } from '../../../shared/allocation/preview.ts'
import type { Image } from '../../../shared/model/image.ts'
import { isRunning, type Override, type OverrideAtCharger, type OverrideScope } from '../../../shared/model/override.ts'
import { brokenText } from '../../../shared/said/override-words.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Clock, NewId } from '../ports.ts'
import type { ControlledCharger } from './controlled-charger.ts'
import { createOverrideBook, type Change } from './override-book.ts'
import { overrideCaps } from './override-caps.ts'
import { sightOf } from './override-conditions.ts'
import { overrideFollowing } from './override-following.ts'
import { askedOf, holders, reached, refusal, sameScope, scopeOf } from './override-reach.ts'
import { forgetful, type Memory } from '../site/memory.ts'

export type { Change }
export type { OverrideCap } from './override-caps.ts'

const entryOf = (chargerId: string): OverrideAtCharger => ({
  chargerId,
  yieldsTo: null,
  state: 'pending',
  effectiveA: null,
  why: null,
})

/** A new one as a person gave it; `why`: it is refused. */
const made = (
  id: string,
  input: OverrideInput,
  nowMs: number,
  chargers: readonly ControlledCharger[],
  why: string | null,
): Override => ({
  id,
  scope: scopeOf(input),
  chargers: why === null ? chargers.map((charger) => entryOf(charger.id)) : [],
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
})

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
  const book = createOverrideBook(site, clock, chargers, onChange, memory)
  const { names, running, end } = book

  /** Which condition of it does not hold, in words; null: all do. */
  const brokenBy = (item: Override, image: Image | null): string | null => {
    for (const condition of item.conditions) {
      const sight = sightOf(condition, { site, image, windowSilentS: book.silentS(item) })
      if (sight !== null) return brokenText(condition, sight, names)
    }
    return null
  }

  const whyRefused = (input: OverrideInput, image: Image | null): string | null =>
    refusal(input, chargers, { site, image, windowSilentS: 0 }, names)

  return {
    list: book.list,
    ...overrideCaps(book, chargers),
    ...overrideFollowing(book, chargers),
    renew: book.renew,
    /** What one would ask of whom, beside those that stay. */
    proposal: (
      input: Pick<OverrideInput, 'limitA'> & { readonly scope: OverrideScope },
      image: Image,
    ): { readonly refused: string | null; readonly proposal: Proposal } => {
      const { scope, limitA } = input
      const concerned = reached(scope, chargers)
      const staying = book.all().filter((item) => !sameScope(item.scope, scope))
      return {
        refused: whyRefused({ ...input, intentId: '', ttlS: 0, reason: '', who: '' }, image),
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
      const why = notControlled ?? whyRefused(input, image)
      const created = made(newId(), input, clock.nowMs(), reached(scopeOf(input), chargers), why)
      if (why === null) book.begin(created, input.ttlS)
      book.put(created, input.who)
      book.share()
      return book.all().find(({ id }) => id === created.id) ?? created
    },
    /** null when there is no such override; one that has ended is answered as it is. */
    cancel: (id: string, who: string, reason: string): Override | null => {
      const item = book.all().find((other) => other.id === id)
      if (item === undefined) return null
      return isRunning(item) ? end(item, 'cancelled', reason, who) : item
    },
    cancelAll: (why: string, who: string): void => {
      // Those that yield first: nothing is to begin to hold on the way out.
      for (const item of [...running()].reverse()) end(item, 'cancelled', why, who)
    },
    /**
     * Ends what has run out, and what holds under a condition that does not. A person gave it for a time, not until an hour of the day, so
     * only time that passed counts: whoever sets the calendar neither ends nor prolongs it, and `expiresAtMs` moves with the calendar.
     */
    expire: (image: Image): void => {
      for (const item of running()) {
        const isOver = book.isOver(item)
        const broken = isOver ? null : brokenBy(item, image)
        if (isOver) end(item, 'expired', 'its time is over: the charger returns to its share', 'tripscope')
        else if (broken !== null) end(item, 'reverted', broken, 'tripscope')
      }
    },
  }
}
