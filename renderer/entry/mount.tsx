import '@mantine/core/styles.layer.css'
import '../ui/tokens.css'
import '../ui/base.css'
import '../ui/print.css'
import { createRoot } from 'react-dom/client'
import { loadAllViews } from '../features/load-view.ts'
import { App } from '../features/shell/app.tsx'
import { startClock } from '../state/clock.ts'
import type { Connector } from '../state/connection.ts'
import { startSession } from '../state/session.ts'

/** The host puts the nonce of its CSP's style-src into this tag; without one, styles are left to the policy. */
const styleNonce = (): string | null =>
  document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? null

/** The first picture comes first; a page that is never idle fetches the other views then all the same. */
const viewsLoadedWithinMs = 5000

/** What both entries share once they know how to reach the program. */
export const mount = (connector: Connector): void => {
  const root = document.getElementById('root')
  if (root === null) throw new Error('the page has no element with the id "root"')
  // Registered before any chart's own listeners, so that they find the colours for paper.
  window.addEventListener('beforeprint', () => {
    document.documentElement.dataset.printing = ''
  })
  window.addEventListener('afterprint', () => {
    delete document.documentElement.dataset.printing
  })
  startClock()
  startSession(connector)
  createRoot(root).render(<App styleNonce={styleNonce()} />)
  requestIdleCallback(() => void loadAllViews(), { timeout: viewsLoadedWithinMs })
}
