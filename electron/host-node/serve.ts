import { join, resolve } from 'node:path'
import { systemClock } from '../io/clock.ts'
import { dataFolder } from '../io/data-folder.ts'
import { createLog } from '../io/log.ts'
import type { Log } from '../core/ports.ts'
import { createDecks } from './decks.ts'
import { keepLastSite } from './last-site.ts'
import { openBrowser } from './open-browser.ts'
import { openFirst } from './open-first.ts'
import { openSite, type SiteHost } from './open-site.ts'
import { createOpenSites } from './open-sites.ts'
import type { ServeChoice } from './options.ts'
import { createPageFiles, type ServePage } from './page-files.ts'
import { programPaths } from './program-paths.ts'
import { createScreens, newScreen, type Screens } from './screens.ts'
import { sitesOfComputer } from './sites-of-computer.ts'
import { tellNextAddress, tellReady } from './tell-ready.ts'
import { untilStopped } from './until-stopped.ts'
import { startWebServer, type WebServer } from './web-server.ts'
import { whereToServe } from './where-to-serve.ts'

const clock = systemClock
/** An address that stands in a process list for as long as a browser starts; one code, dead after its first use. */
const openedWithinMs = 60_000

const fail = (message: string): never => {
  process.stderr.write(`${message}\n`)
  process.exit(2)
}

const pageFiles = (): ServePage => {
  try {
    return createPageFiles(programPaths.renderer, 'index.html')
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error))
  }
}

/** The map of open sites, with the first one open. `comeBack`: screens of a site that closed or opened anew greet again. */
const openFirstSite = async (
  options: ServeChoice,
  log: Log,
  startSimulator: SiteHost['startSimulator'],
  comeBack: Screens['drop'],
) => {
  const base = options.data ?? dataFolder()
  const lastSiteFile = () => join(base, 'last-site.json')
  const sites = createOpenSites({
    ...{ clock, log },
    defaults: options,
    sites: sitesOfComputer({ listFile: lastSiteFile, folder: join(base, 'site-files') }),
    open: (choice, host) => openSite(choice, { ...host, log, startSimulator }),
    onOpened: ({ choice: { site } }) => keepLastSite(lastSiteFile(), site, log),
    onClosed: (siteId, next) => comeBack(siteId, next),
    onReopened: (siteId) => comeBack(siteId, null),
    onLastLost: fail,
  })
  if (options.isWithoutSite) return sites
  const file = options.site === null ? null : resolve(options.site)
  const opened = await sites.map.open({ ...options, site: file })
  return opened.ok ? sites : fail(opened.why)
}

/** The browser way: the same core and the same screen, served to a browser on this computer. Resolves when it was stopped and all is closed. */
export const serve = async (options: ServeChoice, startSimulator: SiteHost['startSimulator']): Promise<void> => {
  const log = createLog({
    format: options.json ? 'json' : 'text',
    level: options.verbose ? 'debug' : 'warn',
    nowMs: clock.nowMs,
  })
  const place = await whereToServe(options)
  if (!place.ok) return fail(place.message)
  const servePage = pageFiles()
  const decks = createDecks({ clock, log })
  const firstDeck = await openFirst(decks, options.open)
  if (!firstDeck.ok) return fail(firstDeck.message)

  /** Screens come back by themselves, to the site they showed where it is open then. */
  let comeBack: Screens['drop'] = () => undefined
  const sites = await openFirstSite(options, log, startSimulator, (siteId, next) => comeBack(siteId, next))
  const asked = untilStopped()
  /** For all screens, and also when a site is opened anew: a screen that comes back is known. */
  const screens = createScreens({
    ...{ sites, decks, clock },
    report: (trouble, message) =>
      log[trouble === 'failed' || trouble === 'bad-output' ? 'error' : 'warn'](message, { trouble }),
  })
  comeBack = screens.drop

  let server: WebServer | null = null
  const { listen, tls } = place
  const serving = await startWebServer({
    ...{ servePage, listen, tls, clock, log },
    port: options.port,
    onAddressUsed: (role) => {
      if (server !== null) tellNextAddress(options, server, role)
    },
    onLink: (link, caller) => void screens.serve(link, caller, newScreen(firstDeck.deckId)),
  })
  if (!serving.ok) {
    await sites.map.closeAll('the server could not start')
    return fail(serving.message)
  }
  server = serving.server
  const site = sites.map.list()[0]?.site.opened ?? null
  tellReady(options, server, site, { isLoopback: listen.isLoopback, isEncrypted: tls !== null })
  if (options.show) openBrowser(server.address('operator', openedWithinMs))

  const why = await asked
  await sites.map.closeAll(why)
  await decks.closeAll()
  await server.close()
}
