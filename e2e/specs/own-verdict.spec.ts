import { readFile } from 'node:fs/promises'
import { expect, test } from 'playwright/test'
import { startHost } from '../fixtures/host.ts'
import { startSimulator } from '../fixtures/simulator.ts'
import { axeFindings } from '../pages/axe.ts'
import { Shell } from '../pages/shell.ts'

test('a meter that judges itself by EN 50160 stands in the report, on the screen, in the PDF and in the table, and apart from ours', async () => {
  test.setTimeout(180_000)
  const simulator = await startSimulator(['--scenario', 'assets/scenarios/recorders.yaml'])
  const program = await startHost('browser', simulator.siteFile)
  try {
    const { page } = program
    await page.goto(new URL('/', program.url ?? '').href)
    const shell = new Shell(page)
    await shell.open('Power quality')
    await page.getByRole('tab', { name: 'Report of a week' }).click()
    await page.getByLabel('Source').selectOption({ label: 'UMD 97 (polled RMS)' })
    const own = page.getByRole('region', { name: 'What meters say themselves' })
    await expect(own).toContainText(/UMD 97 itself, .*: within limits for (95|100) % of the time/, { timeout: 90_000 })
    await expect(own).toContainText('meter event')
    await expect(page.getByRole('region', { name: 'Report of the week' })).toContainText('polled RMS')

    const pdf = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save PDF' }).click()
    const text = await readFile(await (await pdf).path(), 'latin1')
    expect(text).toContain('Meter event: what meters say of EN 50160 themselves')
    expect(text).toMatch(/UMD 97 itself, [^)]*within limits/)
    expect(text).toContain('polled RMS, indicative.')
    expect(await axeFindings(page, 'the report with a verdict of a meter')).toEqual([])
  } finally {
    await program.close()
    await simulator.stop()
  }
})
