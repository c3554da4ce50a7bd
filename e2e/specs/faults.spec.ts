import { expect, test } from '../fixtures/app.ts'
import { Control } from '../pages/control.ts'
import { Shell } from '../pages/shell.ts'

test('a dead meter raises an alarm and takes its chargers to their fallback, and all returns by itself', async ({
  app,
  simulator,
}) => {
  test.setTimeout(120_000)
  const shell = new Shell(app)
  const control = new Control(app)
  const { meter, meterName, chargers } = simulator.meteredFeeder()
  const [charger] = chargers
  if (!charger) throw new Error('the scenario has no charger under a metered feeder')
  await shell.open('Load control')
  await control.arm('dead meter in the test')

  await simulator.fault('dead-meter', meter)
  await expect(control.cell(charger.id, 'bound by')).toContainText('fallback')
  await expect(control.cell(charger.id, 'why')).toContainText(`meter ${meterName}`)
  await expect(control.cell(charger.id, 'last write')).toContainText('verified')

  await shell.open('Alarms')
  const active = app.getByRole('list', { name: 'Active alarms' })
  const over = app.getByRole('list', { name: 'Alarms that are over' })
  const alarm = active.getByRole('listitem', { name: `No readings from meter ${meterName}` })
  await expect(alarm).toBeVisible()
  // Where it stands under what came first it is a line that opens.
  const line = alarm.locator('summary')
  if ((await line.count()) > 0) await line.click()
  // The list stands still under the mouse.
  await app.mouse.move(2, 2)
  await expect(alarm.getByRole('list', { name: 'Numbers used' })).toContainText(/\d/)

  await simulator.clearFaults()
  await expect(alarm).toBeHidden({ timeout: 30_000 })

  // It is over and nobody has seen it: it stays until a person says so.
  const unseen = over.getByRole('listitem', { name: `No readings from meter ${meterName}` })
  await expect(unseen).toContainText('over after')
  await unseen.locator('summary').click()
  await unseen.getByRole('button', { name: /^Acknowledge/ }).click()
  const dialog = app.getByRole('dialog', { name: 'Acknowledge an alarm' })
  await dialog.getByLabel('Who').fill('E. Engineer')
  await dialog.getByRole('button', { name: 'Acknowledge' }).click()
  await expect(unseen).toHaveCount(0)

  await shell.open('Load control')
  await expect(control.cell(charger.id, 'bound by')).not.toContainText('fallback', { timeout: 30_000 })
  await control.disarm()
})

test('a dip in the supply is in the history with its worst value, its bounds and its blind time', async ({
  app,
  simulator,
}) => {
  test.setTimeout(120_000)
  const shell = new Shell(app)
  await shell.open('Alarms')
  await simulator.fault('dip', null, { depth: 30, ms: 600_000 })
  const active = app.getByRole('list', { name: 'Active alarms' })
  await expect(active.getByRole('listitem', { name: /^Undervoltage at/ }).first()).toBeVisible({ timeout: 30_000 })
  await simulator.clearFaults()
  await expect(active.getByRole('listitem', { name: /^Undervoltage at/ })).toHaveCount(0, { timeout: 30_000 })

  await shell.open('Events and dips')
  await app.getByRole('tab', { name: /Voltage excursions/ }).click()
  const row = app.getByRole('region', { name: 'Voltage excursions' }).getByRole('row').nth(1)
  await expect(row).toContainText('undervoltage')
  const worst = Number.parseFloat((await row.getByRole('cell').nth(3).textContent()) ?? '')
  const threshold = Number.parseFloat((await row.getByRole('cell').nth(4).textContent()) ?? '')
  expect(worst).toBeLessThan(threshold)
  await expect(row).toContainText('polled')
})
