import { expect, test } from '../fixtures/app.ts'
import { Control } from '../pages/control.ts'
import { Shell } from '../pages/shell.ts'

test.beforeEach(async ({ app }) => {
  await new Shell(app).open('Load control')
})
test.afterEach(async ({ app }) => {
  await app.keyboard.press('Escape')
  await new Shell(app).open('Load control')
  await new Control(app).disarm()
})

test('monitoring writes nothing; arming writes every charger and reads it back', async ({ app, simulator }) => {
  const control = new Control(app)
  await expect(app.getByTestId('control-mode')).toContainText('Monitoring, nothing is written')
  for (const { id } of simulator.site.chargers) await expect(control.cell(id, 'why')).not.toHaveText('no decision yet')
  await control.arm('first arming in the test')
  for (const { id } of simulator.site.chargers)
    await expect(control.cell(id, 'last write')).toContainText('verified', { timeout: 30_000 })
  await new Shell(app).open('Events and dips')
  await app.getByRole('tab', { name: 'Audit trail' }).click()
  await expect(app.getByRole('tabpanel')).toContainText('first arming in the test')
})

test('an override is confirmed in words, verified on the charger, shown everywhere, and can be ended', async ({
  app,
  simulator,
}) => {
  const control = new Control(app)
  const shell = new Shell(app)
  const [charger] = simulator.site.chargers
  if (!charger) throw new Error('the scenario has no charger')
  const name = charger.name ?? charger.id
  await control.arm('override in the test')
  let confirmed = ''
  await control.override(charger.id, { amperes: 8, minutes: 5, reason: 'guest car needs less' }, (text) => {
    confirmed = text
  })
  for (const part of [name, '8', 'guest car needs less']) expect(confirmed).toContain(part)
  await expect(app.getByTestId('override-progress')).toContainText('verified', { timeout: 30_000 })
  await app.getByRole('button', { name: 'Close' }).last().click()
  await expect(control.cell(charger.id, 'read back')).toHaveText(/^8(\.0)?$/)
  expect((await simulator.state()).chargers[charger.id]?.inForceA, 'what the charger itself holds').toBe(8)

  await shell.open('Overview')
  await expect(shell.overrideCount).toContainText('1 override, ends in')
  await shell.open('Load control')
  await control.endOverride(name, 'guest has left')
  await expect(control.overrides.getByRole('row').nth(1)).toContainText('cancelled')
  await expect(shell.overrideCount).toBeHidden()
})

test('an override ends by itself at its time', async ({ app, simulator }) => {
  test.setTimeout(90_000)
  const control = new Control(app)
  const charger = simulator.site.chargers[1]
  if (!charger) throw new Error('the scenario has one charger only')
  await control.arm('short override in the test')
  await control.override(charger.id, { amperes: 7, minutes: 0.2, reason: 'shorter than a minute' })
  await expect(app.getByTestId('override-progress')).toContainText('expired', { timeout: 40_000 })
})

test('an override above a hard limit is clamped, and says by what', async ({ app, simulator }) => {
  const control = new Control(app)
  const charger = simulator.site.chargers[2] ?? simulator.site.chargers[0]
  if (!charger) throw new Error('the scenario has no charger')
  await control.arm('too much on purpose')
  await control.override(charger.id, { amperes: 400, minutes: 5, reason: 'more than it can' })
  const progress = app.getByTestId('override-progress')
  await expect(progress).toContainText('clamped', { timeout: 20_000 })
  const inForce = Number.parseFloat(/In force([\d.]+) A/.exec((await progress.textContent()) ?? '')?.[1] ?? 'NaN')
  expect(inForce).toBeLessThanOrEqual(charger.maximum)
})

test('a charger that ignores writes is said to have failed, never shown as done', async ({ app, simulator }) => {
  test.setTimeout(90_000)
  const control = new Control(app)
  const charger = simulator.site.chargers.at(-1)
  if (!charger) throw new Error('the scenario has no charger')
  await simulator.fault('charger-ignores-writes', charger.id)
  await control.arm('deaf charger in the test')
  // Below what it holds: one that holds less than asked has a limit of its own, which is no fault.
  await control.override(charger.id, { amperes: 6, minutes: 5, reason: 'will not be taken' })
  await expect(app.getByTestId('override-progress')).toContainText('failed', { timeout: 40_000 })
})
