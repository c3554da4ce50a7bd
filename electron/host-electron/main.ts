import { app, BrowserWindow, Menu, session as sessions } from 'electron'
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { contract } from '../../shared/api/contract.ts'
import { createIntentMemory } from '../../shared/api/intent-memory.ts'
import { serve } from '../../shared/api/server.ts'
import { dataFolder } from '../io/data-folder.ts'
import { createLog } from '../io/log.ts'
import { systemClock } from '../io/clock.ts'
import { readSiteFile } from '../host-node/open-core.ts'
import { fatalExitCode, onFatal } from '../host-node/on-fatal.ts'
import { openSite } from '../host-node/open-site.ts'
import type { SiteChoice } from '../host-node/options.ts'
import { programPaths } from '../host-node/program-paths.ts'
import { choiceOfSecondStart, parseAppArguments } from './arguments.ts'
import { closeSwitches } from './closed-switches.ts'
import { askInstead, askLeaving, chooseFile, chooseRecording, tellProblem } from './dialogs.ts'
import { guardContents, guardSession, handleDownloads } from './guard.ts'
import { createIpcLink } from './ipc-link.ts'
import { keepAwakeWhileArmed, watchPower } from './keep-awake.ts'
import { keepLastSite, readLastSite, readRecentSites } from '../host-node/last-site.ts'
import { keychain } from './keychain.ts'
import { buildMenu } from './menu.ts'
import { recentEntries } from './recent-menu.ts'
import { createRecordings } from './recordings.ts'
import { pageUrl, registerPageScheme, servePage } from './page-protocol.ts'
import { createSiteDesk } from '../host-node/site-desk.ts'
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

/** For every site and every page of the window: an intent that is sent again is known. */
const intents = createIntentMemory()

const lastSiteFile = () => join(app.getPath('userData'), 'last-site.json')

const recordings = createRecordings({ log, current: () => desk.current() })

/** Serves the site, or a recording instead of it, to the window. */
const serveWindow = () => {
  stopServing()
  if (!window) return
  const { webContents } = window
  const site = desk.current()
  const link = createIpcLink(window, log)
  // A page that fell too far behind is let go; when it reads again it connects anew.
  link.onClose(() => {
    if (!webContents.isDestroyed() && desk.current() === site) serveWindow()
  })
  const stop = serve(
    contract,
    recordings.handlers(),
    link,
    { role: 'operator', name: 'Operator (this computer)' },
    {
      intents,
      report: (trouble, message) =>
        log[trouble === 'failed' || trouble === 'bad-output' ? 'error' : 'warn'](message, { trouble }),
      checkOutputs: process.env['TRIPSCOPE_CHECK_OUTPUTS'] === '1',
    },
  )
  const sleep = site === null ? () => undefined : keepAwakeWhileArmed(site)
  stopServing = () => {
    stop()
    sleep()
  }
  window.setTitle(`${site?.site.name ?? 'Recording'} – Tripscope`)
}

/** The window with what is served now; made where there is none. */
const showWindow = () => {
  const isNew = window === null
  if (isNew) createWindow()
  serveWindow()
  if (isNew) window?.loadURL(pageUrl).catch(fatal)
  else window?.webContents.reload()
}

/** A recording in the window, beside the site where one is open; what is wrong with it is told. */
const openRecording = (path: string) =>
  void recordings.open(path).then((problem) => {
    if (problem !== null) return tellProblem(window, problem)
    showMenu()
    if (window === null) showWindow()
    return undefined
  }, fatal)

const check = async ({ site, data }: SiteChoice): Promise<string | null> => {
  if (site === null) return null
  const read = await readSiteFile({ siteFile: site, dataFolder: data })
  return read.ok ? null : read.message
}

const desk = createSiteDesk(
  {
    log,
    open: (choice) =>
      openSite(choice, {
        clock: systemClock,
        log,
        sites,
        keyWrapping: keychain(),
        startSimulator: startUtilitySimulator,
        onReopened: (problem) => {
          reopened(problem)
        },
      }),
    check,
    keepLast: ({ site }) => {
      keepLastSite(lastSiteFile(), site, log)
      showMenu()
    },
  },
  {
    askInstead: (problem, running) => askInstead(window, problem, running, simulated),
    askLeaving: (question) => askLeaving(window, question),
    show: () => {
      recordings.showSite()
      showWindow()
    },
    hide: () => stopServing(),
  },
)

const turnTo = (choice: SiteChoice) =>
  void desk
    .turnTo(choice)
    .then((isOpen) => {
      if (!isOpen && !recordings.hasAny()) app.quit()
    })
    .catch(fatal)

const sites = sitesOfComputer({
  listFile: lastSiteFile,
  folder: join(dataFolder(), 'site-files'),
  current: () => {
    const open = desk.current()
    return open === null || open.simulator !== null ? null : open.siteFile
  },
  check: (site) => check({ ...simulated, site }),
  turnTo: (site) => turnTo({ ...simulated, site }),
})

/** The program changed the site file and opened it anew: the page connects to the new core. */
const reopened = (problem: string | null) => {
  const site = desk.current()
  if (problem !== null)
    return void askInstead(window, problem, null, simulated)
      .then((choice) => (choice === null ? app.quit() : turnTo(choice)))
      .catch(fatal)
  if (site === null) return
  serveWindow()
  window?.webContents.reload()
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
    if (mayEnd || !desk.isArmed()) return
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

/** Asks where control is armed; the answer holds, so that the window and the program are not asked about one after the other. */
const mayClose = async (): Promise<boolean> => {
  mayEnd ||= await desk.mayLeave('Closing Tripscope', 'Close Tripscope')
  return mayEnd
}

const start = async () => {
  await app.whenReady()
  guardSession(sessions.defaultSession)
  handleDownloads(sessions.defaultSession)
  servePage(sessions.defaultSession)
  watchPower(desk.current, () => {
    mayEnd = true
    app.quit()
  })
  showMenu()
  app.setAboutPanelOptions({
    applicationName: 'Tripscope',
    applicationVersion: app.getVersion(),
    copyright: 'MIT licence',
  })
  if (args.open !== null) {
    const problem = await recordings.open(args.open)
    if (problem !== null) {
      await tellProblem(null, problem)
      return app.exit(2)
    }
    showMenu()
    if (args.site === null && !args.isSimulated) return showWindow()
  }
  const isUnsaid = args.site === null && !args.isSimulated
  const choice = isUnsaid ? { ...simulated, site: readLastSite(lastSiteFile()) } : args
  if (!(await desk.turnTo(choice))) app.exit(2)
}

const fatal = (error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  app.exit(1)
}

/** Chargers go to their fallback before the program ends; closing has its own bound. */
const end = (code: number) => {
  ending = true
  mayEnd = true
  void desk
    .close('Tripscope was closed')
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
    const site = desk.current()
    if (choice !== null && choice.open !== null) openRecording(choice.open)
    if (choice?.site === null && !choice.isSimulated) return
    if (choice === null || (choice.site !== null && choice.site === site?.siteFile)) return
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
    if (!desk.current() && !recordings.hasAny()) return
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
