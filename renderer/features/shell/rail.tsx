import { useLive, useSite } from '../../state/live.ts'
import { useSettings } from '../../state/settings.ts'
import { routeTo } from '../../state/route.ts'
import { routes } from '../routes.ts'
import { TripButton } from '../trips/trip-button.tsx'

const AlarmCount = () => {
  const count = useLive(
    (state) =>
      state.live?.findings.filter((finding) => finding.state === 'active' && finding.shelved === undefined).length ?? 0,
  )
  return count === 0 ? null : (
    <span className="rail-count">
      {count}
      <span className="sr-only"> active</span>
    </span>
  )
}

/** The views, always in the same place, each with its key. */
export const Rail = ({ active }: { readonly active: string | null }) => {
  const siteName = useSite((state) => state.overview?.site.name)
  const version = useSite((state) => state.overview?.version)
  const singleKeys = useSettings((state) => state.singleKeys)
  return (
    <nav className="shell-rail" aria-label="Views">
      <div className="rail-brand">
        <strong>Tripscope</strong>
        <a className="rail-site" href={routeTo('sites')} title={`${siteName ?? ''}; other sites of this computer`}>
          {siteName ?? 'no site yet'}
        </a>
      </div>
      <div className="rail-trip">
        <TripButton />
      </div>
      <ul>
        {routes.map((route) => (
          <li key={route.view}>
            <a href={routeTo(route.view)} {...(route.view === active ? { 'aria-current': 'page' } : {})}>
              <span className="rail-key" aria-hidden="true">
                {singleKeys ? route.key : ''}
              </span>
              <span className="grow">{route.label}</span>
              {route.view === 'alarms' ? <AlarmCount /> : null}
            </a>
          </li>
        ))}
      </ul>
      <div className="rail-foot dim">
        {singleKeys ? (
          <span>
            <kbd className="key">?</kbd> shortcuts
          </span>
        ) : null}
        <span>{version === undefined ? '' : `v${version}`}</span>
      </div>
    </nav>
  )
}
