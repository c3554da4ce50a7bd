import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { dataFolder } from '../io/data-folder.ts'
import { systemClock } from '../io/clock.ts'
import { createLog } from '../io/log.ts'
import type { Role } from './access.ts'
import { createDecks } from './decks.ts'
import { openFirst } from './open-first.ts'
import { keepLastSite } from './last-site.ts'
import { openSite } from './open-site.ts'
import { createOpenSites } from './open-sites.ts'
import { tellUnparsed } from './command-line.ts'
import { parseServeOptions } from './options.ts'
import { createPageFiles, type ServePage } from './page-files.ts'
import { programPaths } from './program-paths.ts'
import { createScreens, newScreen, type Screens } from './screens.ts'
import { sitesOfComputer } from './sites-of-computer.ts'
import { startSimulatedSite } from './simulated-site.ts'
import { untilStopped } from './until-stopped.ts'
import { startWebServer, type WebServer } from './web-server.ts'
import { whereToServe } from './where-to-serve.ts'

/** The browser way: the same core and the same screen, served to a browser on this computer. */
const fail = (message: string): never => {
  process.stderr.write(`${message}\n`)
  process.exit(2)
}

const parsed = parseServeOptions(process.argv.slice(2))
if (!parsed.ok) process.exit(tellUnparsed(parsed))
const { options } = parsed
const clock = systemClock
const log = createLog({
  format: options.json ? 'json' : 'text',
  level: options.verbose ? 'debug' : 'warn',
  nowMs: clock.nowMs,
})

const openBrowser = (url: string) => {
  const [command, args] =
    process.platform === 'win32'
      ? (['cmd', ['/c', 'start', '""', url]] as const)
      : process.platform === 'darwin'
        ? (['open', [url]] as const)
        : (['xdg-open', [url]] as const)
  const child = spawn(command, [...args], { stdio: 'ignore', detached: true })
  child.on('error', () => process.stderr.write('No browser could be opened: open the address above.\n'))
  child.unref()
}

/** An address that stands in a process list for as long as a browser starts; one code, dead after its first use. */
const openedWithinMs = 60_000

const place = await whereToServe(options)
if (!place.ok) fail(place.message)
const { listen, tls } = place.ok ? place : fail('')

let servePage: ServePage
try {
  servePage = createPageFiles(programPaths.renderer, 'index.html')
} catch (error) {
  fail(error instanceof Error ? error.message : String(error))
}

const decks = createDecks({ clock, log })
const firstDeck = await openFirst(decks, options.open)
if (!firstDeck.ok) fail(firstDeck.message)

const base = options.data ?? dataFolder()
const lastSiteFile = () => join(base, 'last-site.json')
/** Screens come back by themselves, to the site they showed where it is open then. */
let comeBack: Screens['drop'] = () => undefined
const sites = createOpenSites({
  ...{ clock, log },
  defaults: options,
  sites: sitesOfComputer({ listFile: lastSiteFile, folder: join(base, 'site-files') }),
  open: (choice, host) => openSite(choice, { ...host, log, startSimulator: startSimulatedSite }),
  onOpened: ({ choice: { site } }) => keepLastSite(lastSiteFile(), site, log),
  onClosed: (siteId, next) => comeBack(siteId, next),
  onReopened: (siteId) => comeBack(siteId, null),
  onLastLost: fail,
})
if (!options.isWithoutSite) {
  const file = options.site === null ? null : resolve(options.site)
  const opened = await sites.map.open({ ...options, site: file })
  if (!opened.ok) fail(opened.why)
}
const asked = untilStopped()

/** Each printed address opens one screen; the next one is printed when it was used. */
const onAddressUsed = (role: Role) => {
  const url = running?.address(role, null)
  if (url === undefined) return
  if (options.json) process.stdout.write(`${JSON.stringify({ type: 'address', role, url })}\n`)
  else
    process.stdout.write(
      `  A screen was opened. For one more${role === 'viewer' ? ', for viewing only' : ''}:\n\n    ${url}\n\n`,
    )
}
let running: WebServer | null = null
/** For all screens, and also when a site is opened anew: a screen that comes back is known. */
const screens = createScreens({
  ...{ sites, decks, clock },
  report: (trouble, message) =>
    log[trouble === 'failed' || trouble === 'bad-output' ? 'error' : 'warn'](message, { trouble }),
})
comeBack = screens.drop
const serving = await startWebServer({
  servePage: (path, connect) => servePage(path, connect),
  port: options.port,
  listen,
  tls,
  clock,
  log,
  onAddressUsed,
  onLink: (link, caller) => void screens.serve(link, caller, newScreen(firstDeck.ok ? firstDeck.deckId : null)),
})
if (!serving.ok) {
  await sites.map.closeAll('the server could not start')
  fail(serving.message)
}
const server = serving.ok ? serving.server : fail('')
running = server

const site = sites.map.list()[0]?.site.opened ?? null
const [url, viewerUrl] = [server.address('operator', null), server.address('viewer', null)]
if (options.json) {
  const { tokens } = server.access
  process.stdout.write(
    `${JSON.stringify({ type: 'ready', url, viewerUrl, port: server.port, tokens, simulator: site?.simulator ?? null })}\n`,
  )
} else {
  process.stdout.write(
    `\n  Tripscope shows ${site?.site.name ?? `the recording ${String(options.open)}`} at\n\n    ${url}\n\n  For viewing only: ${viewerUrl}\n  Each address opens one screen; the next one is printed here. Ctrl-C stops Tripscope.\n\n`,
  )
  if (server.alsoAt().length > 0) process.stdout.write(`  It answers at ${server.alsoAt().join(', ')} too.\n\n`)
  if (!listen.isLoopback)
    process.stdout.write(
      tls === null
        ? '  Other computers can reach this address, and the connection is not encrypted: use it on a network you trust.\n\n'
        : '  Other computers can reach this address; the connection is encrypted.\n\n',
    )
  if (site !== null && site.lock.holder !== null)
    process.stdout.write(`  Read-only: this site is held by ${site.lock.holder}.\n\n`)
}
if (options.show) openBrowser(server.address('operator', openedWithinMs))

const why = await asked
await sites.map.closeAll(why)
await decks.closeAll()
await server.close()
process.exit()
