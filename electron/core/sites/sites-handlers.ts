import type { Handlers } from '../../../shared/api/define.ts'
import type { sitesContract } from '../../../shared/api/sites-contract.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import { newSiteText, siteIdOf } from '../../../shared/site-draft/new-site.ts'
import { readSite } from '../../../shared/site/read-site.ts'
import type { Clock } from '../ports.ts'
import type { HeldSite, SiteMap } from './site-map.ts'
import type { SitesPort } from './sites-port.ts'
import type { SitesTold } from './sites-told.ts'

/** The answer must be with the screen before its connection ends. */
const turnAfterMs = 300

export interface SitesParts<Choice> {
  readonly map: SiteMap<Choice, HeldSite>
  readonly told: SitesTold
  readonly sites: SitesPort
  readonly clock: Clock
  /** null: the simulated one. */
  readonly choiceOf: (file: string | null) => Choice
  readonly fileOf: (choice: Choice) => string | null
  /** What could not be done after it was promised. */
  readonly onTrouble: (why: string) => void
}

/** Opening and closing sites, asked by a screen that shows the site `shown`. */
export const createSitesHandlers = <Choice>(
  { map, told, sites, clock, choiceOf, fileOf, onTrouble }: SitesParts<Choice>,
  shown: string | null,
): Handlers<typeof sitesContract> => {
  const armedName = (siteId: string | null): string | null => {
    const entry = siteId === null ? undefined : map.get(siteId)
    return entry?.site.isArmed === true ? entry.site.name : null
  }
  const open = async (choice: Choice): Promise<string> => {
    const outcome = await map.open(choice)
    if (!outcome.ok) throw refusal('site-not-opened', outcome)
    return outcome.siteId
  }
  const openInstead = async (choice: Choice, left: string): Promise<string> => {
    if (armedName(left) !== null) throw refusal('armed-leave', { site: null })
    const why = await map.whyNot(choice, left)
    if (why !== null) throw refusal('site-not-opened', { why })
    clock.after(turnAfterMs, () => {
      const armed = armedName(left)
      if (armed !== null) return onTrouble(`control of ${armed} was armed meanwhile, so it stays open`)
      map.exchange(left, choice).then(
        (outcome) => {
          if (!outcome.ok) onTrouble(outcome.why)
        },
        (error: unknown) => onTrouble(String(error)),
      )
      return undefined
    })
    return map.idOf(choice)
  }
  return {
    'sites.list': () => {
      const entry = shown === null ? undefined : map.get(shown)
      return { current: entry === undefined ? null : fileOf(entry.choice), ...sites.list() }
    },
    openSites: (_input, push) => told.listen(push),
    'sites.open': async ({ file, instead }) => {
      const choice = choiceOf(file)
      const isThere = map.get(map.idOf(choice)) !== undefined
      if (!instead || shown === null || isThere) return { siteId: await open(choice), isOpen: true }
      return { siteId: await openInstead(choice, shown), isOpen: false }
    },
    'sites.create': async ({ site, file }) => {
      const text = newSiteText(site)
      const read = readSite(text, 'the new site')
      if (!read.ok) throw refusal('site-not-made', { why: read.message })
      // Nothing is written for a site that could not be opened then.
      const full = map.whyFull()
      if (full !== null) throw refusal('site-not-opened', { why: full })
      const made = await sites.create(file, siteIdOf(site.name), text)
      if (!made.ok) throw refusal('site-not-made', made)
      return { siteId: await open(choiceOf(made.file)), file: made.file }
    },
    'sites.close': async ({ siteId, evenArmed, who }) => {
      if (map.get(siteId) === undefined) throw refusal('site-not-open', {})
      if (map.list().length === 1) throw refusal('last-site', {})
      const armed = armedName(siteId)
      if (armed !== null && !evenArmed) throw refusal('armed-leave', { site: armed })
      // Where this screen shows it, the answer comes before its connection ends.
      const close = () => {
        const why = `${who} closed it; the other sites go on`
        map.close(siteId, why).catch((error: unknown) => onTrouble(String(error)))
      }
      clock.after(siteId === shown ? turnAfterMs : 0, close)
      return {}
    },
  }
}
