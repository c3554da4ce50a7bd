import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from 'playwright/test'

const themes = ['dark', 'light'] as const

/** Legacy mode opens no second page, which Electron could not. */
const builder = (page: Page) => new AxeBuilder({ page }).setLegacyMode(true)

const linesOf = async (axe: AxeBuilder, where: string): Promise<string[]> => {
  const { violations } = await axe.analyze()
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) =>
        `${where}: ${id} (${impact ?? '?'}) ${target.join(' ')} ${failureSummary?.split('\n')[1] ?? ''}`,
    ),
  )
}

/**
 * What axe finds on the page as it stands, a line each: every rule in one theme, and colours in the other, which is all that a theme
 * changes. The page keeps what it shows; the theme it came with is put back.
 */
export const axeFindings = async (page: Page, where: string): Promise<string[]> => {
  const html = page.locator('html')
  const came = await html.getAttribute('data-mantine-color-scheme')
  const other = themes.find((theme) => theme !== came) ?? 'light'
  const wear = (theme: string | null) =>
    html.evaluate((element, value) => element.setAttribute('data-mantine-color-scheme', value ?? ''), theme)
  const found = await linesOf(builder(page), `${where}, ${came ?? 'no theme'}`)
  await wear(other)
  found.push(...(await linesOf(builder(page).withRules(['color-contrast']), `${where}, ${other}`)))
  await expect(html, 'the theme that was looked at').toHaveAttribute('data-mantine-color-scheme', other)
  await wear(came)
  return found
}
