import { app, BrowserWindow, dialog, Menu, session as sessions } from 'electron'
import { join, resolve } from 'node:path'
import { contract } from '../../shared/api/contract.ts'
import { serve } from '../../shared/api/server.ts'
import { createLog } from '../io/log.ts'
import { systemClock } from '../io/clock.ts'
import type { SiteChoice } from '../host-node/options.ts'
import { fatalExitCode, onFatal } from '../host-node/on-fatal.ts'
import { openSite, type OpenedSite, type OpenSiteOutcome } from '../host-node/open-site.ts'
import { programPaths } from '../host-node/program-paths.ts'
import { parseAppArguments } from './arguments.ts'
import { guardContents, guardSession, handleDownloads } from './guard.ts'
import { createIpcLink } from './ipc-link.ts'
import { buildMenu } from './menu.ts'
import { pageUrl, registerPageScheme, servePage } from './page-protocol.ts'
import { startUtilitySimulator } from './utility-simulator.ts'
import { keepWindowState, readWindowState } from './window-state.ts'

/** The desktop way: one window on the core, both in this program. */
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
let current: OpenedSite | null = null
let stopServing: () => void = () => undefined
let switching = false
let quitting = false

const open = (choice: SiteChoice): Promise<OpenSiteOutcome> =>
  openSite(choice, {
    clock: systemClock,
    log,
    startSimulator: startUtilitySimulator,
    onReopened: (problem) => {
      reopened(problem)
    },
  })

const show = (site: OpenedSite) => {
  current = site
  stopServing()
  if (!window) return
  stopServing = serve(
    contract,
    site.core.handlers,
    createIpcLink(window, log),
    { role: 'operator', name: 'Operator (this computer)' },
    {
      report: (trouble, message) =>
        log[trouble === 'failed' || trouble === 'bad-output' ? 'error' : 'warn'](message, { trouble }),
      checkOutputs: process.env['TRIPSCOPE_CHECK_OUTPUTS'] === '1',
    },
  )
  window.setTitle(`${site.site.name} – Tripscope`)
}

const chooseFile = async (): Promise<string | null> => {
  const options = {
    title: 'Open site file',
    properties: ['openFile' as const],
    filters: [{ name: 'Site files', extensions: ['yaml', 'yml'] }],
  }
  const { canceled, filePaths } = window
    ? await dialog.showOpenDialog(window, options)
    : await dialog.showOpenDialog(options)
  return canceled ? null : (filePaths[0] ?? null)
}

/** What a person may do about a site that can't be opened; null quits. */
const askInstead = async (message: string): Promise<SiteChoice | null> => {
  process.stderr.write(`${message}\n`)
  const { response } = await dialog.showMessageBox({
    type: 'error',
    title: 'Tripscope',
    message: 'This site can’t be opened.',
    detail: message,
    buttons: ['Open another file…', 'Open the simulated site', 'Quit'],
    defaultId: 0,
    cancelId: 2,
  })
  if (response === 2) return null
  const site = response === 0 ? await chooseFile() : null
  return response === 0 && site === null ? null : { ...simulated, site }
}

/** Another site in the running program: the old one is left in its fallback before the new one is touched. */
const switchTo = async (choice: SiteChoice): Promise<void> => {
  if (switching || quitting) return
  switching = true
  try {
    let next: SiteChoice | null = choice
    stopServing()
    await current?.close('another site was opened')
    current = null
    while (next !== null) {
      const outcome = await open(next)
      if (outcome.ok) {
        show(outcome.site)
        outcome.site.core.start()
        window?.webContents.reload()
        return
      }
      next = await askInstead(outcome.message)
    }
    app.quit()
  } finally {
    switching = false
  }
}

/** The program changed the site file and opened it anew: the page connects to the new core. */
const reopened = (problem: string | null) => {
  if (problem !== null) {
    void askInstead(problem)
      .then((choice) => (choice === null ? app.quit() : switchTo(choice)))
      .catch(fatal)
    return
  }
  if (current === null) return
  show(current)
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
  if (maximized) window.maximize()
  window.on('page-title-updated', (event) => event.preventDefault())
  window.once('ready-to-show', () => window?.show())
  window.on('closed', () => {
    window = null
  })
  reloadAfterCrash(window)
}

const start = async () => {
  await app.whenReady()
  guardSession(sessions.defaultSession)
  handleDownloads(sessions.defaultSession)
  servePage(sessions.defaultSession)
  Menu.setApplicationMenu(
    buildMenu({
      openSite: () =>
        void chooseFile()
          .then((site) => (site === null ? undefined : switchTo({ ...simulated, site })))
          .catch(fatal),
      openSimulated: () => void switchTo(simulated).catch(fatal),
      print: () => window?.webContents.print(),
    }),
  )
  app.setAboutPanelOptions({
    applicationName: 'Tripscope',
    applicationVersion: app.getVersion(),
    copyright: 'MIT licence',
  })
  let choice: SiteChoice | null = args
  while (choice !== null) {
    const outcome: OpenSiteOutcome = await open(choice)
    if (outcome.ok) {
      createWindow()
      show(outcome.site)
      outcome.site.core.start()
      await window?.loadURL(pageUrl)
      return
    }
    choice = await askInstead(outcome.message)
  }
  app.exit(2)
}

const fatal = (error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  app.exit(1)
}

/** Chargers go to their fallback before the program ends; closing has its own bound. */
const shutDown = async () => {
  stopServing()
  await current?.close('Tripscope was closed')
  current = null
}

if (!app.requestSingleInstanceLock()) {
  process.stderr.write('Tripscope is already open: its window was brought to the front.\n')
  app.exit(0)
} else {
  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore()
    window?.focus()
  })
  app.on('window-all-closed', () => app.quit())
  app.on('before-quit', (event) => {
    if (quitting) return event.preventDefault()
    if (!current) return
    event.preventDefault()
    quitting = true
    void shutDown()
      .catch((error: unknown) => log.error('closing failed', { error: String(error) }))
      .finally(() => app.exit(0))
  })
  onFatal(() => {
    quitting = true
    void shutDown()
      .catch((error: unknown) => log.error('closing failed', { error: String(error) }))
      .finally(() => app.exit(fatalExitCode))
  })
  process.on('SIGINT', () => app.quit())
  process.on('SIGTERM', () => app.quit())
  start().catch(fatal)
}
