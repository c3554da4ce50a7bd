import type { compareContract, ComparedSide } from '../../../shared/api/compare-contract.ts'
import type { TripscopeContract } from '../../../shared/api/contract.ts'
import type { Caller, Handlers } from '../../../shared/api/define.ts'
import type { Live } from '../../../shared/api/live-contract.ts'
import type { IncidentSummary } from '../../../shared/forensics/incident.ts'
import { openSiteChanges } from '../../../shared/site-draft/site-changes.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import type { Deck } from './deck.ts'

interface Side {
  readonly handlers: Handlers<TripscopeContract>
  /** Null: it is live. */
  readonly deck: Deck | null
}

const caller: Caller = { role: 'viewer', name: 'Tripscope' }
/** Of the live site, what is compared: the last hour. */
const liveMs = 3_600_000

const firstOf = <T>(subscribe: (push: (value: T) => void) => () => void): T | undefined => {
  const values: T[] = []
  subscribe((value) => values.push(value))()
  return values[0]
}

const read = async ({ handlers, deck }: Side, nowMs: number) => {
  const overview = await handlers['site.describe']({}, caller)
  const live = firstOf<Live>((push) => handlers.live({}, push, caller))
  const trips = firstOf<{ incidents: IncidentSummary[] }>((push) => handlers['trips.list']({}, push, caller))
  const place = deck?.state().place
  const side: ComparedSide = {
    deckId: deck?.deckId ?? null,
    name: deck?.name ?? overview.site.name,
    siteName: overview.site.name,
    fromMs: place?.fromMs ?? nowMs - liveMs,
    toMs: place?.toMs ?? nowMs,
    meters: overview.meters.map(({ id, name, quantities }) => ({ id, name, quantities: Object.keys(quantities) })),
    findings: (live?.findings ?? [])
      .filter(({ state }) => state === 'active')
      .map(({ title, subject, severity, raisedAtMs }) => ({
        title,
        subject: `${subject.kind} ${subject.id}`,
        severity,
        sinceMs: raisedAtMs,
      })),
    incidents: trips?.incidents ?? [],
  }
  return { side, site: overview.site }
}

/** Puts two recordings, or a recording and the site, beside one another, by what each answers itself. */
export const createCompare = (parts: {
  readonly live: () => { readonly handlers: Handlers<TripscopeContract> } | null
  readonly get: (deckId: string) => Deck | undefined
  readonly nowMs: () => number
}): Handlers<typeof compareContract> => {
  const sideOf = (deckId: string | null): Side => {
    if (deckId === null) {
      const site = parts.live()
      if (site === null) throw refusal('no-site-to-compare', {})
      return { handlers: site.handlers, deck: null }
    }
    const deck = parts.get(deckId)
    if (deck === undefined) throw refusal('compared-closed', {})
    return { handlers: deck.handlers, deck }
  }
  return {
    'compare.read': async ({ one, other }) => {
      const nowMs = parts.nowMs()
      const [first, second] = [await read(sideOf(one), nowMs), await read(sideOf(other), nowMs)]
      return {
        one: first.side,
        other: second.side,
        changes: openSiteChanges(first.site, second.site).map(({ path, before, after }) => ({
          path,
          one: before,
          other: after,
        })),
      }
    },
    'compare.history': ({ deckId, ...asked }) => sideOf(deckId).handlers['history.read'](asked, caller),
  }
}
