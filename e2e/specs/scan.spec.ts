import { readFileSync } from 'node:fs'
import { expect, test } from '../fixtures/app.ts'
import { Control } from '../pages/control.ts'
import { Scan } from '../pages/scan.ts'
import { Shell } from '../pages/shell.ts'

test.describe.configure({ mode: 'serial' })
test.beforeEach(async ({ app }) => { await new Shell(app).open('Find devices') })

test('a search is cancelled, is still there after a reload, and goes on where it stopped', async ({ app }) => {
  test.setTimeout(120_000)
  const scan = new Scan(app)
  await scan.searchLine('bus-feeder-2', '100-190')
  await expect.poll(() => scan.count()).toBeGreaterThan(3)
  await scan.cancel()
  const stopped = await scan.count()
  expect(stopped).toBeLessThan(91)
  await app.reload()
  await expect(scan.phase).toHaveText('Cancelled')
  expect(await scan.count()).toBe(stopped)
  await scan.goOn()
  await expect(scan.phase).toHaveText('Finished', { timeout: 90_000 })
  await expect(scan.done).toHaveText('91 of 91 unit ids')
  await expect(scan.finds).toContainText('Nothing found')
})

test('addresses are searched as typed: what refuses is told, and a meter behind a port is found', async ({ app, simulator }) => {
  test.setTimeout(120_000)
  const scan = new Scan(app)
  await scan.searchNetwork('127.0.0.1-2', `1, ${simulator.ports['net-unlisted'] ?? 0}`, '1-2')
  await expect(scan.phase).toHaveText('Finished', { timeout: 90_000 })
  await expect(scan.find(1)).toContainText('Janitza')
  await expect(scan.find(1)).toContainText(/49\.\d\d Hz at 0x|50\.\d\d Hz at 0x/)
  await expect(scan.troubles).toContainText('127.0.0.2:1')
  await expect(scan.troubles).toContainText('refuses the connection')
})

test('a meter nobody listed is found on a line that goes on being polled, shows its evidence, is added, and its values appear', async ({ app, simulator }) => {
  test.setTimeout(180_000)
  const scan = new Scan(app)
  const shell = new Shell(app)
  await scan.searchLine('bus-feeder-2', '20-40')
  await expect(scan.phase).toHaveText('Finished', { timeout: 90_000 })
  const found = scan.find(30)
  await expect(found).toContainText('Eastron SDM630')
  await expect(found).toContainText(/\d\d\.\d\d Hz at 0x0046/)
  await expect(found).toContainText(/2\d\d\.\d V at 0x0000/)
  await expect(app.getByRole('region', { name: 'Progress' })).toContainText('are in the site already')

  await shell.open('Load control')
  await new Control(app).arm('adding must be refused now')
  await shell.open('Find devices')
  await found.getByRole('button', { name: /^Add/ }).click()
  await expect(app.getByRole('dialog')).toContainText('Load control is armed')
  await expect(app.getByRole('dialog').getByRole('button', { name: 'Add to the site' })).toBeDisabled()
  await app.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await shell.open('Load control')
  await new Control(app).disarm()
  await shell.open('Find devices')

  await scan.add(30, { id: 'sdm-building', name: 'Building and workshop', circuit: 'building' })
  await expect(app.getByText('sdm-building is in the site')).toBeVisible()
  await expect(found.getByRole('link', { name: 'in the site' })).toBeVisible({ timeout: 30_000 })
  expect(readFileSync(simulator.siteFile, 'utf8')).toMatch(/id: sdm-building/)
  await shell.open('Meters')
  const row = app.getByRole('row').filter({ hasText: 'Building and workshop' })
  await expect(row).toContainText(/2\d\d\.\d/, { timeout: 30_000 })
  await shell.open('Events and dips')
  await app.getByRole('tab', { name: 'Audit trail' }).click()
  await expect(app.getByRole('tabpanel')).toContainText('sdm-building')
})
