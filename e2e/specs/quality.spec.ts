import { expect, test } from '../fixtures/app.ts'
import { Shell } from '../pages/shell.ts'

test('power quality is live, and a dip of 40 % for 300 ms is one entry: from samples, from polls as a bound, in the plot, with its capture', async ({
  app,
  simulator,
}) => {
  test.setTimeout(120_000)
  const shell = new Shell(app)
  await shell.open('Power quality')
  const voltages = app.getByRole('region', { name: 'Voltages' })
  await expect(voltages.getByRole('row', { name: /^L1/ }).getByRole('cell').first()).toHaveText(/^2[0-4]\d\.\d\d$/, {
    timeout: 20_000,
  })
  await expect(app.getByRole('figure', { name: 'Voltage harmonics' })).toContainText('Largest: order')
  await expect(app.getByRole('region', { name: 'Polled meters' })).toContainText('polled RMS')

  await app.getByRole('tab', { name: 'Dips and swells' }).click()
  const rows = app.getByRole('region', { name: 'Voltage events' }).getByRole('row').filter({ hasText: 'sampled' })
  const row = rows.first()
  let dips = 0
  // Where this computer is so busy that the simulated front end drops samples within the dip, it says so, and there is another one.
  const members = app.getByRole('region', { name: 'Who saw it' })
  await expect(async () => {
    dips += 1
    await simulator.fault('dip', null, { depth: 40, ms: 300 })
    await expect(async () => {
      await app.getByRole('button', { name: 'Read again' }).click()
      await expect(rows).toHaveCount(dips, { timeout: 1000 })
      await expect(app.getByRole('region', { name: 'Who saw it' })).toContainText('true minimum', { timeout: 1000 })
      await expect(app.getByRole('button', { name: 'Open the capture' })).toBeVisible({ timeout: 1000 })
    }).toPass({ timeout: 25_000 })
    await expect(row).toContainText('C2, instantaneous sag', { timeout: 1000 })
    // Its members are read after the row: those of the dip before may still be shown.
    await expect(members).toContainText(/lowest reading 1\d\d\.\d V .*true minimum may be lower/, { timeout: 3000 })
    await expect(members).toContainText(/at least .*, at most \d/, { timeout: 1000 })
  }).toPass({ timeout: 70_000 })
  await expect(row).toContainText(/1[34]\d\.\d V \((5[89]|6[01])\.\d %\)/)
  await expect(row).toContainText(/(29|30|31|32)\d ms/)
  await expect(members).toContainText('upstream')
  await expect(app.getByRole('figure', { name: 'ITIC and SEMI F47' })).toContainText(`${dips} of them outside`)

  await app.getByRole('button', { name: 'Open the capture' }).click()
  await expect(app.getByRole('heading', { name: 'Waveforms' })).toBeVisible()
  await expect(app.getByLabel('Recording', { exact: true })).toBeVisible({ timeout: 15_000 })
})

test('the report of a week says what it rests on, and is saved as CSV and PDF', async ({ app }) => {
  const shell = new Shell(app)
  await shell.open('Power quality')
  await app.getByRole('tab', { name: 'Report of a week' }).click()
  const report = app.getByRole('region', { name: 'Report of the week' })
  await expect(report).toContainText('Indicative')
  await expect(report).toContainText('EN 50160:2010')
  await app.getByLabel('Source').selectOption({ index: 1 })
  await expect(report).toContainText('polled RMS')
  await expect(report).toContainText('unknown')
  const pdf = app.waitForEvent('download')
  await app.getByRole('button', { name: 'Save PDF' }).click()
  expect((await pdf).suggestedFilename()).toMatch(/^power-quality-.*\.pdf$/)
})
