import { useLive, useSite } from '../../state/live.ts'
import { useSettings } from '../../state/settings.ts'
import { routeTo } from '../../state/route.ts'
import { routes, viewGroups, type ViewRoute } from '../routes.ts'
import { TripButton } from '../trips/trip-button.tsx'
import { SiteSwitcher } from './site-switcher.tsx'

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

const RailLink = (props: { readonly route: ViewRoute; readonly active: boolean; readonly singleKeys: boolean }) => (
  <li>
    <a href={routeTo(props.route.view)} {...(props.active ? { 'aria-current': 'page' } : {})}>
      <span className="rail-key" aria-hidden="true">
        {props.singleKeys ? props.route.key : ''}
      </span>
      <span className="grow">{props.route.label}</span>
      {props.route.view === 'alarms' ? <AlarmCount /> : null}
    </a>
  </li>
)

/** The views, always in the same place, each with its key. */
export const Rail = ({ active }: { readonly active: string | null }) => {
  const siteName = useSite((state) => state.overview?.site.name)
  const version = useSite((state) => state.overview?.version)
  const singleKeys = useSettings((state) => state.singleKeys)
  return (
    <nav className="shell-rail" aria-label="Views">
      <div className="rail-brand">
        <strong>Tripscope</strong>
        <SiteSwitcher siteName={siteName ?? null} />
      </div>
      <div className="rail-trip">
        <TripButton />
      </div>
      <div className="rail-groups">
        {viewGroups.map((group) => (
          <ul key={group} aria-label={group}>
            {routes
              .filter((route) => route.group === group)
              .map((route) => (
                <RailLink key={route.view} route={route} active={route.view === active} singleKeys={singleKeys} />
              ))}
          </ul>
        ))}
      </div>
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
