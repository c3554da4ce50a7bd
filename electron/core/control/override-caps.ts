import { sayA } from '../../../shared/allocation/bounds.ts'
import type { Override } from '../../../shared/model/override.ts'
import type { OverrideBook } from './override-book.ts'
import type { ControlledCharger } from './controlled-charger.ts'
import { askedOf, holders, holdText } from './override-reach.ts'

/** What an override asks of one charger, or of a phase of one circuit, and how that is said. */
export interface OverrideCap {
  readonly limitA: number
  readonly text: string
}

/** What the running overrides ask of chargers and circuits. */
export const overrideCaps = (book: OverrideBook, chargers: ReadonlyMap<string, ControlledCharger>) => ({
  /** By charger id: what holds there, with who yields to it. */
  caps: (): ReadonlyMap<string, OverrideCap> => {
    const holding = holders(book.all(), chargers)
    const yieldingAt = new Map<string, Override[]>()
    for (const item of book.running())
      for (const { chargerId, yieldsTo } of item.chargers)
        if (yieldsTo !== null) yieldingAt.set(chargerId, [...(yieldingAt.get(chargerId) ?? []), item])
    return new Map(
      [...holding].flatMap(([id, holder]) => {
        const charger = chargers.get(id)
        if (charger === undefined) return []
        const yielding = yieldingAt.get(id) ?? []
        return [
          [id, { limitA: askedOf(holder, charger), text: holdText(holder, charger, yielding, book.names) }] as const,
        ]
      }),
    )
  },
  /** By circuit id: the lowest limit that persons gave it as a whole. */
  circuitCaps: (): ReadonlyMap<string, OverrideCap> => {
    const caps = new Map<string, OverrideCap>()
    for (const { scope, limitA, who } of book.running()) {
      if (scope.kind !== 'circuit' || limitA === 0 || limitA >= (caps.get(scope.id)?.limitA ?? Infinity)) continue
      caps.set(scope.id, { limitA, text: `${sayA(limitA)} by an override of ${who}` })
    }
    return caps
  },
})
