import type { Refusal } from '../../../shared/api/define.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import type { FallbackNews } from '../../../shared/said/charger-events.ts'
import type { FallbackWritten } from '../../../shared/model/decision.ts'
import { judgeOwnFallback, wantedFallback, type SaidFallback } from '../../../shared/charger/own-fallback.ts'
import type { ChargerLink, ChargerOutcome } from '../chargers/charger-link.ts'
import type { Clock } from '../ports.ts'
import type { Person } from './arming.ts'
import type { ControlledCharger } from './controlled-charger.ts'

export interface WriteFallbackParts {
  readonly byId: ReadonlyMap<string, ControlledCharger>
  readonly links: ReadonlyMap<string, ChargerLink>
  readonly clock: Clock
  /** Why nothing may be written here; null: it may. */
  readonly whyNot: () => Refusal | null
  /** Resolves when the row would survive a crash. */
  readonly audit: (person: Person, chargerId: string, detail: Record<string, unknown>) => Promise<void>
  readonly tell: (chargerId: string, isDone: boolean, news: FallbackNews) => void
}

const retryMs = 500

/**
 * A person lets the declared fallback and the watchdog's time be written into a charger: once, with a row in the audit before it and a
 * read back after it. Only where its document allows it; such registers wear out, so control itself never does this.
 */
export const createWriteFallback = ({ byId, links, clock, whyNot, audit, tell }: WriteFallbackParts) => {
  const ready = (chargerId: string): { readonly charger: ControlledCharger; readonly link: Required<ChargerLink> } => {
    const no = whyNot()
    if (no !== null) throw no
    const charger = byId.get(chargerId)
    if (charger === undefined) throw refusal('no-charger', { chargerId })
    const { name, abilities } = charger
    if (abilities.monitoredOnly !== null)
      throw refusal('monitored-only', { charger: name, why: abilities.monitoredOnly })
    const link = links.get(chargerId)
    if (link?.setOwnFallback === undefined || abilities.writableFallback === null)
      throw refusal('fallback-not-writable', { charger: name })
    return { charger, link: link as Required<ChargerLink> }
  }

  const settled = async (
    first: ChargerOutcome<SaidFallback>,
    again: () => Promise<ChargerOutcome<SaidFallback>>,
    isGood: (said: SaidFallback) => boolean,
    untilMs: number,
  ): Promise<ChargerOutcome<SaidFallback>> => {
    let outcome = first
    while ((!outcome.ok || !isGood(outcome)) && clock.monotonicMs() + retryMs < untilMs) {
      await new Promise<void>((resolve) => {
        clock.after(retryMs, resolve)
      })
      outcome = await again()
    }
    return outcome
  }

  return async (person: Person, chargerId: string): Promise<FallbackWritten> => {
    const { charger, link } = ready(chargerId)
    const wanted = wantedFallback(charger.abilities, charger.fallbackA)
    try {
      await audit(person, chargerId, { reason: person.reason, ...wanted })
    } catch (error) {
      throw refusal('write-not-stored', { error: String(error) })
    }
    const written = await link.setOwnFallback(wanted)
    if (!written.ok) {
      tell(chargerId, false, { step: 'not-written', why: written.why })
      return { chargerId, fallbackA: null, timeoutS: null, isProtected: false, why: written.why }
    }
    const verdictOf = (said: SaidFallback) =>
      judgeOwnFallback(charger.abilities, { declaredA: wanted.limitA, maximumA: charger.maximumA }, said)
    const untilMs = clock.monotonicMs() + charger.abilities.limit.settleMs
    const isGood = (said: SaidFallback): boolean => verdictOf(said).verdict === 'protected'
    const said = await settled(await link.readOwnFallback(), () => link.readOwnFallback(), isGood, untilMs)
    if (!said.ok) {
      tell(chargerId, false, { step: 'not-read-back', why: said.why })
      return { chargerId, fallbackA: null, timeoutS: null, isProtected: false, why: said.why }
    }
    const { verdict, problems } = verdictOf(said)
    const isProtected = verdict === 'protected'
    const why = isProtected ? null : problems.length > 0 ? problems.join('; ') : 'it does not say both'
    const { fallbackA, timeoutS } = said
    tell(chargerId, isProtected, { step: 'read-back', fallbackA, timeoutS, who: person.who, reason: person.reason })
    return { chargerId, fallbackA: said.fallbackA, timeoutS: said.timeoutS, isProtected, why }
  }
}
