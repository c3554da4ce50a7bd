import { app, BrowserWindow, Menu, session as sessions } from 'electron'
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { dataFolder } from '../io/data-folder.ts'
import { createLog } from '../io/log.ts'
import { systemClock } from '../io/clock.ts'
import { fatalExitCode, onFatal } from '../host-node/on-fatal.ts'
import { leavingWords } from '../host-node/leaving.ts'
import { openSite } from '../host-node/open-site.ts'
import { createOpenSites, siteIdOf } from '../host-node/open-sites.ts'
import type { PowerEvent } from '../core/power-watch.ts'
import type { SiteChoice } from '../host-node/options.ts'
import { programPaths } from '../host-node/program-paths.ts'
import { choiceOfSecondStart, parseAppArguments } from './arguments.ts'
import { closeSwitches } from './closed-switches.ts'
import { askInstead, askLeaving, chooseFile, chooseRecording, tellProblem } from './dialogs.ts'
import { guardContents, guardSession, handleDownloads } from './guard.ts'
import { createIpcLink } from './ipc-link.ts'
import { keepAwakeWhile, watchPower } from './keep-awake.ts'
import { keepLastSite, keepOpenSites, readLastSite, readOpenSites, readRecentSites } from '../host-node/last-site.ts'
import { keychain } from './keychain.ts'
import { buildMenu } from './menu.ts'
import { recentEntries } from './recent-menu.ts'
import { createRecordings } from './recordings.ts'
import { pageUrl, registerPageScheme, servePage } from './page-protocol.ts'
import { createScreens, newScreen } from '../host-node/screens.ts'
import { sitesOfComputer } from '../host-node/sites-of-computer.ts'
import { startUtilitySimulator } from './utility-simulator.ts'
import { keepWindowState, readWindowState } from './window-state.ts'

/** The desktop way: one window on the core, both in this program. */
closeSwitches()
const args = parseAppArguments(process.argv.slice(app.isPackaged ? 1 : 2))
const log = createLog({ format: 'text', level: args.verbose ? 'debug' : 'warn', nowMs: systemClock.nowMs })
const simulated: SiteChoice = { ...args, site: null }

const userData = process.env['TRIPSCOPE_USER_DATA']
if (userData) app.setPath('userData', resolve(userData))
// As root (containers) Chromium has no sandbox to enable and says so at once; the page is the same either way.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
registerPageScheme()
guardContents()

/** Reloads of a crashed screen within a minute; a crash at start would otherwise loop. */
const crashesAllowed = 3
const crashWindowMs = 60_000

let window: BrowserWindow | null = null
let stopServing: () => void = () => undefined
/** The end was decided: by a person who was asked, by the system, or by a fault. */
let mayEnd = false
let ending = false

const inUserData = (name: string) => join(app.getPath('userData'), name)
const lastSiteFile = () => inUserData('last-site.json')
const openSitesFile = () => inUserData('open-sites.json')

const recordings = createRecordings(log)
/** What the window shows, whatever page is in it. */
const shown = newScreen()
/** The sites of the last start were opened again: from now on what is open is kept for the next. */
let isRestored = false

const keepOpen = () => {
  if (!isRestored || ending) return
  const open = sites.map.list().map(({ choice }) => choice.site)
  keepOpenSites(openSitesFile(), open, log)
}
const shownSite = () => (shown.site === null ? undefined : sites.map.get(shown.site))

/** The window shows another site, or the same one anew. */
const noteShown = () => {
  const entry = shownSite()
  window?.setTitle(`${entry?.site.name ?? 'Recording'} – Tripscope`)
  if (entry === undefined) return
  keepLastSite(lastSiteFile(), entry.choice.site, log)
  showMenu()
}

/** Serves the window: the site it shows, or a recording instead of it. */
const serveWindow = () => {
  stopServing()
  if (!window) return
  const { webContents } = window
  const link = createIpcLink(window, log)
  const stop = screens.serve(link, { role: 'operator', name: 'Operator (this computer)' }, shown, noteShown)
  let isServed = true
  stopServing = () => {
    isServed = false
    stop()
  }
  // A page that fell too far behind is let go, and so is one whose site was closed; it connects anew.
  link.onClose(() => {
    if (isServed && !webContents.isDestroyed()) serveWindow()
  })
}

/** The window with what is shown now; made where there is none. */
const showWindow = () => {
  const isNew = window === null
  if (isNew) createWindow()
  serveWindow()
  if (isNew) window?.loadURL(pageUrl).catch(fatal)
  else window?.webContents.reload()
}

