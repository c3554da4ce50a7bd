import { expect, test } from '../fixtures/app.ts'
import { Overview } from '../pages/overview.ts'

test('a breaker that may be open is the headline and stands at its circuit, though nothing flows there', async ({
  app,
  simulator,
}) => {
  test.setTimeout(120_000)
  const overview = new Overview(app)
  const { circuit, chargers } = simulator.meteredFeeder()
  const [first, second] = chargers
  if (!first || !second) throw new Error('the scenario has too few chargers under a metered feeder')
  await simulator.plug(first.id)
  await simulator.plug(second.id)
  for (const { id } of [first, second])
    await expect(overview.charger(id)).toContainText('charging', { timeout: 30_000 })
  await expect(overview.headline).toContainText('Nearest to tripping')

  await simulator.fault('breaker-trip', circuit)
  await expect(overview.headline).toContainText('may be open', { timeout: 40_000 })
  await expect(overview.circuit(circuit)).toHaveAttribute('data-state', 'critical')
  await expect(overview.circuit(circuit)).toContainText('may have tripped')
  await expect(overview.circuit(circuit).locator('tbody tr').first()).not.toContainText('80.0')
})

test('with every meter dead nothing is called measured, and the headline says why', async ({ app, simulator }) => {
  test.setTimeout(90_000)
  const overview = new Overview(app)
  // A breaker that tripped in the test before is on again; a meter that falls silent now would keep its finding.
  await expect(overview.headline).not.toContainText('may be open', { timeout: 40_000 })
  const measured = new Set(simulator.site.circuits.flatMap(({ meter }) => meter ?? []))
  for (const meter of measured) await simulator.fault('dead-meter', meter)
  await expect(overview.headline).toContainText('Nothing is known of the currents now', { timeout: 40_000 })
  await expect(app.getByText('Nothing is measured now')).toBeVisible()
  await expect(app.getByText(/^Measured now/)).toHaveCount(0)
  for (const { id, meter } of simulator.site.circuits)
    if (meter !== undefined) await expect(overview.circuit(id)).not.toHaveAttribute('data-state', 'normal')
})

test('a charger that is chosen shows its whole reason in a place of its own, and no row moves', async ({
  app,
  simulator,
}) => {
  const overview = new Overview(app)
  const [charger] = simulator.site.chargers
  if (!charger) throw new Error('the scenario has no charger')
  await expect(overview.charger(charger.id)).toBeVisible()
  const places = () =>
    app
      .locator('[data-charger], [data-circuit]')
      .evaluateAll((nodes) => nodes.map((node) => node.getBoundingClientRect().top))
  const before = await places()
  await overview.charger(charger.id).getByRole('button').click()
  await expect(overview.detail).toContainText(charger.name ?? charger.id)
  expect(await places()).toEqual(before)
})
