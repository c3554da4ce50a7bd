import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright/test'
import { expect, test as base } from '../fixtures/app.ts'
import { closeElectron, electronPath } from '../fixtures/host.ts'
import { root } from '../fixtures/program-output.ts'
import { startSimulator } from '../fixtures/simulator.ts'
import { Control } from '../pages/control.ts'
import { Shell } from '../pages/shell.ts'

interface Desktop {
  /** Starts the program with the user's folder of this test. */
  readonly start: (args?: readonly string[]) => Promise<{ app: ElectronApplication; page: Page }>
  /** What a second start says before it ends. */
  readonly startAgain: (args: readonly string[]) => Promise<string>
  readonly folder: string
}

const flags = [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-gpu', root]

const test = base.extend<{ desktop: Desktop }>({
  desktop: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'tripscope-desktop-'))
    const env = {
      ...(process.env as Record<string, string>),
      TRIPSCOPE_USER_DATA: join(folder, 'user'),
      TRIPSCOPE_DATA: join(folder, 'data'),
    }
    const apps: ElectronApplication[] = []
    await use({
      folder,
      start: async (args = []) => {
        const app = await _electron.launch({ executablePath: electronPath(), args: [...flags, ...args], env })
        apps.push(app)
        const page = await app.firstWindow()
        await expect(page.getByTestId('connection')).toContainText('Connected')
        return { app, page }
      },
      startAgain: async (args) => {
        const child = spawn(electronPath(), [...flags, ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] })
        let said = ''
        child.stderr.on('data', (chunk: Buffer) => {
          said += chunk.toString()
        })
        await once(child, 'exit')
        return said
      },
    })
    for (const app of apps) await closeElectron(app)
    rmSync(folder, { recursive: true, force: true })
  },
})

/** Answers the program's native questions by their button, and keeps what was asked. */
const answer = (app: ElectronApplication, button: RegExp) =>
  app.evaluate(({ dialog }, pattern) => {
    const asked: string[] = []
    Object.assign(globalThis, { asked })
    const show = (...args: unknown[]) => {
      const options = args.at(-1) as { message: string; detail: string; buttons: string[] }
      asked.push(`${options.message}\n${options.detail}`)
      const response = options.buttons.findIndex((text) => new RegExp(pattern).test(text))
      return Promise.resolve({ response, checkboxChecked: false })
    }
    dialog.showMessageBox = show as typeof dialog.showMessageBox
  }, button.source)
const asked = (app: ElectronApplication) =>
  app.evaluate(() => (globalThis as unknown as { asked: string[] }).asked.join('\n'))
const closeWindow = (app: ElectronApplication) =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())

// Each test starts programs of its own: another one on the same site would hold its lock.
test.use({ siteOfItsOwn: 'desktop' })

test.describe('the desktop program', () => {
  test.skip(({ host }) => host !== 'electron', 'the browser way has no window of its own')
  test.setTimeout(120_000)

  test('closing while control is armed asks and says what happens; a no leaves it running', async ({
    desktop,
    simulator,
  }) => {
    const { app, page } = await desktop.start(['--site', simulator.siteFile])
    await new Shell(page).open('Load control')
    await new Control(page).arm('closing in the test')
    await answer(app, /Keep control running/)
    await closeWindow(app)
    await expect.poll(() => asked(app)).toContain('Control is armed at')
    expect(await asked(app)).toMatch(/led to their fallback first: .*(to \d+ A|paused)/)
    await expect(page.getByTestId('control-mode')).toContainText('ARMED')
    await answer(app, /Close Tripscope/)
    const closed = app.waitForEvent('close')
    await closeWindow(app)
    await closed
  })

  test('a bad file closes nothing, a second start’s site is opened beside the first, and both come back', async ({
    desktop,
    simulator,
  }) => {
    const [bad, other] = [join(desktop.folder, 'bad.yaml'), join(desktop.folder, 'workshop.yaml')]
    writeFileSync(bad, 'version: 1\nnme: x\n')
    // A site of its own: two that share a line are not opened side by side.
    const workshop = await startSimulator(['--scenario', join(root, 'assets/scenarios/small.yaml')])
    copyFileSync(workshop.siteFile, other)
    const first = await desktop.start(['--site', simulator.siteFile])
    await answer(first.app, /Stay with/)
    await desktop.startAgain(['--site', bad])
    await expect.poll(() => asked(first.app)).toMatch(/can’t be opened; .* goes on\.[\s\S]*bad\.yaml:2:1/)
    await expect(first.page.getByTestId('connection')).toContainText('Connected')

    expect(await desktop.startAgain(['--site', other])).toContain(`it was asked to open ${other}`)
    const last = join(desktop.folder, 'user', 'last-site.json')
    await expect
      .poll(() => readFileSync(last, 'utf8'), { timeout: 60_000 })
      .toBe(JSON.stringify({ site: other, recent: [other, simulator.siteFile] }))
    const recent = await first.app.evaluate(({ Menu }) => {
      const file = Menu.getApplicationMenu()?.items.find(({ label }) => label === '&File')?.submenu
      return file?.items.find(({ label }) => label === 'Open recent site')?.submenu?.items.map(({ label }) => label)
    })
    expect(recent?.[0]).toContain('workshop.yaml')
    expect(recent).toHaveLength(2)
    const openSites = (page: Page) => page.getByRole('list', { name: 'Open sites' }).getByRole('button')
    await expect(openSites(first.page)).toHaveCount(2)
    await expect(openSites(first.page).last()).toHaveAttribute('aria-current', 'true')

    // Both are asked about by name when the program is to end.
    await new Shell(first.page).open('Load control')
    await new Control(first.page).arm('both in the test')
    await openSites(first.page).first().click()
    await expect(openSites(first.page).first()).toHaveAttribute('aria-current', 'true')
    await new Control(first.page).arm('both in the test')
    await answer(first.app, /Keep control running/)
    await closeWindow(first.app)
    const names = [simulator.site.name ?? '', workshop.site.name ?? '']
    await expect.poll(() => asked(first.app)).toContain(`Control is armed at ${names.join(' and at ')}.`)
    await openSites(first.page).last().click()
    await expect.poll(() => JSON.parse(readFileSync(last, 'utf8')) as object).toMatchObject({ site: other })
    await closeElectron(first.app)

    const again = await desktop.start()
    await expect
      .poll(() => again.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle()))
      .toContain('Tripscope')
    expect(JSON.parse(readFileSync(last, 'utf8'))).toMatchObject({ site: other })
    await expect(openSites(again.page)).toHaveCount(2, { timeout: 30_000 })
    await expect(openSites(again.page).filter({ hasText: workshop.site.name ?? '' })).toHaveAttribute(
      'aria-current',
      'true',
    )
    await closeElectron(again.app)
    await workshop.stop()
  })

  test('the computer’s sleep and waking are in the journal', async ({ desktop, simulator }) => {
    const { app, page } = await desktop.start(['--site', simulator.siteFile])
    await app.evaluate(({ powerMonitor }) => {
      powerMonitor.emit('suspend')
      powerMonitor.emit('resume')
    })
    await new Shell(page).open('Events and dips')
    await expect(page.getByText(/This computer goes to sleep/).first()).toBeVisible()
    await expect(page.getByText(/This computer woke up/).first()).toBeVisible()
  })
})
