import type { Page } from 'playwright/test'
import { expect, test } from '../fixtures/app.ts'

// It leaves its site for a new one: nothing else may run here.
test.use({ siteOfItsOwn: 'keyboard-first-day' })

/** What has the focus, as a person calls it; whether the keyboard's place can be seen. */
const focus = (page: Page) =>
  page.evaluate(() => {
    const at = document.activeElement
    if (!(at instanceof HTMLElement) || at === document.body) return { name: 'nothing', isSeen: false }
    const [label] = at instanceof HTMLInputElement || at instanceof HTMLSelectElement ? [...(at.labels ?? [])] : []
    const { outlineStyle } = getComputedStyle(at)
    // A choice of several is drawn by its label.
    const drawn = at instanceof HTMLInputElement && at.type === 'radio' ? (label ?? at) : at
    const { top, bottom } = drawn.getBoundingClientRect()
    return {
      name: at.id === 'main' ? 'the view' : (label?.textContent ?? at.textContent ?? '').replace(' *', ''),
      isSeen: outlineStyle !== 'none' && bottom > 0 && top < window.innerHeight,
    }
  })
const isOn = (page: Page, name: string | RegExp) =>
  expect.poll(() => focus(page), { timeout: 30_000 }).toEqual({ name: expect.stringMatching(name), isSeen: true })

/** Tab until it is reached, in a few steps; on the way the focus is always seen. */
const tabTo = async (page: Page, name: string, key = 'Tab') => {
  const passed: string[] = []
  for (let step = 0; step < 20; step += 1) {
    await page.keyboard.press(key)
    // A view that is drawn anew meanwhile gives the focus back in the next turn.
    await expect.poll(() => focus(page)).toMatchObject({ isSeen: true })
    const at = await focus(page)
    if (at.name.includes(name)) return
    passed.push(at.name)
  }
  throw new Error(`"${name}" was not reached in 20 steps: ${passed.join(', ')}`)
}

test('from nothing to live values by the keyboard alone: the focus is always seen and never lost', async ({
  app,
  simulator,
}) => {
  test.setTimeout(150_000)
  const keys = app.keyboard
  await app.evaluate(() => localStorage.clear())
  await app.reload()
  await expect(app.getByTestId('connection')).toContainText('Connected')
  await keys.press('s')
  await expect(app.getByRole('form', { name: 'New site' })).toBeVisible()
  await isOn(app, 'the view')
  await tabTo(app, 'Name of the site')
  await keys.type('Car park')
  await tabTo(app, 'Who')
  await keys.type('E. Engineer')
  await keys.press('Enter')
  await expect(app.getByRole('heading', { level: 1 })).toHaveText('Find devices', { timeout: 30_000 })
  await isOn(app, 'the view')

  // A line: the focus goes into its form; once it is removed, to what is beside it in the tree.
  await keys.press('n')
  await expect(app.getByRole('button', { name: 'Add a line' })).toBeVisible()
  await tabTo(app, 'Add a line')
  await keys.press('Enter')
  await isOn(app, /^Name$/)
  await tabTo(app, 'Host or IP address')
  await keys.type('127.0.0.1')
  await tabTo(app, 'TCP port')
  await keys.press('Control+a')
  await keys.type(String(simulator.ports['net-unlisted'] ?? 0))
  await tabTo(app, 'Remove', 'Shift+Tab')
  await keys.press('Enter')
  await isOn(app, /^Car park/)
  await keys.press('Control+z')
  await expect(app.getByRole('navigation', { name: 'The site' })).toContainText('127.0.0.1')
  // The check follows the typing at a small distance.
  await expect(app.getByRole('button', { name: 'Review and save' })).toBeEnabled()
  await tabTo(app, 'Review and save', 'Shift+Tab')
  await keys.press('Enter')
  await isOn(app, 'Reason')
  await keys.press('Escape')
  await isOn(app, 'Review and save')
  await keys.press('Enter')
  await isOn(app, 'Reason')
  await keys.type('the first line')
  await keys.press('Enter')
  await expect(app.getByRole('dialog')).toBeHidden({ timeout: 30_000 })
  await expect(app.getByTestId('connection')).toContainText('Connected')

  await keys.press('f')
  await isOn(app, 'the view')
  // The site is open again with its first line.
  await expect(app.getByRole('combobox', { name: 'Line of the site' })).toBeVisible({ timeout: 30_000 })
  await tabTo(app, 'Unit ids')
  await keys.press('Control+a')
  await keys.type('1')
  await tabTo(app, 'Search')
  await keys.press('Enter')
  await expect(app.getByTestId('scan-phase')).toHaveText('Finished', { timeout: 60_000 })
  await expect.poll(async () => (await focus(app)).isSeen).toBe(true)
  await tabTo(app, 'Add …')
  await keys.press('Enter')
  await isOn(app, 'Model')
  await keys.press('Escape')
  await isOn(app, /^Add …/)
  await keys.press('Enter')
  await tabTo(app, 'Circuit it measures')
  await keys.press('ArrowDown')
  await tabTo(app, 'Add to the site')
  await keys.press('Enter')
  await isOn(app, 'in the site')
  await keys.press('1')
  await expect(app.getByRole('main')).toContainText(/\d+\.\d A/, { timeout: 30_000 })
})
