import { Refusal } from '../../../shared/api/define.ts'
import type { FallbackWritten } from '../../../shared/model/decision.ts'
import { judgeOwnFallback, wantedFallback, type SaidFallback } from '../../../shared/charger/own-fallback.ts'
import type { ChargerLink, ChargerOutcome, Clock } from '../ports.ts'
import type { Person } from './arming.ts'
import type { ControlledCharger } from './controlled-charger.ts'

export interface WriteFallbackParts {
  readonly byId: ReadonlyMap<string, ControlledCharger>
  readonly links: ReadonlyMap<string, ChargerLink>
  readonly clock: Clock
  /** Why nothing may be written here; null: it may. */
  readonly whyNot: () => string | null
  /** Resolves when the row would survive a crash. */
  readonly audit: (person: Person, chargerId: string, detail: Record<string, unknown>) => Promise<void>
  readonly tell: (chargerId: string, isDone: boolean, message: string) => void
}

const retryMs = 500

/**
 * A person lets the declared fallback and the watchdog's time be written into a charger: once, with a row in the audit before it and a
 * read back after it. Only where its document allows it; such registers wear out, so control itself never does this.
 */
export const createWriteFallback = ({ byId, links, clock, whyNot, audit, tell }: WriteFallbackParts) => {
  const ready = (chargerId: string): { readonly charger: ControlledCharger; readonly link: Required<ChargerLink> } => {
    const no = whyNot()
    if (no !== null) throw new Refusal(no)
    const charger = byId.get(chargerId)
    if (charger === undefined) throw new Refusal(`there is no charger ${chargerId} at this site`)
    const { name, abilities } = charger
    if (abilities.monitoredOnly !== null)
      throw new Refusal(`${name} is only monitored, nothing is ever written to it: ${abilities.monitoredOnly}`)
    const link = links.get(chargerId)
    if (link?.setOwnFallback === undefined || abilities.writableFallback === null)
      throw new Refusal(
        `no document says that the fallback of ${name} may be written over Modbus: set it in the charger itself`,
      )
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
      throw new Refusal(`nothing was written, because the audit row could not be stored (${String(error)})`)
    }
    const written = await link.setOwnFallback(wanted)
    if (!written.ok) {
      tell(chargerId, false, `its fallback could not be written: ${written.why}`)
      return { chargerId, fallbackA: null, timeoutS: null, isProtected: false, why: written.why }
    }
    const verdictOf = (said: SaidFallback) =>
      judgeOwnFallback(charger.abilities, { declaredA: wanted.limitA, maximumA: charger.maximumA }, said)
    const untilMs = clock.monotonicMs() + charger.abilities.limit.settleMs
    const isGood = (said: SaidFallback): boolean => verdictOf(said).verdict === 'protected'
    const said = await settled(await link.readOwnFallback(), () => link.readOwnFallback(), isGood, untilMs)
    if (!said.ok) {
      tell(chargerId, false, `its fallback was written, but could not be read back: ${said.why}`)
      return { chargerId, fallbackA: null, timeoutS: null, isProtected: false, why: said.why }
    }
    const { verdict, problems } = verdictOf(said)
    const isProtected = verdict === 'protected'
    const why = isProtected ? null : problems.length > 0 ? problems.join('; ') : 'it does not say both'
    const numbers = `${said.fallbackA ?? 'unknown'} A after ${said.timeoutS ?? 'unknown'} s`
    tell(chargerId, isProtected, `falls back to ${numbers} as read back, written by ${person.who} (${person.reason})`)
    return { chargerId, fallbackA: said.fallbackA, timeoutS: said.timeoutS, isProtected, why }
  }
}
