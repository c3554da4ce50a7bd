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
    host: Pick<SiteHost, 'conflictOf' | 'onReopened' | 'onGoesOn'>,
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

/** Opaque, so that a viewer learns no path from it, and the same at the next start, so that a screen comes back to its site. */
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

/** The sites that are open in this program, the same for both hosts. */
export const createOpenSites = (ports: OpenSitesPorts): OpenSites => {
  const { clock, log, defaults } = ports
  /** By site: what went wrong with it as a whole. */
  const problems = new Map<string, string>()
  let notOpened: readonly { readonly file: string; readonly why: string }[] = []

  const reopened = (siteId: string, problem: string | null): void => {
    if (problem === null) {
      problems.delete(siteId)
      return ports.onReopened(siteId)
    }
    const others = map.list().filter((entry) => entry.siteId !== siteId)
    if (others.length === 0) return ports.onLastLost(problem)
    const file = map.get(siteId)?.choice.site ?? 'the simulated site'
    log.error('a site could not be opened anew and is closed; the others go on', { file, problem })
    notOpened = [...notOpened, { file, why: problem }]
    return void map.close(siteId, 'it could not be opened anew')
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
        conflictOf: (site) => map.conflictOf(claims(site), siteId),
        onReopened: (problem) => reopened(siteId, problem),
        onGoesOn: (why) => {
          problems.set(siteId, why)
          told.tell()
        },
      })
      return outcome.ok ? { ok: true, site: heldOf(outcome.site) } : outcome
    },
    onOpened: (entry) => {
      notOpened = notOpened.filter(({ file }) => file !== entry.choice.site)
      ports.onOpened(entry)
      told.tell()
    },
    onClosed: (siteId, next) => {
      problems.delete(siteId)
      ports.onClosed(siteId, next)
      told.tell()
    },
  })
  const told = createSitesTold({
    clock,
    list: () =>
      map
        .list()
        .map(({ siteId, choice, site }) => ({
          siteId,
          site,
          file: choice.site,
          problem: problems.get(siteId) ?? null,
        })),
    notOpened: () => [...notOpened],
  })
  const noteNotOpened = (file: string | null, why: string): void => {
    notOpened = [...notOpened, { file: file ?? 'the simulated site', why }]
    log.error('a site could not be opened', { file, why })
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
