import { expect, test } from '../fixtures/app.ts'
import { Control } from '../pages/control.ts'
import { Shell } from '../pages/shell.ts'

test('nothing moves under the mouse while load control decides, also at 125 %', async ({ app, simulator }) => {
  test.setTimeout(120_000)
  await new Shell(app).open('Load control')
  for (const size of [
    { width: 1366, height: 768 },
    { width: 1093, height: 614 },
  ]) {
    await app.setViewportSize(size)
    await expect(app.locator('tr[data-charger]')).toHaveCount(simulator.site.chargers.length)
    const places = () =>
      app.getByRole('button', { name: /^Override / }).evaluateAll((buttons) =>
        buttons.map((button) => {
          const { left, top, right } = button.getBoundingClientRect()
          return `${Math.round(left)} ${Math.round(top)} ${right <= window.innerWidth ? 'seen' : 'off the screen'}`
        }),
      )
    const before = await places()
    expect(before.filter((place) => !place.endsWith('seen'))).toEqual([])
    const why = app.locator('tr[data-charger] .why')
    const reasons = (await why.allTextContents()).join()
    // A meter that falls silent, and comes back, gives every charger below it another reason.
    if (size.width === 1366) await simulator.fault('dead-meter', simulator.meteredFeeder().meter)
    else await simulator.clearFaults()
    // Reasons change their length with every decision; the places must not follow.
    await expect.poll(async () => (await why.allTextContents()).join() !== reasons, { timeout: 30_000 }).toBe(true)
    expect(await places()).toEqual(before)
  }
  await app.setViewportSize({ width: 1366, height: 768 })
})

test('dialogs begin in their first field, and Enter confirms what was reviewed', async ({ app }) => {
  const shell = new Shell(app)
  // Who is remembered: as on the first day, nobody is.
  await app.evaluate(() => localStorage.clear())
  await app.reload()
  await expect(app.getByTestId('connection')).toContainText('Connected')
  await shell.open('Load control')
  const dialog = app.getByRole('dialog')
  await expect(app.getByRole('button', { name: 'Arm …' })).toBeEnabled()
  await app.keyboard.press('a')
  await expect(dialog.getByLabel('Who')).toBeFocused()
  await app.keyboard.type('Test engineer')
  await dialog.getByLabel('Reason').fill('keyboard in the test')
  await app.keyboard.press('Enter')
  await expect(app.getByTestId('control-mode')).toContainText('ARMED')

  await app.keyboard.press('o')
  await expect(dialog.getByLabel('Limit, A per phase')).toBeFocused()
  await app.keyboard.type('8')
  await dialog.getByLabel('Reason').fill('keyboard in the test')
  // Who gave the last command is offered for the next one.
  await expect(dialog.getByLabel('Who')).toHaveValue('Test engineer')
  await app.keyboard.press('Enter')
  await expect(dialog.getByRole('button', { name: 'Set override' })).toBeFocused()
  await app.keyboard.press('Enter')
  await expect(app.getByTestId('override-progress')).toBeVisible()
  await dialog.getByRole('button', { name: 'Close' }).last().click()
  await app
    .getByRole('button', { name: /^End the override/ })
    .first()
    .click()
  await expect(app.getByRole('dialog').getByLabel('Reason')).toBeFocused()
  await app.keyboard.type('the test is over')
  await app.keyboard.press('Enter')
  await expect(app.getByRole('dialog')).toBeHidden()
  await new Control(app).disarm()
})

test('page keys scroll the view wherever the focus is, and Esc leaves the filter', async ({ app }) => {
  const shell = new Shell(app)
  await shell.open('Meter health')
  const top = () => app.getByRole('main').evaluate((main) => main.scrollTop)
  await expect(app.getByRole('region', { name: 'Devices' })).toBeVisible()
  await app.keyboard.press('PageDown')
  await expect.poll(top).toBeGreaterThan(100)
  await app.keyboard.press('Home')
  await expect.poll(top).toBe(0)
  await app.keyboard.press('End')
  await expect
    .poll(() => app.getByRole('main').evaluate((main) => main.scrollHeight - main.clientHeight - main.scrollTop))
    .toBeLessThan(2)

  await shell.open('Events and dips')
  await app.keyboard.press('/')
  await expect(app.getByLabel('Text')).toBeFocused()
  await app.keyboard.press('Escape')
  await expect(app.getByLabel('Text')).not.toBeFocused()
})
