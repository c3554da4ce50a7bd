import type { Page } from 'playwright/test'
import { expect, test as base } from '../fixtures/app.ts'
import { startHost, type Host } from '../fixtures/host.ts'
import { startSimulator, type Simulator } from '../fixtures/simulator.ts'
import { axeFindings } from '../pages/axe.ts'
import { Control } from '../pages/control.ts'
import { Overview } from '../pages/overview.ts'
import { Shell } from '../pages/shell.ts'

interface Large {
  readonly simulator: Simulator
  readonly program: Host
  readonly page: Page
}

/** A car park of 200 chargers and 25 circuits, of its own: the depot of the other specs fits on one screen. */
const test = base.extend<object, { large: Large }>({
  large: [
    async ({ host }, use) => {
      const simulator = await startSimulator(['--chargers', '200', '--circuits', '25'])
      const program = await startHost(host, simulator.siteFile)
      await use({ simulator, program, page: program.page })
      await program.close()
      await simulator.stop()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
})

test.beforeEach(() => test.setTimeout(180_000))

test('200 chargers: every circuit is a row, nothing is wider than the screen, the grid connection stays in sight', async ({
  large: { page, simulator },
}) => {
  const overview = new Overview(page)
  for (const { id } of simulator.site.circuits) await expect(overview.circuit(id)).toBeVisible()
  expect(await overview.overflow()).toBeLessThanOrEqual(0)
  await overview.button('Unfold all').click()
  await expect(overview.charger('cp-200')).toBeVisible()
  await overview.charger('cp-200').scrollIntoViewIfNeeded()
  await expect(overview.gridNode).toBeInViewport()
  expect(await overview.overflow()).toBeLessThanOrEqual(0)
  await page.setViewportSize({ width: 1093, height: 614 })
  expect(await overview.overflow()).toBeLessThanOrEqual(0)
  await page.setViewportSize({ width: 1366, height: 768 })
})

test('circuits fold by keyboard, and a filter finds one charger of many', async ({ large: { page } }) => {
  const overview = new Overview(page)
  await overview.button('Circuits only').click()
  await overview.fold('hall-02').focus()
  await page.keyboard.press('ArrowLeft')
  await expect(overview.circuit('row-06')).toBeHidden()
  await expect(overview.fold('hall-02')).toHaveAttribute('aria-expanded', 'false')
  await page.keyboard.press('ArrowRight')
  await expect(overview.circuit('row-06')).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await expect(overview.fold('row-06')).toBeFocused()

  await page.keyboard.press('/')
  await expect(overview.filter).toBeFocused()
  await overview.filter.fill('bay 137')
  await expect(overview.charger('cp-137')).toBeVisible()
  await expect(page.locator('[data-charger]')).toHaveCount(1)
  await page.keyboard.press('Escape')
  await expect(overview.filter).not.toBeFocused()
  await expect(overview.filter).toHaveValue('')
  await expect(overview.circuit('row-20')).toBeVisible()
})

test('axe finds nothing in the dense form', async ({ large: { page } }) => {
  const overview = new Overview(page)
  await overview.button('Unfold all').click()
  await overview.charger('cp-001').click()
  await expect(overview.detail).toBeVisible()
  expect(await axeFindings(page, 'the dense form')).toEqual([])
})

test('load control folds 200 chargers by circuit, counts what they do, and finds one by its name', async ({
  large: { page },
}) => {
  await new Shell(page).open('Load control')
  const control = new Control(page)
  const group = page.locator('tr[data-circuit="row-01"]')
  await page.getByRole('button', { name: 'Circuits only' }).click()
  await expect(group).toContainText(/10 chargers.*charging.*paused/)
  await expect(page.locator('tr[data-charger]')).toHaveCount(0)
  await group.getByRole('button').press('Enter')
  await expect(group.getByRole('button')).toHaveAttribute('aria-expanded', 'true')
  await expect(page.locator('tr[data-charger]')).toHaveCount(10)

  await page.keyboard.press('/')
  const filter = page.getByLabel('Filter by name')
  await expect(filter).toBeFocused()
  await filter.fill('bay 137')
  await expect(page.locator('tr[data-charger]')).toHaveCount(1)
  await expect(control.row('cp-137')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.locator('tr[data-charger]')).toHaveCount(10)
  expect(await axeFindings(page, 'load control of 200 chargers')).toEqual([])
  await new Shell(page).open('Overview')
})