/** A recording in the window, beside the sites that are open; what is wrong with it is told. */
const openRecording = (path: string) =>
  void recordings.open(path, shown).then((problem) => {
    if (problem !== null) return tellProblem(window, problem)
    showMenu()
    if (window === null) showWindow()
    return undefined
  }, fatal)

/** Opens a site beside those that are open and shows it; what can't be opened is told, and something else may be chosen. False: none is open. */
const openShown = async (choice: SiteChoice): Promise<boolean> => {
  let next: SiteChoice | null = choice
  while (next !== null) {
    const outcome = await sites.map.open(next)
    if (outcome.ok) {
      Object.assign(shown, { site: outcome.siteId, deck: null })
      showWindow()
      return true
    }
    const running = shownSite() ?? sites.map.list()[0]
    next = await askInstead(window, outcome.why, running?.site.name ?? null, simulated)
  }
  return sites.map.list().length > 0
}

const turnTo = (choice: SiteChoice) =>
  void openShown(choice)
    .then((isOpen) => {
      if (!isOpen && !recordings.hasAny()) app.quit()
    })
    .catch(fatal)

const sites = createOpenSites({
  ...{ clock: systemClock, log },
  defaults: simulated,
  sites: sitesOfComputer({ listFile: lastSiteFile, folder: join(dataFolder(), 'site-files') }),
  open: (choice, host) =>
    openSite(choice, {
      ...host,
      log,
      keyWrapping: keychain(),
      startSimulator: startUtilitySimulator,
    }),
  onOpened: keepOpen,
  onClosed: (siteId, next) => {
    keepOpen()
    screens.drop(siteId, next)
  },
  onReopened: (siteId) => screens.drop(siteId, null),
  onLastLost: (problem) => void replaceLost(problem).catch(fatal),
})
const screens = createScreens({
  ...{ sites, decks: recordings.decks, clock: systemClock },
  report: (trouble, message) =>
    log[trouble === 'failed' || trouble === 'bad-output' ? 'error' : 'warn'](message, { trouble }),
})

/** The only site that was open can't be opened anew after its file was changed. */
const replaceLost = async (problem: string) => {
  const choice = await askInstead(window, problem, null, simulated)
  if (choice === null) return app.quit()
  for (const { siteId } of sites.map.list()) await sites.map.close(siteId, 'it could not be opened anew')
  if (!(await openShown(choice))) app.quit()
}

/** A crashed screen comes back by itself: watching and control go on without it. One that keeps crashing is left alone. */
const reloadAfterCrash = ({ webContents }: BrowserWindow) => {
  const crashesMs: number[] = []
  webContents.on('render-process-gone', (_event, { reason }) => {
    log.error('the screen crashed', { reason })
    const nowMs = systemClock.monotonicMs()
    crashesMs.push(nowMs)
    if (reason !== 'clean-exit' && crashesMs.filter((atMs) => nowMs - atMs < crashWindowMs).length <= crashesAllowed)
      webContents.reload()
  })
}

const createWindow = () => {
  const stateFile = join(app.getPath('userData'), 'window.json')
  const { maximized, ...bounds } = readWindowState(stateFile)
  window = new BrowserWindow({
    ...bounds,
    minWidth: 900,
    minHeight: 600,
    show: false,
    backgroundColor: '#16181b',
    title: 'Tripscope',
    webPreferences: {
      preload: programPaths.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      // A hidden window still watches the site; the screen slows itself down.
      backgroundThrottling: true,
      devTools: !app.isPackaged,
    },
  })
  keepWindowState(window, stateFile, log)
  const shown = window
  shown.on('close', (event) => {
    if (mayEnd || sites.armed().length === 0) return
    event.preventDefault()
    void mayClose().then((may) => {
      if (may) shown.close()
    })
  })
  if (maximized) window.maximize()
  window.on('page-title-updated', (event) => event.preventDefault())
  window.once('ready-to-show', () => window?.show())
  window.on('closed', () => {
    window = null
  })
  reloadAfterCrash(window)
}

/** The menu names the sites that were open: it is made anew whenever one is opened. */
const showMenu = (): void =>
  Menu.setApplicationMenu(
    buildMenu({
      openSite: () =>
        void chooseFile(window)
          .then((site) => (site === null ? undefined : turnTo({ ...simulated, site })))
          .catch(fatal),
      openSimulated: () => turnTo(simulated),
      openRecording: () =>
        void chooseRecording(window).then((path) => (path === null ? undefined : openRecording(path)), fatal),
      recentRecordings: recentEntries(recordings.recent(), existsSync),
      openRecentRecording: openRecording,
      recent: recentEntries(readRecentSites(lastSiteFile()), existsSync),
      openRecent: (site) => turnTo({ ...simulated, site }),
      print: () => window?.webContents.print(),
      // A program of the system can't look into the archive: packed, the file stands beside it too.
      noticesFile: app.isPackaged
        ? join(dirname(app.getPath('exe')), process.platform === 'darwin' ? '..' : '', 'THIRD-PARTY-NOTICES.txt')
        : join(programPaths.root, 'dist', 'THIRD-PARTY-NOTICES.txt'),
    }),
  )

