import { expect, test } from '../fixtures/app.ts'
import { Shell } from '../pages/shell.ts'

test('a breaker that opens under load is an incident with a verdict, and a person can say that something tripped', async ({
  app,
  simulator,
}) => {
  const { circuit, chargers } = simulator.meteredFeeder()
  for (const { id } of chargers.slice(0, 2)) await simulator.plug(id)
  // Until it carries something: what falls from nothing is no trip.
  await expect
    .poll(
      async () => Object.values((await simulator.state()).chargers).filter(({ inForceA }) => inForceA >= 6).length,
      { timeout: 20_000 },
    )
    .toBeGreaterThan(1)
  await app.waitForTimeout(8000)
  await simulator.fault('breaker-trip', circuit)
  await new Shell(app).open('Trips')
  const row = app.getByRole('region', { name: 'Incidents' }).getByRole('row').nth(1)
  await expect(row).toBeVisible({ timeout: 20_000 })
  await row.getByRole('link').first().click()
  await expect(app.getByTestId('verdict')).toContainText('%')
  await expect(app.getByRole('region', { name: 'Causes' }).getByText('Check next, on site').first()).toBeVisible()
  await app.getByRole('button', { name: 'As table' }).click()
  await expect(app.getByRole('region', { name: 'Readings as a table' })).toBeVisible()

  await app.keyboard.press('Shift+T')
  await expect(app.getByRole('dialog', { name: 'It just tripped' })).toBeVisible()
  await app.keyboard.press('Escape')
  await app.keyboard.press('i')
  await app.getByRole('button', { name: 'Patterns' }).click()
  await expect(app.getByRole('region', { name: 'Patterns' })).toContainText('may be chance')
})
