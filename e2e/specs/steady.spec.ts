import { appendFileSync } from 'node:fs'
import type { Locator } from 'playwright/test'
import { expect, test } from '../fixtures/app.ts'
import { Shell } from '../pages/shell.ts'

// The site file is changed here.
test.use({ siteOfItsOwn: 'steady' })

const topOf = async (place: Locator): Promise<number> => (await place.boundingBox())?.y ?? NaN

test('a new alarm waits until the mouse has left the list, and is told meanwhile', async ({ app, simulator }) => {
  const shell = new Shell(app)
  await shell.open('Alarms')
  const lists = app.locator('.alarm-lists')
  const notAssessed = app.getByRole('region', { name: 'Not assessed' })
  await notAssessed.hover({ position: { x: 40, y: 12 } })
  const shown = await lists.locator('.finding, .finding-line').count()
  const before = await topOf(notAssessed)
  const [meter] = simulator.site.meters
  if (meter === undefined) throw new Error('the site has no meter')
  await simulator.fault('dead-meter', meter.id)
  await expect(app.getByRole('main')).toContainText('new, shown when the mouse leaves the list', { timeout: 40_000 })
  expect(await lists.locator('.finding, .finding-line').count()).toBe(shown)
  expect(await topOf(notAssessed)).toBe(before)
  await app.getByRole('navigation', { name: 'Views' }).hover()
  await expect(app.getByRole('main')).not.toContainText('new, shown when the mouse leaves the list')
  await expect(lists).toContainText(/silent|does not answer/i)
})

test('a band lies over the view while the mouse is in it, and takes its room when the mouse has left', async ({
  app,
  simulator,
}) => {
  await new Shell(app).open('Settings')
  const title = app.getByRole('heading', { level: 1 })
  const main = app.getByRole('main')
  await main.hover({ position: { x: 300, y: 600 } })
  const before = await topOf(title)
  appendFileSync(simulator.siteFile, '\n# changed while it was open\n')
  const band = main.getByText('The site file was changed')
  await expect(band).toBeVisible({ timeout: 20_000 })
  expect(await topOf(title)).toBe(before)
  await app.getByRole('navigation', { name: 'Views' }).hover()
  await expect.poll(() => topOf(title)).toBeGreaterThan(before + 20)
})
