import { canShow, feedOf, watchdogTimeoutS } from '../../../shared/charger/abilities.ts'
import type { Image } from '../../../shared/model/image.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Clock } from '../ports.ts'
import type { OfChargerFacts } from './telling.ts'
import type { ControlledCharger } from './controlled-charger.ts'
import { fed, stepFeeding, trialAfterMs, type Feeding, type Moment } from './feeding-step.ts'
import type { Standing } from './problem.ts'
import { surroundingsOf } from './surroundings.ts'
import { obeyMs } from './timing.ts'
import { own } from '../../../shared/own.ts'
import { forgetful, type Memory } from '../site/memory.ts'

/** Beyond the watchdog's time: the charger's own clock and the steps it takes to fall (editable assumption, as in last-session.ts). */
const marginMs = 10_000

/** What the writer knows of a charger's obedience. */
export interface Conduct {
  /** It did not take its limit, twice in a row or more, or another system sets it. */
  readonly isTroubled: boolean
  /** The last write was acknowledged, whatever came of it: that is what feeds a watchdog fed by the limit. */
  readonly isAcknowledged: boolean
}

type FeedingKind = 'watchdog-not-fed' | 'watchdog-fed-again' | 'watchdog-cannot-help'
export type TellFeeding = <K extends FeedingKind>(charger: ControlledCharger, kind: K, facts: OfChargerFacts<K>) => void

/**
 * Why a charger is not under control although it is told its limit; null while it does as it is told. One that can never show what it
 * does, or that just was not read, is set aside, which says nothing against it.
 */
export const disobedience = (
  { view, fixed }: Standing,
  { isTroubled }: Conduct,
  feeding: { readonly isQuiet: boolean } | null,
): string | null => {
  const { charger, readable } = view
  if (charger.abilities.monitoredOnly !== null || !canShow(charger.abilities) || fixed === null) return null
  return isTroubled || readable || feeding?.isQuiet === true ? fixed.why : null
}

/**
 * A charger that does not do as it is told is fed only for as long as nobody is harmed by it. Once a circuit above it is over its
 * limit, what feeds its watchdog is left out, because its own fallback is the one thing left that can bring it down; the rest goes
 * on. Field notes: a controller's heartbeat that kept rewriting the last current is why a charger's fallback never fired.
 */
export const createFeeding = (
  site: Site,
  chargers: readonly ControlledCharger[],
  clock: Clock,
  conductOf: (id: string) => Conduct,
  tell: TellFeeding,
  memory: Memory = forgetful,
  /** Left unfed on purpose (trials.ts): that is no disobedience. */
  isWithheld: (id: string) => boolean = () => false,
) => {
  const { states, neededMs, helpless } = memory.keep('feeding', {
    states: new Map<string, Feeding>(),
    neededMs: new Map<string, number | null>(),
    helpless: new Set<string>(),
  })
  const of = (id: string): Feeding => states.get(id) ?? fed

  const momentOf = (
    charger: ControlledCharger,
    image: Image,
    standings: readonly Standing[],
    nowMs: number,
  ): Moment => {
    const saidS = own(image.chargers, charger.id)?.samples['watchdog_timeout']?.value ?? null
    const timeoutS = watchdogTimeoutS(charger.abilities, saidS)
    const before = neededMs.get(charger.id)
    // While it is not read its register is not either: what was known when it was left alone stands.
    const needed = of(charger.id).kind === 'quiet' && before !== undefined ? before : timeoutS
    neededMs.set(charger.id, needed)
    return {
      nowMs,
      disobeys: disobeys(charger, standings),
      ...surroundingsOf(site, charger, image, standings),
      neededMs: needed === null || feedOf(charger.abilities) === null ? null : needed * 1000 + marginMs,
      proofMs: 2 * charger.abilities.limit.settleMs + obeyMs,
    }
  }

  const disobeys = (charger: ControlledCharger, standings: readonly Standing[]): boolean => {
    const standing = standings.find(({ view }) => view.charger.id === charger.id)
    const conduct = conductOf(charger.id)
    if (isWithheld(charger.id)) return false
    // A write it refuses or does not answer feeds nobody and may yet be taken: such a charger is told its limit again and again.
    if (feedOf(charger.abilities) === 'limit' && !conduct.isAcknowledged) return false
    return standing !== undefined && disobedience(standing, conduct, null) !== null
  }

  const tellChange = (charger: ControlledCharger, before: Feeding, after: Feeding, moment: Moment): void => {
    const feed = feedOf(charger.abilities)
    if (after.kind === 'quiet' && before.kind !== 'quiet' && feed !== null) {
      const fallsMs = (moment.neededMs ?? marginMs) - marginMs
      tell(charger, 'watchdog-not-fed', { over: after.over, feed, fallsMs, maximumA: charger.maximumA, trialAfterMs })
    } else if (after.kind === 'trial' && before.kind === 'quiet')
      tell(charger, 'watchdog-fed-again', { cause: after.cause, maximumA: charger.maximumA })
  }

  const tellHelpless = (charger: ControlledCharger, state: Feeding, moment: Moment): void => {
    const isHelpless = state.kind === 'fed' && state.overSinceMs !== null && moment.neededMs === null
    if (!isHelpless) helpless.delete(charger.id)
    else if (!helpless.has(charger.id)) {
      helpless.add(charger.id)
      tell(charger, 'watchdog-cannot-help', { over: moment.over ?? '' })
    }
  }

  return {
    /** After each decision while control is armed. */
    step: (image: Image, standings: readonly Standing[]): void => {
      const nowMs = clock.monotonicMs()
      for (const charger of chargers) {
        const before = of(charger.id)
        const moment = momentOf(charger, image, standings, nowMs)
        const after = stepFeeding(before, moment)
        states.set(charger.id, after)
        tellChange(charger, before, after, moment)
        tellHelpless(charger, after, moment)
      }
    },
    /** Nothing is left but its own watchdog, or not even that. */
    isDangerous: (id: string): boolean => helpless.has(id) || of(id).kind !== 'fed',
    isQuiet: (id: string): boolean => of(id).kind === 'quiet',
    /** For the decision's explanation; null while there is nothing to say. */
    why: (id: string): { readonly isQuiet: boolean; readonly why: string } | null => {
      const state = of(id)
      if (helpless.has(id))
        return { isQuiet: false, why: 'nothing left out here is known to bring it down: switch it off on site' }
      if (state.kind === 'quiet') return { isQuiet: true, why: `its watchdog is not fed, because ${state.over}` }
      return state.kind === 'trial' ? { isQuiet: false, why: 'it is fed again to see whether it obeys' } : null
    },
    /** Control begins anew: every charger gets its chance. */
    reset: (): void => {
      states.clear()
      helpless.clear()
    },
  }
}
