import { readFileSync } from 'node:fs'
import { axeFindings } from '../pages/axe.ts'
import { expect, test } from '../fixtures/app.ts'
import { Shell } from '../pages/shell.ts'

test('energy by account says whose it is, how much of it was measured and what may be billed by, and is saved', async ({
  app,
  program,
  simulator,
}) => {
  const shell = new Shell(app)
  await app.keyboard.press('g')
  await shell.isAt('Energy')
  const report = app.getByRole('region', { name: 'Energy report' })
  const fleet = simulator.site.accounts?.find(({ kind, meters }) => kind === 'fleet' && meters.length > 0)
  // A program that has just begun has no two readings of a register yet: a dash with its reason, and what is measured of the day.
  const row = report.getByRole('row', { name: new RegExp(`^${fleet?.name ?? ''}`) })
  await expect(row.getByRole('cell').first()).toHaveText(/^(\d+\.\d\d|–.*)$/)
  await expect(row).toContainText(/\d\.\d %/)
  await expect(row).toContainText('MID')
  await expect(report.getByRole('row', { name: /^Not attributed/ })).toContainText('not for billing')
  expect(await axeFindings(app, 'Energy')).toEqual([])

  await app.getByLabel('By', { exact: true }).selectOption('charger')
  await expect(report.getByRole('row', { name: /^Wallbox 5/ })).toContainText('its approval')
  await app.getByLabel('By', { exact: true }).selectOption('period')
  await expect(report).toContainText('Workshop: Working hours')
  await app.getByLabel('Time', { exact: true }).selectOption('last-month')
  await expect(report).toContainText(/\d{4}-\d\d-01 00:00 to \d{4}-\d\d-01 00:00/)

  const csv = app.waitForEvent('download')
  await app.getByRole('button', { name: 'Export CSV' }).click()
  const saved = await csv
  expect(saved.suggestedFilename()).toMatch(/energy-.*\.csv$/)
  // Electron puts it into a folder by itself.
  if (program.kind === 'browser') expect(readFileSync(await saved.path(), 'utf8')).toMatch(/import \[kWh\]/)
  // Every quarter of an hour of what is shown, with the units in its head.
  await app.getByLabel('Time', { exact: true }).selectOption('today')
  await app.getByLabel('By', { exact: true }).selectOption('account')
  await expect(report).not.toContainText('Workshop: Working hours')
  await expect(row).toBeVisible()
  const intervals = app.waitForEvent('download')
  await app.getByRole('button', { name: 'Save intervals' }).click()
  const file = await intervals
  expect(file.suggestedFilename()).toMatch(/^energy-intervals-.*\.csv$/)
  if (program.kind === 'browser')
    expect(readFileSync(await file.path(), 'utf8')).toMatch(/import \[kWh\].export \[kWh\].measured \[%\]/)
  const pdf = app.waitForEvent('download')
  await app.getByRole('button', { name: 'Save PDF' }).click()
  expect((await pdf).suggestedFilename()).toMatch(/^energy-.*\.pdf$/)
})
