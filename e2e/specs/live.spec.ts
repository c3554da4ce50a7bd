import { expect, test } from '../fixtures/app.ts'
import { Shell } from '../pages/shell.ts'

test('the overview shows every circuit with live amperes and how old they are', async ({ app, simulator }) => {
  for (const { id } of simulator.site.circuits) await expect(app.locator(`[data-circuit="${id}"]`)).toBeVisible()
  for (const { id } of simulator.site.chargers) await expect(app.locator(`[data-charger="${id}"]`)).toBeVisible()
  const measured = simulator.site.circuits.find((circuit) => circuit.meter !== undefined)
  const block = app.locator(`[data-circuit="${measured?.id ?? ''}"]`)
  await expect(block.locator('.load-now').first()).toHaveText(/^\d+(\.\d+)?$/)
  await expect(block).toContainText(/[\d.]+ m?s old/)
  await expect(app.getByTestId('data-age')).toContainText(/^Picture/)
})

test('a meter’s page shows its phases, changes by itself and says how a number is known', async ({
  app,
  simulator,
}) => {
  const shell = new Shell(app)
  await shell.open('Meters')
  const [meter] = simulator.site.meters
  await app
    .getByRole('main')
    .getByRole('link', { name: meter?.name ?? meter?.id ?? '', exact: true })
    .first()
    .click()
  const values = app.getByRole('region', { name: 'Live values' })
  const voltage = values.getByRole('button', { name: /^Voltage L1-N/ }).locator('.value-now')
  await expect(voltage).toHaveText(/^2[0-5]\d\.\d$/)
  const current = values.getByRole('button', { name: /^Current L1/ })
  const before = await current.textContent()
  await expect(current).not.toHaveText(before ?? '')
  await current.click()
  await expect(app.getByText(/registers? \d+.*0x[0-9A-F]{4}/).first()).toBeVisible()
  await expect(app.getByRole('region', { name: 'Strip charts' })).toContainText('polled RMS')
})

test('what other systems read of the site is served, and the view says who read how often', async ({
  app,
  simulator,
}) => {
  const shell = new Shell(app)
  await shell.open('Data feeds')
  const feeds = app.getByRole('region', { name: 'Feeds', exact: true })
  const monitoring = feeds.getByRole('row').filter({ hasText: 'OpenMetrics' })
  await expect(monitoring).toContainText('open')
  const address = /http:\/\/\S+\/metrics/.exec((await monitoring.textContent()) ?? '')?.[0] ?? ''
  const page = await (await fetch(address)).text()
  for (const { id } of simulator.site.chargers) expect(page).toContain(`tripscope_charger_info{charger="${id}"`)
  expect(page).toMatch(/tripscope_circuit_current_amperes\{circuit="[^"]+",phase="L1"\} \d/)
  await expect(monitoring).toContainText(/[1-9]\d* times/)
  await expect(app.getByRole('region', { name: 'Registers of the Modbus feed' })).toContainText('current L1')
})

test('every device answers, and the health page says how fast', async ({ app, simulator }) => {
  const shell = new Shell(app)
  await shell.open('Meter health')
  const main = app.getByRole('main')
  for (const { id, name } of simulator.site.lines)
    await expect(
      main
        .getByRole('row')
        .filter({ hasText: name ?? id })
        .filter({ hasText: 'connected' })
        .first(),
    ).toBeVisible()
  // 'degraded' answers too: a fault that an earlier test provoked is remembered for a minute.
  for (const { id, name } of simulator.site.meters)
    await expect(
      main
        .getByRole('row')
        .filter({ hasText: name ?? id })
        .filter({ hasText: /answers|degraded/ }),
    ).toBeVisible()
})
