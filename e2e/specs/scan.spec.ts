import { readFileSync } from 'node:fs'
import { expect, test } from '../fixtures/app.ts'
import { axeFindings } from '../pages/axe.ts'
import { Control } from '../pages/control.ts'
import { Scan } from '../pages/scan.ts'
import { Shell } from '../pages/shell.ts'

// It adds meters and profiles to the site.
test.use({ siteOfItsOwn: 'scan' })

test.describe.configure({ mode: 'serial' })
test.beforeEach(async ({ app }) => {
  await new Shell(app).open('Find devices')
})

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

test('addresses are searched as typed: what refuses is told, and a meter behind a port is found', async ({
  app,
  simulator,
}) => {
  test.setTimeout(120_000)
  const scan = new Scan(app)
  await scan.searchNetwork('127.0.0.1-2', `1, ${simulator.ports['net-unlisted'] ?? 0}`, '1-2')
  await expect(scan.phase).toHaveText('Finished', { timeout: 90_000 })
  await expect(scan.find(1)).toContainText('Janitza')
  await expect(scan.find(1)).toContainText(/49\.\d\d Hz at 0x|50\.\d\d Hz at 0x/)
  await expect(scan.troubles).toContainText('127.0.0.2:1')
  await expect(scan.troubles).toContainText('refuses the connection')
})

test('axe finds nothing in the finds, the M-Bus form and the add dialog', async ({ app, simulator }) => {
  test.setTimeout(120_000)
  const [scan, shell] = [new Scan(app), new Shell(app)]
  await shell.open('Find devices')
  const found: string[] = []
  const check = async (where: string) => {
    found.push(...(await axeFindings(app, where)))
  }
  await scan.searchMbusConverter('127.0.0.1', Number(simulator.ports['mbus-tenants'] ?? 0), 'primary addresses', '7')
  await expect(scan.phase).toHaveText('Finished', { timeout: 60_000 })
  await check('an M-Bus find')
  await scan.open(scan.findMbus('40000712'))
  await check('the add dialog of an M-Bus meter')
  await app.keyboard.press('Escape')
  await scan.searchNetwork('127.0.0.2', '1', '1')
  await expect(scan.phase).toHaveText('Finished', { timeout: 60_000 })
  await check('where nothing was found')
  await scan.searchLine('bus-feeder-2', '30')
  await expect(scan.phase).toHaveText('Finished', { timeout: 60_000 })
  await check('a find')
  await scan.open(scan.find(30))
  await check('the add dialog')
  expect(found).toEqual([])
})

test('a meter nobody listed is found on a line that goes on being polled, shows its evidence, is added, and its values appear', async ({
  app,
  simulator,
}) => {
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

  await scan.add(scan.find(30), { id: 'sdm-building', name: 'Building and workshop', circuit: 'building' })
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

test('a meter on a port of its own is added together with its new line', async ({ app, simulator }) => {
  test.setTimeout(120_000)
  const scan = new Scan(app)
  await scan.searchNetwork('127.0.0.1', String(simulator.ports['net-unlisted'] ?? 0), '1')
  await expect(scan.phase).toHaveText('Finished', { timeout: 90_000 })
  await scan.add(scan.find(1), { id: 'umg-check', name: 'UMG of the grid operator', line: 'net-check' })
  await expect(app.getByText('umg-check is in the site')).toBeVisible()
  await expect(scan.find(1).getByRole('link', { name: 'in the site' })).toBeVisible({ timeout: 30_000 })
  expect(readFileSync(simulator.siteFile, 'utf8')).toMatch(/id: net-check/)
  await new Shell(app).open('Meters')
  await expect(app.getByRole('row').filter({ hasText: 'UMG of the grid operator' })).toContainText(/2\d\d\.\d/, {
    timeout: 30_000,
  })
})

test('an M-Bus of the site is searched by number while it is read: the unlisted meter shows its values and is added by its number', async ({
  app,
  simulator,
}) => {
  test.setTimeout(240_000)
  const scan = new Scan(app)
  await scan.searchMbusLine('mbus-tenants', 'numbers (secondary addresses)')
  await expect(scan.phase).toHaveText('Finished', { timeout: 180_000 })
  await expect(scan.done).toHaveText('100 of 100 % of the numbers')
  const found = scan.findMbus('40000712')
  await expect(found).toContainText('number 40000712, maker TSP, version 1, electricity')
  await expect(found).toContainText(/513\d\d\.\d+ kWh/)
  // Those the site has are told as such and were left alone.
  await expect(scan.findMbus('40000005')).toContainText('Building sub-meter (M-Bus) of the site')
  await expect(scan.findMbus('40000717').getByRole('link', { name: 'in the site' })).toBeVisible()
  await expect(app.getByRole('region', { name: 'Progress' })).toContainText('digits A to E')

  const dialog = await scan.open(found)
  // Nothing is steered by a meter that is read once a minute: no circuit above chargers is offered.
  await expect(dialog.getByLabel('Circuit it measures')).toContainText('none of them')
  await expect(dialog.getByLabel('Circuit it measures')).not.toContainText(/Feeder|Grid/)
  await expect(dialog.getByRole('textbox', { name: 'Period, ms' })).toHaveValue('60000')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await scan.add(found, { id: 'mbus-check', name: 'Workshop sub-meter' })
  await expect(app.getByText('mbus-check is in the site')).toBeVisible()
  await expect(found.getByRole('link', { name: 'in the site' })).toBeVisible({ timeout: 30_000 })
  expect(readFileSync(simulator.siteFile, 'utf8')).toMatch(/id: mbus-check[\s\S]*?secondary: "?'?40000712/)
  await new Shell(app).open('Meters')
  await expect(app.getByRole('row').filter({ hasText: 'Workshop sub-meter' })).toContainText(/2\d\d\.\d/, {
    timeout: 60_000,
  })
})

test('an M-Bus search by address is cancelled and goes on, and skips the meter the site has', async ({ app }) => {
  test.setTimeout(120_000)
  const scan = new Scan(app)
  await scan.searchMbusLine('mbus-tenants', 'primary addresses', '1-30')
  await expect.poll(() => scan.count()).toBeGreaterThan(3)
  await scan.cancel()
  const stopped = await scan.count()
  expect(stopped).toBeLessThan(29)
  await scan.goOn()
  await expect(scan.phase).toHaveText('Finished', { timeout: 90_000 })
  await expect(scan.done).toHaveText('29 of 29 addresses')
  await expect(scan.findMbus('40000712')).toHaveCount(1)
})
