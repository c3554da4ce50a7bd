import type { Write } from '../../../../shared/model/decision.ts'
import type { ChargerLink } from '../../chargers/charger-link.ts'
import type { Clock, NewId } from '../../ports.ts'
import type { ControlledCharger } from '../controlled-charger.ts'
import type { OfChargerFacts } from '../telling.ts'
import type { Conduct } from '../feeding.ts'
import { createChargerWriter } from './charger-writer.ts'
import type { Offer, Trouble } from './writer-state.ts'
import { forgetful, type Memory } from '../../site/memory.ts'

export interface WritersParts {
  readonly chargers: readonly ControlledCharger[]
  readonly links: ReadonlyMap<string, ChargerLink>
  readonly clock: Clock
  readonly newId: NewId
  readonly onWrite: (write: Write) => void
  /** A charger holds less than it was told, A: a limit of its own. */
  readonly onHoldsLess: (chargerId: string, heldA: number, wantedA: number) => void
  readonly onProblem: <K extends 'charger-problem' | 'charger-disobeys' | 'charger-obeys'>(
    chargerId: string,
    kind: K,
    facts: OfChargerFacts<K>,
  ) => void
  readonly memory?: Memory
}

/** So long without trouble a charger counts as taking its limit again: one that does every other time is told of once. Editable assumption. */
const takesAgainMs = 60_000

/** One writer per charger, side by side: a slow charger costs the others nothing but its own turn on a line they share. */
export const createWriters = ({
  chargers,
  links,
  clock,
  newId,
  onWrite,
  onHoldsLess,
  onProblem,
  memory = forgetful,
}: WritersParts) => {
  /** Chargers whose trouble was told, with the last time they had it (monotonic, ms). */
  const troubled = memory.keep('troubled', new Map<string, number>())
  const writers = new Map(
    chargers.flatMap((charger) => {
      const link = links.get(charger.id)
      // Nothing is ever written to a charger that is only monitored.
      if (link === undefined || charger.abilities.monitoredOnly !== null) return []
      const writer = createChargerWriter({
        link,
        clock,
        newId,
        onWrite: (write) => {
          tellTrouble(charger.id)
          onWrite(write)
        },
        onProblem: (problem) => onProblem(charger.id, 'charger-problem', problem),
        onTrouble: () => tellTrouble(charger.id),
        onHoldsLess: (heldA, wantedA) => onHoldsLess(charger.id, heldA, wantedA),
        memory: memory.within(`writer ${charger.id}`),
      })
      return [[charger.id, writer] as const]
    }),
  )

  /** Once when it begins and once when it has been over for a while, not with every try. */
  const tellTrouble = (id: string): void => {
    const trouble = writers.get(id)?.trouble() ?? null
    const lastMs = troubled.get(id)
    const nowMs = clock.monotonicMs()
    if (trouble !== null) {
      troubled.set(id, nowMs)
      if (lastMs === undefined) onProblem(id, 'charger-disobeys', { why: trouble.why })
    } else if (lastMs !== undefined && nowMs - lastMs >= takesAgainMs) {
      troubled.delete(id)
      onProblem(id, 'charger-obeys', {})
    }
  }

  return {
    /** `isQuiet`: whatever feeds its watchdog is left out. */
    offer: (id: string, offer: Offer, isQuiet: boolean): void => {
      writers.get(id)?.offer(offer, isQuiet)
      tellTrouble(id)
    },
    observe: (id: string, limitA: number, atMs: number): void => writers.get(id)?.observe(limitA, atMs),
    of: (id: string): Write | null => writers.get(id)?.latest() ?? null,
    latest: (): Record<string, Write> =>
      Object.fromEntries(
        [...writers].flatMap(([id, writer]) => {
          const write = writer.latest()
          return write === null ? [] : [[id, write]]
        }),
      ),
    conduct: (id: string): Conduct => ({
      isTroubled: writers.get(id)?.trouble() != null,
      isAcknowledged: writers.get(id)?.isAcknowledged() ?? false,
    }),
    trouble: (id: string): Trouble | null => writers.get(id)?.trouble() ?? null,
    /** A higher limit still in force because the last write failed, or possibly in force because nothing can be read back, A; null when there is none. */
    held: (id: string, polledA: number | null): number | null => {
      const write = writers.get(id)?.latest() ?? null
      return write?.state === 'failed' ? (polledA ?? write.readBackA) : (writers.get(id)?.unconfirmedA() ?? null)
    },
    farewell: (id: string, offer: Offer, untilMs: number): Promise<void> =>
      writers.get(id)?.farewell(offer, untilMs) ?? Promise.resolve(),
    /** What this one holds is not known any more: its limit is written anew with the next offer. */
    renew: (id: string): void => writers.get(id)?.reopen(),
    reopen: (): void => {
      troubled.clear()
      for (const writer of writers.values()) writer.reopen()
    },
    /** The last word arrived: read back, or written where nothing can be read back. */
    confirmed: (id: string): boolean => {
      if (!writers.has(id)) return true
      const write = writers.get(id)?.latest()
      return (
        write?.state === 'verified' || (write?.state === 'written' && links.get(id)?.abilities.canReadBack === false)
      )
    },
  }
}
