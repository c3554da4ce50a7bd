import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { contract } from '../../shared/api/contract.ts'
import { createIntentMemory } from '../../shared/api/intent-memory.ts'
import { serve } from '../../shared/api/server.ts'
import { dataFolder } from '../io/data-folder.ts'
import { systemClock } from '../io/clock.ts'
import { createScreenHandlers } from '../core/deck/screen-handlers.ts'
import { createArchive } from '../io/archive.ts'
import { createLog } from '../io/log.ts'
import { randomId } from '../io/new-id.ts'
import type { Role } from './access.ts'
import { createDecks } from './decks.ts'
import { openFirst } from './open-first.ts'
import { keepLastSite } from './last-site.ts'
import { readSiteFile } from './open-core.ts'
import { openSite } from './open-site.ts'
import { tellUnparsed } from './command-line.ts'
import { parseServeOptions, type SiteChoice } from './options.ts'
import { createPageFiles, type ServePage } from './page-files.ts'
import { programPaths } from './program-paths.ts'
import { createSiteDesk } from './site-desk.ts'
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

const decks = createDecks({ clock, log, folder: () => desk.current()?.folder ?? null })
const firstDeck = await openFirst(decks, options.open)
if (!firstDeck.ok) fail(firstDeck.message)

const base = options.data ?? dataFolder()
const lastSiteFile = () => join(base, 'last-site.json')
const check = async (choice: SiteChoice): Promise<string | null> => {
  if (choice.site === null) return null
  const read = await readSiteFile({ siteFile: choice.site, dataFolder: choice.data })
  return read.ok ? null : read.message
}
/** Screens come back by themselves, to the site that is open then. */
let comeBack: (why: string) => void = () => undefined
/** Why the last site could not be opened. */
let problem = ''
const desk = createSiteDesk(
  {
    log,
    open: (choice) =>
      openSite(choice, {
        clock,
        log,
        sites,
        startSimulator: startSimulatedSite,
        onReopened: (why) => {
          if (why === null) comeBack('the site file was changed and is open anew')
          else fail(why)
        },
      }),
    // At the start opening says it as well, without reading everything twice.
    check: (choice) => (desk.current() === null ? Promise.resolve(null) : check(choice)),
    keepLast: ({ site }) => keepLastSite(lastSiteFile(), site === null ? null : resolve(site), log),
  },
  {
    askInstead: (why, goesOn) => {
      problem = why
      if (goesOn !== null) log.error('the other site could not be opened', { why })
      return Promise.resolve(null)
    },
    // The screen asks for disarming first.
    askLeaving: () => Promise.resolve(false),
    show: () => comeBack('another site is open'),
    hide: () => undefined,
  },
)
const sites = sitesOfComputer({
  listFile: lastSiteFile,
  folder: join(base, 'site-files'),
  current: () => {
    const open = desk.current()
    return open === null || open.simulator !== null ? null : open.siteFile
  },
  check: (site) => check({ ...options, site }),
  turnTo: (site) =>
    void desk.turnTo({ ...options, site }).then((isOpen) => {
      if (!isOpen) fail(problem)
    }),
})
if (!options.isWithoutSite && !(await desk.turnTo(options))) fail(problem)
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
const archive = createArchive()
const handlersOfScreen = () =>
  createScreenHandlers({
    live: () => {
      const site = desk.current()
      return site === null ? null : { name: site.site.name, handlers: site.core.handlers }
    },
    decks,
    first: () => (firstDeck.ok ? firstDeck.deckId : null),
    newId: randomId,
    ...{ archive, clock },
  }).handlers
/** For all screens, and also when the site is opened anew: a screen that comes back is known. */
const intents = createIntentMemory()
const serving = await startWebServer({
  servePage: (path, connect) => servePage(path, connect),
  port: options.port,
  listen,
  tls,
  clock,
  log,
  onAddressUsed,
  onLink: (link, caller) =>
    void serve(contract, handlersOfScreen(), link, caller, {
      intents,
      report: (trouble, message) =>
        log[trouble === 'failed' || trouble === 'bad-output' ? 'error' : 'warn'](message, {
          trouble,
          caller: caller.name,
        }),
      checkOutputs: process.env['TRIPSCOPE_CHECK_OUTPUTS'] === '1',
    }),
})
if (!serving.ok) {
  await desk.close('the server could not start')
  fail(serving.message)
}
const server = serving.ok ? serving.server : fail('')
running = server
comeBack = server.dropScreens

const site = desk.current()
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
await desk.close(why)
await decks.closeAll()
await server.close()
process.exit()
