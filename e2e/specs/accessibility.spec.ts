import { expect, test } from '../fixtures/app.ts'
import { axeFindings } from '../pages/axe.ts'
import { Shell, views } from '../pages/shell.ts'

// Two halves, so that two workers share them.
for (const half of [0, 1] as const) {
  test(`axe finds nothing in any view, half ${half + 1} of 2`, async ({ app }) => {
    test.setTimeout(180_000)
    const shell = new Shell(app)
    const found: string[] = []
    for (const { name } of views.filter((_, index) => index % 2 === half)) {
      await shell.open(name)
      await expect(app.getByText('Waiting for').first()).toBeHidden()
      found.push(...(await axeFindings(app, name)))
      if (name !== 'Meters') continue
      await app.getByRole('main').getByRole('rowheader').getByRole('link').first().click()
      await expect(app.getByRole('region', { name: 'Live values' })).toBeVisible()
      found.push(...(await axeFindings(app, 'a meter’s page')))
    }
    expect(found).toEqual([])
  })
}

test('every view opens by its key, and the list of keys opens and closes', async ({ app }) => {
  const shell = new Shell(app)
  for (const { name, key } of views.toReversed()) {
    await app.keyboard.press(key)
    await shell.isAt(name)
  }
  await app.keyboard.press('?')
  const help = app.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await expect(help).toBeVisible()
  for (const { name } of views) await expect(help.getByText(`Open ${name}`, { exact: true })).toBeVisible()
  await app.keyboard.press('Escape')
  await expect(help).toBeHidden()
})

test('Tab reaches the view past the rail, and the focus can be seen', async ({ app }) => {
  await app.keyboard.press('Tab')
  const skip = app.getByRole('link', { name: 'Skip to the view' })
  await expect(skip).toBeFocused()
  await expect(skip).toBeInViewport()
  await app.keyboard.press('Enter')
  await expect(app.getByRole('main')).toBeFocused()
  await app.keyboard.press('Tab')
  const outline = await app.evaluate(() => {
    const focused = document.activeElement
    return focused instanceof HTMLElement ? getComputedStyle(focused).outlineStyle : 'none'
  })
  expect(outline).not.toBe('none')
})
