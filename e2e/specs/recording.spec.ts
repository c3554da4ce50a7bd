import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { expect, test } from '../fixtures/app.ts'
import { startWith, type Host } from '../fixtures/host.ts'
import { Shell } from '../pages/shell.ts'
import { wholeFile } from '../pages/whole-file.ts'

const exported = async (app: Page, program: Host): Promise<string> => {
  await new Shell(app).open('Snapshots')
  const form = app.getByRole('form', { name: 'Export snapshot' })
  await form.getByLabel('Last minutes').fill('3')
  await form.getByLabel('Who').fill('Test engineer')
  const download = program.kind === 'browser' ? app.waitForEvent('download') : null
  await form.getByRole('button', { name: 'Export snapshot' }).click()
  const result = app.getByRole('region', { name: 'Snapshot', exact: true })
  await expect(result).toContainText('Arrived whole', { timeout: 30_000 })
  const name = /tripscope-\S+\.tripscope/.exec((await result.getByRole('heading').textContent()) ?? '')?.[0] ?? ''
  const path = join(program.savesTo, name)
  await (await download)?.saveAs(path)
  await wholeFile(path)
  return path
}

test('a snapshot opens without its site and is played there; beside the site it is left for the live values again', async ({
  app,
  program,
  simulator,
}) => {
  // Something for the recording to show.
  await expect(app.getByTestId('data-age')).toBeVisible()
  test.setTimeout(180_000)
  const path = await exported(app, program)

  const elsewhere = await startWith(program.kind, ['--open', path])
  try {
    const { page } = elsewhere
    const band = page.getByRole('region', { name: 'Recording' })
    await expect(band).toContainText('Recording, not live')
    await expect(page.getByRole('navigation', { name: 'Views' })).toContainText(simulator.site.name)
    // A meter that is read every ten seconds may have nothing in a recording as short as this one: then that is told, and nothing else.
    await expect(band).toContainText(
      /Checked: nothing is wrong with it|1 thing to know of this file\s*readings\/mbus-\S+ is empty/,
      { timeout: 30_000 },
    )
    await expect(band).toContainText(/record: Played again, \d+ turns gave the same \d+ findings/)
    await expect(band.getByRole('button', { name: 'Back to live' })).toHaveCount(0)
    // To its end: the last picture before the export.
    await band.getByLabel('Time in the recording').press('End')
    // Played from the last saved state: some seconds for each ten minutes that were recorded.
    await expect(page.getByTestId('headline')).toBeVisible({ timeout: 60_000 })
    await band.getByRole('button', { name: 'Previous event' }).click()
    await band.getByLabel('Speed').selectOption('20')
    await band.getByRole('button', { name: 'Play' }).click()
    for (const view of ['Meters', 'Alarms', 'Load control', 'History', 'Meter health'] as const)
      await new Shell(page).open(view)
    // What is answered from the file: no view of it is refused.
    for (const view of [
      'Trips',
      'Waveforms',
      'Power quality',
      'Demand',
      'Energy',
      'Commissioning',
      'Line doctor',
      'Compare',
    ] as const) {
      await new Shell(page).open(view)
      await expect(page.getByText('takes no orders')).toHaveCount(0)
    }
    await expect(page.getByTestId('connection')).toContainText('Connected')
  } finally {
    await elsewhere.close()
  }

  await app.getByLabel('Snapshot file').setInputFiles(path)
  const band = app.getByRole('region', { name: 'Recording' })
  await expect(band).toContainText('Recording, not live', { timeout: 30_000 })
  await expect(band).toContainText('goes on')
  await band.getByRole('button', { name: 'Back to live' }).click()
  await expect(band).toHaveCount(0)
  await expect(app.getByTestId('data-age')).toBeVisible()
})
