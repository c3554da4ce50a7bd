import { expect, test } from '../fixtures/app.ts'
import { Scan } from '../pages/scan.ts'
import { Shell } from '../pages/shell.ts'

// It leaves its site for a new one: nothing else may run here.
test.use({ siteOfItsOwn: 'new-site' })

/** Runs in the page. */
const countPresses = (): void => {
  window.addEventListener(
    'pointerdown',
    () => sessionStorage.setItem('presses', String(Number(sessionStorage.getItem('presses')) + 1)),
    true,
  )
}

test('from nothing to a live meter without writing a file: a new site, its meter found and on its circuit', async ({
  app,
  simulator,
}) => {
  test.setTimeout(120_000)
  const [shell, scan] = [new Shell(app), new Scan(app)]
  // Every press of the mouse, also across the pages in between.
  await app.evaluate(() => {
    sessionStorage.setItem('presses', '0')
  })
  await app.addInitScript(countPresses)
  await app.evaluate(countPresses)
  const begunMs = Date.now()
  await shell.open('Sites')
  const form = app.getByRole('form', { name: 'New site' })
  await form.getByLabel('Name of the site').fill('Car park of the test')
  await form.getByLabel('Who').fill('E. Engineer')
  await form.getByRole('button', { name: 'Make and open it' }).click()
  await expect(app.getByRole('navigation', { name: 'Views' })).toContainText('Car park of the test', {
    timeout: 30_000,
  })

  await shell.open('Find devices')
  await scan.searchNetwork('127.0.0.1', String(simulator.ports['net-unlisted'] ?? 0), '1')
  await expect(scan.phase).toHaveText('Finished', { timeout: 60_000 })
  await scan.open(scan.find(1))
  const dialog = app.getByRole('dialog', { name: 'Add to the site' })
  await dialog.getByLabel('Circuit it measures').selectOption('grid-connection')
  await dialog.getByLabel('Who').fill('E. Engineer')
  await dialog.getByRole('button', { name: 'Add to the site' }).click()
  await expect(dialog).toBeHidden({ timeout: 30_000 })

  await shell.open('Overview')
  await expect(app.getByRole('main')).toContainText(/\d+\.\d A/, { timeout: 30_000 })
  // Choosing from a list is two presses of a person, and none of Playwright's.
  const presses = Number(await app.evaluate(() => sessionStorage.getItem('presses'))) + 2
  const seconds = Math.round((Date.now() - begunMs) / 1000)
  const told = `from an empty folder to a live own meter: ${presses} presses of the mouse, ${seconds} s by this robot`
  test.info().annotations.push({ type: 'measured', description: told })
  expect(presses).toBeGreaterThan(5)
  expect(presses).toBeLessThan(25)

  // And back: the site of before is in the list.
  await shell.open('Sites')
  await app.getByLabel('Site file of this computer').fill(simulator.siteFile)
  await app.getByRole('region', { name: 'Open a site' }).getByLabel('Who').fill('E. Engineer')
  await app.getByRole('button', { name: 'Open this file' }).click()
  await expect(app.getByRole('navigation', { name: 'Views' })).toContainText('Depot', { timeout: 30_000 })
})

test('a site that can not be opened is refused with what is wrong, and the open one goes on', async ({ app }) => {
  const shell = new Shell(app)
  await shell.open('Sites')
  await app.getByLabel('Site file of this computer').fill('/nowhere/site.yaml')
  await app.getByRole('region', { name: 'Open a site' }).getByLabel('Who').fill('E. Engineer')
  await app.getByRole('button', { name: 'Open this file' }).click()
  await expect(app.getByRole('alert')).toContainText('/nowhere/site.yaml')
  await expect(app.getByTestId('connection')).toContainText('Connected')
})