let isAsking = false
/** Asks where control is armed, by the names of all those sites; the answer holds, so that the window and the program are not asked about one after the other. */
const mayClose = async (): Promise<boolean> => {
  const armed = sites.armed()
  if (armed.length === 0) mayEnd = true
  if (mayEnd || isAsking) return mayEnd
  isAsking = true
  try {
    const question = leavingWords(
      'Closing Tripscope',
      armed.map(({ site }) => site.opened.site),
      'Close Tripscope',
    )
    mayEnd = await askLeaving(window, question)
    return mayEnd
  } finally {
    isAsking = false
  }
}

/** The sites that were open when the program last ended; one that can't be opened now is named in the list of sites. */
const openAgain = async (before: readonly (string | null)[]) => {
  for (const site of before) {
    const outcome = await sites.map.open({ ...simulated, site })
    if (!outcome.ok) sites.noteNotOpened(site, outcome.why)
  }
}

const start = async () => {
  await app.whenReady()
  guardSession(sessions.defaultSession)
  handleDownloads(sessions.defaultSession)
  servePage(sessions.defaultSession)
  const tellSites = (event: PowerEvent) => {
    for (const { site } of sites.map.list()) site.opened.core.power(event)
  }
  watchPower(tellSites, () => {
    mayEnd = true
    app.quit()
  })
  keepAwakeWhile(() => sites.armed().length > 0, systemClock)
  showMenu()
  app.setAboutPanelOptions({
    applicationName: 'Tripscope',
    applicationVersion: app.getVersion(),
    copyright: 'MIT licence',
  })
  if (args.open !== null) {
    const problem = await recordings.open(args.open, shown)
    if (problem !== null) {
      await tellProblem(null, problem)
      return app.exit(2)
    }
    showMenu()
    if (args.site === null && !args.isSimulated) return showWindow()
  }
  const isUnsaid = args.site === null && !args.isSimulated
  const choice = isUnsaid ? { ...simulated, site: readLastSite(lastSiteFile()) } : args
  const before = isUnsaid ? readOpenSites(openSitesFile()) : []
  if (!(await openShown(choice))) return app.exit(2)
  await openAgain(before)
  isRestored = true
  keepOpen()
}

const fatal = (error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  app.exit(1)
}

/** Chargers go to their fallback before the program ends; closing has its own bound. */
const end = (code: number) => {
  ending = true
  mayEnd = true
  void sites.map
    .closeAll('Tripscope was closed')
    .then(recordings.close)
    .catch((error: unknown) => log.error('closing failed', { error: String(error) }))
    .finally(() => app.exit(code))
}

if (!app.requestSingleInstanceLock({ ...args })) {
  const asked = args.site === null ? 'its window was brought to the front' : `it was asked to open ${args.site}`
  process.stderr.write(`Tripscope is already open: ${asked}.\n`)
  app.exit(0)
} else {
  app.on('second-instance', (_event, _argv, _folder, data) => {
    if (window?.isMinimized()) window.restore()
    window?.focus()
    const choice = choiceOfSecondStart(data)
    if (choice !== null && choice.open !== null) openRecording(choice.open)
    if (choice?.site === null && !choice.isSimulated) return
    if (choice === null || (shown.site !== null && siteIdOf(choice) === shown.site)) return
    turnTo(choice)
  })
  // macOS: a file was opened with this program.
  app.on('open-file', (event, path) => {
    event.preventDefault()
    if (/\.tripscope$/i.test(path)) openRecording(resolve(path))
    else turnTo({ ...simulated, site: resolve(path) })
  })
  app.on('window-all-closed', () => app.quit())
  app.on('before-quit', (event) => {
    if (ending) return event.preventDefault()
    if (sites.map.list().length === 0 && !recordings.hasAny()) return
    event.preventDefault()
    void mayClose().then((may) => {
      if (may && !ending) end(0)
    })
  })
  onFatal(() => end(fatalExitCode))
  const endByItself = () => {
    mayEnd = true
    app.quit()
  }
  process.on('SIGINT', endByItself)
  process.on('SIGTERM', endByItself)
  start().catch(fatal)
}
