import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext } from 'playwright/test'
import { expect, test as base } from '../fixtures/app.ts'
import { endProgram, firstJsonLine, root } from '../fixtures/program-output.ts'

interface OwnHost {
  /** Starts a browser host of the test's own; it may be killed and started again on the same port. */
  readonly start: (port?: number) => Promise<{ child: ChildProcess; ready: Record<string, unknown> }>
  /** A browser profile of its own, so that its tabs share nothing with the other tests. */
  readonly context: BrowserContext
}

const test = base.extend<{ own: OwnHost }>({
  own: async ({ program, simulator }, use) => {
    const browser = program.page.context().browser()
    if (!browser) throw new Error('no browser')
    const data = mkdtempSync(join(tmpdir(), 'tripscope-gone-'))
    const children: ChildProcess[] = []
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 } })
    await use({
      context,
      start: async (port = 0) => {
        const child = spawn(
          process.execPath,
          [
            join(root, 'dist/host-node/main.js'),
            ...['--json', '--site', simulator.siteFile, '--data', data, '--port', String(port)],
          ],
          { stdio: ['ignore', 'pipe', 'pipe'] },
        )
        children.push(child)
        return { child, ready: await firstJsonLine(child, 'the browser host') }
      },
    })
    await context.close()
    for (const child of children) await endProgram(child, () => child.kill('SIGTERM'))
    rmSync(data, { recursive: true, force: true })
  },
})
const kill = async (child: ChildProcess) => {
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

test.describe('when the program is gone', () => {
  test.skip(({ host }) => host !== 'browser', 'the desktop way ends with its window')

  test('the screen says what is known, and a new address pasted into the same tab opens it again', async ({ own }) => {
    const first = await own.start()
    const port = Number(first.ready['port'])
    const page = await own.context.newPage()
    await page.goto(String(first.ready['url']))
    await expect(page.getByTestId('connection')).toContainText('Connected')
    expect(page.url(), 'no code stays in the address').not.toContain('code=')
    await kill(first.child)

    const band = page.getByRole('alert').first()
    await expect(band).toContainText('last picture, not live')
    await expect(band).toContainText('Whether the program still runs, measures and controls is not known here')
    await expect(page.locator('body')).not.toContainText(/control goes on|control go on/)
    for (const view of ['Load control', 'History', 'Settings']) {
      await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: view }).click()
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      await expect(page.locator('body')).not.toContainText(/Failed to fetch|at \w+ \(http/)
    }

    const second = await own.start(port)
    const pasted = new URL(String(second.ready['url'])).hash
    await page.evaluate((hash) => {
      location.hash = hash
    }, pasted)
    await expect(page.getByTestId('connection')).toContainText('Connected')
    expect(page.url()).not.toContain('code=')

    const sibling = await own.context.newPage()
    await sibling.goto(`http://127.0.0.1:${port}/`)
    await expect(sibling.getByTestId('connection'), 'a second tab of the same browser').toContainText('Connected')
  })

  test('a view whose files could not be fetched says so, and opens when the program answers again', async ({ own }) => {
    const host = await own.start()
    const page = await own.context.newPage()
    const refuse = /\/assets\/history-view.*\.js$/
    await page.route(refuse, (route) => route.abort())
    await page.goto(String(host.ready['url']))
    await expect(page.getByTestId('connection')).toContainText('Connected')
    await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'History' }).click()
    await expect(page.getByRole('heading', { name: 'History is not here yet' })).toBeVisible()
    await page.unroute(refuse)
    await page.getByRole('button', { name: 'Try again' }).click()
    await expect(page.getByRole('heading', { level: 1, name: /History/ })).toBeVisible()
    await expect(page.getByTestId('connection')).toContainText('Connected')
  })

  test('the address that a browser was given works once, and no key stands in the browser’s history', async ({
    own,
  }) => {
    const host = await own.start()
    const { operator } = host.ready['tokens'] as { operator: string }
    const addresses: string[] = []
    const page = await own.context.newPage()
    page.on('framenavigated', (frame) => addresses.push(frame.url()))
    await page.goto(String(host.ready['url']))
    await expect(page.getByTestId('connection')).toContainText('Connected')
    const commandLine = readFileSync(`/proc/${host.child.pid ?? 0}/cmdline`, 'utf8')
    expect([...addresses, commandLine].filter((text) => text.includes(operator))).toEqual([])
    const browser = own.context.browser()
    if (!browser) throw new Error('no browser')
    const again = await browser.newPage()
    await again.goto(String(host.ready['url']))
    await expect(again.getByText(/already used: each works once/).first()).toBeVisible()
    await again.context().close()
    await page.reload()
    await expect(page.getByTestId('connection'), 'after a reload').toContainText('Connected')
  })
})
