import { refusal } from '../../../shared/said/refusal.ts'
import { Refusal } from '../../../shared/api/define.ts'
import type { sitesContract } from '../../../shared/api/sites-contract.ts'
import type { ControlState } from '../../../shared/model/decision.ts'
import { newSiteText, siteIdOf } from '../../../shared/site-draft/new-site.ts'
import { readSite } from '../../../shared/site/read-site.ts'
import type { Journal } from '../journal.ts'
import type { Part } from '../part.ts'
import type { Clock } from '../ports.ts'
import type { SitesPort } from './sites-port.ts'

export interface SitesParts {
  readonly sites: SitesPort
  readonly control: () => ControlState
  readonly clock: Clock
  readonly journal: Pick<Journal, 'write'>
}

/** The answer must be with the screen before its connection ends. */
const turnAfterMs = 300

/** Turning from one site to another, and making a new one. */
export const createSitesPart = ({ sites, control, clock, journal }: SitesParts): Part<typeof sitesContract> => {
  const refuseWhileArmed = (): void => {
    if (control().mode === 'armed') throw refusal('armed-leave', {})
  }
  const turn = (file: string | null, who: string): void => {
    journal.write('site-left', 'info', null, { who, file })
    clock.after(turnAfterMs, () => sites.turnTo(file))
  }
  return {
    name: 'the list of sites',
    handlers: {
      'sites.list': () => Promise.resolve(sites.list()),
      'sites.open': async ({ file, who }) => {
        refuseWhileArmed()
        const problem = await sites.check(file)
        if (problem !== null) throw new Refusal(problem)
        turn(file, who)
        return { opens: true as const }
      },
      'sites.create': async ({ site, file, who }) => {
        refuseWhileArmed()
        const text = newSiteText(site)
        const read = readSite(text, 'the new site')
        if (!read.ok) throw new Refusal(read.message)
        const made = await sites.create(file, siteIdOf(site.name), text)
        if (!made.ok) throw new Refusal(made.why)
        turn(made.file, who)
        return { opens: true as const, file: made.file }
      },
    },
  }
}
