import { MantineProvider } from '@mantine/core'
import { Suspense, useEffect } from 'react'
import { useConnection } from '../../state/connection.ts'
import { useRoute } from '../../state/route.ts'
import { useSettings } from '../../state/settings.ts'
import { useLive, useSite } from '../../state/live.ts'
import { useIsLive } from '../../state/liveness.ts'
import { ErrorBoundary } from '../../ui/error-boundary.tsx'
import { Empty, Loading } from '../../ui/notice.tsx'
import { theme, variables } from '../../ui/theme.ts'
import { ViewNotLoaded } from '../load-view.ts'
import { routes } from '../routes.ts'
import { Bands } from './bands.tsx'
import { NotLoadedView } from './not-loaded-view.tsx'
import { ProgramState } from './program-state.tsx'
import { Rail } from './rail.tsx'
import { ShortcutHelp, useShortcuts } from './shortcuts.tsx'
import { StatusBar } from './status-bar.tsx'
import { useAlarmNotices } from './use-alarm-notices.ts'
import { useKeptFocus } from './use-kept-focus.ts'
import { useColourScheme } from '../../state/colour-scheme.ts'
import './shell.css'

const Shell = () => {
  const route = useRoute()
  const siteName = useSite((state) => state.overview?.site.name)
  const site = useConnection((state) => state.site)
  const active = routes.find((entry) => entry.view === route.view)
  const help = useShortcuts()
  useAlarmNotices()
  useKeptFocus()
  const isLive = useIsLive()
  const isPast = useLive((state) => state.live !== null) && !isLive
  useEffect(() => {
    document.title = [active?.label ?? 'Not found', siteName, 'Tripscope']
      .filter((part) => part !== undefined)
      .join(' · ')
  }, [active, siteName])

  return (
    <div className="shell">
      <a
        className="skip-link"
        href="#main"
        onClick={(event) => {
          // The fragment is the route: the focus moves, the address stays.
          event.preventDefault()
          document.getElementById('main')?.focus()
        }}
      >
        Skip to the view
      </a>
      <Rail active={active?.view ?? null} />
      <main className={`shell-main ${isPast ? 'is-past' : ''}`} id="main" tabIndex={-1}>
        <Bands />
        <ErrorBoundary
          // What was typed for one site must not stand before another.
          key={`${site ?? ''} ${route.view}`}
          what={active?.label ?? 'This view'}
          program={<ProgramState />}
          designed={(error) =>
            error instanceof ViewNotLoaded ? <NotLoadedView what={active?.label ?? 'This view'} /> : null
          }
        >
          <Suspense
            fallback={
              <div className="view">
                <Loading what="the view" />
              </div>
            }
          >
            {active === undefined ? (
              <div className="view">
                <h1>Not found</h1>
                <Empty title={`There is no view "${route.view}".`}>
                  <a href="#/overview">Open the overview</a>
                </Empty>
              </div>
            ) : (
              <active.component />
            )}
          </Suspense>
        </ErrorBoundary>
      </main>
      <StatusBar />
      <ShortcutHelp opened={help.opened} close={help.close} />
    </div>
  )
}

export const App = ({ styleNonce }: { readonly styleNonce: string | null }) => {
  const phaseColours = useSettings((state) => state.phaseColours)
  const scheme = useColourScheme()
  useEffect(() => {
    document.documentElement.dataset.phases = phaseColours
  }, [phaseColours])
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      forceColorScheme={scheme}
      deduplicateCssVariables={false}
      {...(styleNonce === null ? {} : { getStyleNonce: () => styleNonce })}
    >
      <Shell />
    </MantineProvider>
  )
}
