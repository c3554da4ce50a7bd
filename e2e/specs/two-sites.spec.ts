import { join } from 'node:path'
import { expect, test } from '../fixtures/app.ts'
import { root } from '../fixtures/program-output.ts'
import { startSimulator } from '../fixtures/simulator.ts'
import { axeFindings } from '../pages/axe.ts'
import { Control } from '../pages/control.ts'
import { Shell } from '../pages/shell.ts'

// It opens a second site beside its own: nothing else may run here.
test.use({ siteOfItsOwn: 'two-sites' })

test('a second site is opened and looked at while the first is measured and steered on; an alarm there is seen from here', async ({
  app,
  simulator,
}) => {
  test.setTimeout(90_000)
  const second = await startSimulator(['--scenario', join(root, 'assets/scenarios/small.yaml')])
  try {
    const shell = new Shell(app)
    const [first, other] = [simulator.site.name ?? '', second.site.name ?? '']
    await shell.open('Load control')
    await new Control(app).arm('going on while another site is shown')
    await shell.open('Sites')
    const panel = app.getByRole('region', { name: 'Open a site' })
    await panel.getByLabel('Site file of this computer').fill(second.siteFile)
    await panel.getByLabel('Who').fill('E. Engineer')
    await panel.getByRole('button', { name: 'Open this file' }).click()

    const openNow = app.getByRole('region', { name: 'Open now' })
    const row = (name: string) => openNow.getByRole('listitem').filter({ has: app.getByText(name, { exact: true }) })
    const switcher = app.getByRole('list', { name: 'Open sites' })
    await expect(row(other)).toContainText('shown here', { timeout: 30_000 })
    await expect(switcher.getByRole('button', { name: first })).toContainText('armed')
    // The bar below speaks of the site that is shown, which nobody armed.
    await expect(shell.controlMode).toContainText('Monitoring')

    const replies = async (name: string) => {
      const text = (await row(name).textContent()) ?? ''
      return Number(/([\d\u202f]+) replies/.exec(text)?.[1]?.replaceAll('\u202f', '') ?? 0)
    }
    const before = await replies(first)
    expect(before).toBeGreaterThan(0)
    await expect.poll(() => replies(first)).toBeGreaterThan(before + 5)
    await expect.poll(() => replies(other)).toBeGreaterThan(0)

    const feeder = simulator.meteredFeeder()
    await simulator.fault('dead-meter', feeder.meter)
    await expect(switcher.getByRole('button', { name: first })).toContainText(/critical|warning/, { timeout: 20_000 })
    expect(await axeFindings(app, 'two open sites')).toEqual([])

    await switcher.getByRole('button', { name: first }).click()
    await expect(shell.controlMode).toContainText('ARMED')
    await expect(row(first)).toContainText('shown here')

    // The same file is the same site.
    await panel.getByLabel('Site file of this computer').fill(second.siteFile)
    await panel.getByRole('button', { name: 'Open this file' }).click()
    await expect(row(other)).toContainText('shown here')
    await expect(openNow.getByRole('listitem')).toHaveCount(2)
    await row(other)
      .getByRole('button', { name: /^Close/ })
      .click()
    await openNow.getByRole('form').getByLabel('Who').fill('E. Engineer')
    await openNow
      .getByRole('form')
      .getByRole('button', { name: /^Close/ })
      .click()
    await expect(app.getByRole('navigation', { name: 'Views' })).toContainText(first, { timeout: 20_000 })
    await expect(shell.controlMode).toContainText('ARMED')
    await expect(openNow.getByRole('listitem')).toHaveCount(1)
  } finally {
    await second.stop()
  }
})
