import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'playwright/test'
import { startHost } from '../fixtures/host.ts'
import { startSimulator } from '../fixtures/simulator.ts'
import { axeFindings } from '../pages/axe.ts'

const csv = `time,u\n${Array.from({ length: 400 }, (_, at) => `${at / 5000},${(325 * Math.sin((at * Math.PI) / 50)).toFixed(3)}`).join('\n')}\n`

test('a watched folder opens what is whole, says what of it is not, and odd files that are dropped end in words', async () => {
  test.setTimeout(120_000)
  const root = mkdtempSync(join(tmpdir(), 'tripscope-odd-'))
  const folder = join(root, 'recorder')
  mkdirSync(folder)
  const simulator = await startSimulator()
  const quoted = (path: string) => JSON.stringify(path)
  appendFileSync(
    simulator.siteFile,
    `\nwaveFolders:\n  - { id: recorder, path: ${quoted(folder)} }\n  - { id: share, path: ${quoted(join(root, 'share'))} }\n`,
  )
  writeFileSync(join(folder, 'event.csv'), csv)
  writeFileSync(join(folder, 'alone.cfg'), 'x')
  mkdirSync(join(folder, 'day.cfg'))
  symlinkSync(join(folder, 'event.csv'), join(folder, 'latest.csv'))
  const program = await startHost('browser', simulator.siteFile)
  try {
    const { page } = program
    await page.goto(new URL('/#/waves?file=newest', program.url ?? '').href)
    await expect(page.getByLabel('Recording', { exact: true })).toHaveText('event.csv', { timeout: 30_000 })
    await expect(page.getByText(/^sampled, file of /).first()).toBeVisible()
    await expect(page.getByText(`The folder ${join(root, 'share')} is not watched`)).toBeVisible()
    const notes = page.getByTestId('folder-recorder')
    await notes.getByText('not everything is opened').click()
    await expect(notes).toContainText('One file waits for its other half')
    await expect(notes).toContainText('One link is not followed: latest.csv')
    await expect(notes).toContainText('day.cfg')
    expect(await axeFindings(page, 'recordings with a folder that is not whole')).toEqual([])

    const dropped = await page.evaluateHandle((text) => {
      const transfer = new DataTransfer()
      for (const [name, content] of [
        ['empty.csv', ''],
        ['no-ending', text],
        ['good.csv', text],
      ] as const)
        transfer.items.add(new File([content], name))
      return transfer
    }, csv)
    await page.locator('body').dispatchEvent('drop', { dataTransfer: dropped })
    await expect(page.getByText(/empty\.csv can't be read: it is empty, of 0 bytes/).first()).toBeVisible()
    await expect(page.getByText(/Files with this ending are not opened here/).first()).toBeVisible()
    await expect(page.getByLabel('Recording', { exact: true })).toContainText('good.csv')
    if (process.env['ODD_SHOT'] !== undefined) await page.screenshot({ path: process.env['ODD_SHOT'] })
  } finally {
    await program.close()
    await simulator.stop()
    rmSync(root, { recursive: true, force: true })
  }
})
