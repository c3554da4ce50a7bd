import { expect, test } from '../fixtures/app.ts'
import { Shell } from '../pages/shell.ts'

test.use({ siteOfItsOwn: 'commissioning' })

test('two current transformers that have changed places are named on the page of their meter', async ({
  app,
  simulator,
}) => {
  test.setTimeout(120_000)
  const shell = new Shell(app)
  const { meter, meterName, chargers } = simulator.meteredFeeder()
  for (const charger of chargers) await simulator.plug(charger.id)
  await simulator.fault('wiring', meter, { kind: 'cts-swapped', terminal: 1, other: 2 })
  await shell.open('Commissioning')
  await app
    .getByRole('navigation', { name: /^Meters and/ })
    .getByRole('link', { name: meterName })
    .click()
  const checks = app.getByRole('region', { name: `Checks of ${meterName}` })
  await expect(checks.getByRole('row', { name: /Current transformers L1 and L2 have changed places/ })).toContainText(
    'Swap the secondary wires',
    { timeout: 60_000 },
  )
})
