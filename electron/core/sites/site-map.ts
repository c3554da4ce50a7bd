import type { TripscopeContract } from '../../../shared/api/contract.ts'
import type { Handlers } from '../../../shared/api/define.ts'
import { refusalText } from '../../../shared/said/refusal.ts'
import { sharedBy, type Claim } from './site-claims.ts'

/** Each has a core, a store and a thread or two of its own. Editable assumption: what a person keeps in sight, and a laptop carries. */
export const mostSites = 4

/** An open site, as the map knows it; what it is made of is its host's. */
export interface HeldSite {
  readonly name: string
  /** Replaced when the site is opened anew. */
  readonly handlers: Handlers<TripscopeContract>
  readonly claims: readonly Claim[]
  readonly isArmed: boolean
  readonly start: () => void
  readonly close: (why: string) => Promise<void>
}

export interface Entry<Choice, Held> {
  readonly siteId: string
  readonly choice: Choice
  readonly site: Held
}
export type SiteOutcome =
  { readonly ok: true; readonly siteId: string; readonly isNew: boolean } | { readonly ok: false; readonly why: string }

export interface SiteMapPorts<Choice, Held extends HeldSite> {
  /** The same for the same file, whatever link it is reached by; stays the same from start to start. */
  readonly idOf: (choice: Choice) => string
  /** What it would claim, or what is wrong with it; opens nothing. */
  readonly check: (
    choice: Choice,
  ) => Promise<
    { readonly ok: true; readonly claims: readonly Claim[] } | { readonly ok: false; readonly message: string }
  >
  readonly open: (
    choice: Choice,
    siteId: string,
  ) => Promise<{ readonly ok: true; readonly site: Held } | { readonly ok: false; readonly message: string }>
  /** It is in the map, and begins after this. */
  readonly onOpened: (entry: Entry<Choice, Held>) => void
  /** It is not there any more; `next`: the one that was opened instead of it. Screens that show it are to be served anew. */
  readonly onClosed: (siteId: string, next: string | null) => void
}

export interface SiteMap<Choice, Held extends HeldSite> {
  /** In the order in which they were opened. */
  readonly list: () => readonly Entry<Choice, Held>[]
  readonly get: (siteId: string) => Entry<Choice, Held> | undefined
  readonly idOf: (choice: Choice) => string
  /** Why no further site can be opened; null: there is room. */
  readonly whyFull: () => string | null
  /** Why this choice can't be opened, with `without` closed for it; null: it can. */
  readonly whyNot: (choice: Choice, without: string | null) => Promise<string | null>
  /** Beside the others; one that is open already is not opened twice. */
  readonly open: (choice: Choice) => Promise<SiteOutcome>
  /** Closes one for another. What runs is closed only when its successor is sound, and one that can't be opened after all gives its place back. */
  readonly exchange: (siteId: string, choice: Choice) => Promise<SiteOutcome>
  /** Who asks whether it may be closed (it is armed, or the last) is the caller. */
  readonly close: (siteId: string, why: string) => Promise<void>
  /** All at once; nothing is opened after it. */
  readonly closeAll: (why: string) => Promise<void>
  /** What of these claims another site than this has; null: nothing. */
  readonly conflictOf: (claims: readonly Claim[], except: string | null) => string | null
}

/** What stands against one more site beside those that are held. */
const createJudge = <Choice, Held extends HeldSite>(
  held: ReadonlyMap<string, Entry<Choice, Held>>,
  check: SiteMapPorts<Choice, Held>['check'],
): Pick<SiteMap<Choice, Held>, 'whyFull' | 'whyNot' | 'conflictOf'> => {
  const conflictOf = (claims: readonly Claim[], except: string | null): string | null => {
    for (const { siteId, site } of held.values()) {
      const what = siteId === except ? null : sharedBy(claims, site.claims)
      if (what !== null) return refusalText('line-shared', { what, site: site.name })
    }
    return null
  }
  const fullWithout = (without: string | null): string | null => {
    const others = [...held.values()].filter(({ siteId }) => siteId !== without)
    if (others.length < mostSites) return null
    return refusalText('sites-full', { names: others.map(({ site }) => site.name), most: mostSites })
  }
  const whyNot = async (choice: Choice, without: string | null): Promise<string | null> => {
    const full = fullWithout(without)
    if (full !== null) return full
    const checked = await check(choice)
    return checked.ok ? conflictOf(checked.claims, without) : checked.message
  }
  return { whyFull: () => fullWithout(null), whyNot, conflictOf }
}

/** The sites that a host has open. They are opened and closed one after the other; each runs by itself and knows nothing of the others. */
export const createSiteMap = <Choice, Held extends HeldSite>(
  ports: SiteMapPorts<Choice, Held>,
): SiteMap<Choice, Held> => {
  const held = new Map<string, Entry<Choice, Held>>()
  let isOver = false
  let turning: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const done = turning.then(act)
    turning = done.catch(() => undefined)
    return done
  }

  const judge = createJudge(held, ports.check)
  const begin = async (choice: Choice): Promise<SiteOutcome> => {
    const siteId = ports.idOf(choice)
    if (isOver) return { ok: false, why: refusalText('control-closed', {}) }
    const outcome = await ports.open(choice, siteId)
    if (!outcome.ok) return { ok: false, why: outcome.message }
    const entry = { siteId, choice, site: outcome.site }
    held.set(siteId, entry)
    ports.onOpened(entry)
    outcome.site.start()
    return { ok: true, siteId, isNew: true }
  }
  const open = async (choice: Choice): Promise<SiteOutcome> => {
    const siteId = ports.idOf(choice)
    if (held.has(siteId)) return { ok: true, siteId, isNew: false }
    // The first one has nobody to be in the way of, and opening says what is wrong with it as well.
    const why = held.size === 0 ? null : await judge.whyNot(choice, null)
    return why === null ? begin(choice) : { ok: false, why }
  }
  const leave = async (siteId: string, why: string): Promise<void> => {
    const entry = held.get(siteId)
    held.delete(siteId)
    await entry?.site.close(why)
  }
  const exchange = async (siteId: string, choice: Choice): Promise<SiteOutcome> => {
    const before = held.get(siteId)
    const wanted = ports.idOf(choice)
    if (before === undefined || held.has(wanted)) return open(choice)
    const why = await judge.whyNot(choice, siteId)
    if (why !== null) return { ok: false, why }
    await leave(siteId, 'another site was opened instead')
    const outcome = await begin(choice)
    const back = outcome.ok ? null : await begin(before.choice)
    ports.onClosed(siteId, outcome.ok ? outcome.siteId : null)
    if (outcome.ok || back === null || back.ok) return outcome
    return { ok: false, why: `${outcome.why}; and ${before.site.name} could not be opened again: ${back.why}` }
  }

  return {
    list: () => [...held.values()],
    get: (siteId) => held.get(siteId),
    idOf: ports.idOf,
    ...judge,
    open: (choice) => inTurn(() => open(choice)),
    exchange: (siteId, choice) => inTurn(() => exchange(siteId, choice)),
    close: (siteId, why) =>
      inTurn(async () => {
        if (!held.has(siteId)) return
        const closing = leave(siteId, why)
        // Screens go on to another site while its chargers are led to their fallback.
        ports.onClosed(siteId, null)
        await closing
      }),
    closeAll: (why) => {
      isOver = true
      return inTurn(async () => {
        const all = [...held.values()]
        held.clear()
        await Promise.all(all.map(({ site }) => site.close(why).catch(() => undefined)))
      })
    },
  }
}
