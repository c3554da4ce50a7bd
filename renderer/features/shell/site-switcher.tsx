import type { OpenSite } from '../../../shared/api/sites-contract.ts'
import { useConnection } from '../../state/connection.ts'
import { headlineMark, headlineWords, useOpenSites, worstWords } from '../../state/open-sites.ts'
import { routeTo } from '../../state/route.ts'
import { Mark } from '../../ui/mark.tsx'

/** What stands above the views: its worst alarm, and how much of it answers. */
const about = (site: OpenSite): string => {
  const { name, calling, answering, devices } = site
  const worst = calling.slice(0, 3).map(({ title }) => title)
  return [`${name}: ${headlineWords(site)}`, `${answering} of ${devices} devices answer`, ...worst].join('; ')
}

const SiteButton = ({ site, isShown }: { readonly site: OpenSite; readonly isShown: boolean }) => {
  const showSite = useConnection((state) => state.showSite)
  const isUp = useConnection((state) => state.client !== null)
  return (
    <li>
      <button
        type="button"
        title={about(site)}
        disabled={!isUp}
        {...(isShown ? { 'aria-current': 'true' as const } : {})}
        onClick={() => {
          if (!isShown) showSite(site.siteId)
        }}
      >
        <span className="rail-site">{site.name}</span>
        <span className="rail-site-state">
          {site.isArmed ? <Mark kind="control">armed</Mark> : null}
          <Mark kind={headlineMark(site)}>{worstWords(site)}</Mark>
        </span>
      </button>
    </li>
  )
}

/** Which site is shown, and how the others do that go on beside it: seen on every view, so that no alarm is missed by looking elsewhere. */
export const SiteSwitcher = ({ siteName }: { readonly siteName: string | null }) => {
  const sites = useOpenSites((state) => state.told?.sites) ?? []
  const shown = useConnection((state) => state.site)
  if (sites.length < 2)
    return (
      <a className="rail-site" href={routeTo('sites')} title={`${siteName ?? ''}; other sites of this computer`}>
        {siteName ?? 'no site yet'}
      </a>
    )
  return (
    <ul className="rail-sites" aria-label="Open sites">
      {sites.map((site) => (
        <SiteButton key={site.siteId} site={site} isShown={site.siteId === shown} />
      ))}
    </ul>
  )
}
