import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright/test'
import { expect, test as base } from '../fixtures/app.ts'
import { startHost, type Host } from '../fixtures/host.ts'
import { startSimulator, type Simulator } from '../fixtures/simulator.ts'
import { Overview } from '../pages/overview.ts'

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
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.target.join(' ') ?? ''}`)).toEqual([])
})
