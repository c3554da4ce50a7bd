import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Clock, Log } from '../core/ports.ts'
import { claimsOf } from '../core/sites/site-claims.ts'
import { createSiteMap, type Entry, type HeldSite, type SiteMap } from '../core/sites/site-map.ts'
import type { SitesParts } from '../core/sites/sites-handlers.ts'
import type { SitesPort } from '../core/sites/sites-port.ts'
import { createSitesTold } from '../core/sites/sites-told.ts'
import type { Site } from '../../shared/site/site.ts'
import { readSiteFile } from './open-core.ts'
import type { OpenedSite, OpenSiteOutcome, SiteHost } from './open-site.ts'
import type { SiteChoice } from './options.ts'

export interface HostSite extends HeldSite {
  readonly opened: OpenedSite
}
export type SiteEntry = Entry<SiteChoice, HostSite>

export interface OpenSitesPorts {
  readonly clock: Clock
  readonly log: Log
  readonly sites: SitesPort
  readonly open: (
    choice: SiteChoice,
    host: Pick<SiteHost, 'clock' | 'conflictOf' | 'onReopened' | 'onGoesOn'>,
  ) => Promise<OpenSiteOutcome>
  /** What a site that a screen names by its file is opened with. */
  readonly defaults: SiteChoice
  readonly onOpened: (entry: SiteEntry) => void
  /** `next`: the site that was opened instead. */
  readonly onClosed: (siteId: string, next: string | null) => void
  /** Its core is another now. */
  readonly onReopened: (siteId: string) => void
  /** The only site that was open could not be opened anew. */
  readonly onLastLost: (problem: string) => void
}

export interface OpenSites {
  readonly map: SiteMap<SiteChoice, HostSite>
  readonly parts: SitesParts<SiteChoice>
  readonly armed: () => readonly SiteEntry[]
  /** A site that the program was to open by itself and could not. */
  readonly noteNotOpened: (file: string | null, why: string) => void
}

const real = (path: string): string => {
  try {
    return realpathSync(path)
  } catch {
    // It is not there (yet), or no path at all, as COM3.
    return path
  }
}

/** Short, and the same at the next start, so that a screen comes back to its site. */
export const siteIdOf = ({ site, simulator }: SiteChoice): string => {
  const named = site === null ? `simulated ${simulator.join(' ')}` : `file ${real(resolve(site))}`
  return createHash('sha256').update(named).digest('hex').slice(0, 12)
}

const claims = (site: Site) => claimsOf(site, real)

/** An opened site as the map holds it; its core is replaced when the program opens its file anew. */
const heldOf = (opened: OpenedSite): HostSite => ({
  opened,
  get name() {
    return opened.site.name
  },
  get handlers() {
    return opened.core.handlers
  },
  get claims() {
    return claims(opened.site)
  },
  get isArmed() {
    return opened.core.controlState().mode === 'armed'
  },
  start: () => opened.core.start(),
  close: opened.close,
})

/** A clock whose tasks are one site's: a bug that one of them runs into is told of that site. A task that throws is over, as it is without. */
const guardedClock = (clock: Clock, onThrown: (error: unknown) => void): Clock => ({
  ...clock,
  after: (delayMs, task) =>
    clock.after(delayMs, () => {
      try {
        task()
      } catch (error) {
        onThrown(error)
      }
    }),
})

/** No more than a person reads. */
const mostTroubles = 5

/** What went wrong with whole sites: with open ones by their ids, with others by their files. */
const createTroubles = (log: Log) => {
  let notOpen: readonly { readonly file: string; readonly why: string }[] = []
  const named = (file: string | null) => file ?? 'the simulated site'
  return {
    ofSite: new Map<string, string>(),
    notOpen: () => [...notOpen],
    noteNotOpen: (file: string | null, why: string): void => {
      notOpen = [...notOpen.filter((one) => one.file !== named(file)), { file: named(file), why }].slice(-mostTroubles)
      log.error('a site is not open; the others go on', { file: named(file), why })
    },
    forget: (file: string | null): void => {
      notOpen = notOpen.filter((one) => one.file !== named(file))
    },
  }
}

/** The sites that are open in this program, the same for both hosts. */
export const createOpenSites = (ports: OpenSitesPorts): OpenSites => {
  const { clock, log, defaults } = ports
  const troubles = createTroubles(log)
  const closeLost = (siteId: string, why: string): void => {
    troubles.noteNotOpen(map.get(siteId)?.choice.site ?? null, why)
    map.close(siteId, why).catch((error: unknown) => log.error('a site did not close', { error: String(error) }))
  }
  /** A bug in one site leads its chargers to their fallback and costs the others nothing; where there are none it ends the program as before. */
  const failed = (siteId: string, error: unknown): void => {
    const others = map.list().filter((entry) => entry.siteId !== siteId)
    if (others.length === 0) throw error
    log.error('a site failed', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    // One that is being closed already is not closed twice.
    if (map.get(siteId) !== undefined) closeLost(siteId, `an error of the program, please report it: ${String(error)}`)
  }
  const reopened = (siteId: string, problem: string | null): void => {
    if (problem === null) {
      troubles.ofSite.delete(siteId)
      return ports.onReopened(siteId)
    }
    const others = map.list().filter((entry) => entry.siteId !== siteId)
    if (others.length === 0) return ports.onLastLost(problem)
    closeLost(siteId, problem)
  }
  const check = async (choice: SiteChoice) => {
    // The simulated site makes its lines when it begins, all of them its own.
    if (choice.site === null) return { ok: true as const, claims: [] }
    const read = await readSiteFile({ siteFile: choice.site, dataFolder: choice.data })
    return read.ok ? { ok: true as const, claims: claims(read.site) } : read
  }
  const map: SiteMap<SiteChoice, HostSite> = createSiteMap<SiteChoice, HostSite>({
    idOf: siteIdOf,
    check,
    open: async (choice, siteId) => {
      const outcome = await ports.open(choice, {
        clock: guardedClock(clock, (error) => failed(siteId, error)),
        conflictOf: (site) => map.conflictOf(claims(site), siteId),
        onReopened: (problem) => reopened(siteId, problem),
        onGoesOn: (why) => {
          troubles.ofSite.set(siteId, why)
          told.tell()
        },
      })
      return outcome.ok ? { ok: true, site: heldOf(outcome.site) } : outcome
    },
    onOpened: (entry) => {
      troubles.forget(entry.choice.site)
      ports.onOpened(entry)
      told.tell()
    },
    onClosed: (siteId, next) => {
      troubles.ofSite.delete(siteId)
      ports.onClosed(siteId, next)
      told.tell()
    },
  })
  const told = createSitesTold({
    clock,
    list: () =>
      map.list().map(({ siteId, choice, site }) => ({
        siteId,
        site,
        file: choice.site,
        problem: troubles.ofSite.get(siteId) ?? null,
      })),
    notOpened: troubles.notOpen,
  })
  const noteNotOpened = (file: string | null, why: string): void => {
    troubles.noteNotOpen(file, why)
    told.tell()
  }
  return {
    map,
    noteNotOpened,
    armed: () => map.list().filter(({ site }) => site.isArmed),
    parts: {
      ...{ map, told, clock, sites: ports.sites },
      choiceOf: (file) => ({ ...defaults, site: file === null ? null : resolve(file) }),
      fileOf: ({ site }) => site,
      onTrouble: (why) => noteNotOpened('the other site', why),
    },
  }
}
