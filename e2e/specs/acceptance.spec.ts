import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { expect, test as base } from '../fixtures/app.ts'
import { startHost, type Host } from '../fixtures/host.ts'
import { root } from '../fixtures/program-output.ts'
import { startSimulator, type Simulator } from '../fixtures/simulator.ts'
import { Shell } from '../pages/shell.ts'

interface Site {
  readonly simulator: Simulator
  readonly program: Host
  readonly folder: string
}

/** The small site, whose control raises at once, so that a run is short; what it does is the same. */
const quickScenario = (folder: string): string => {
  const small = readFileSync(join(import.meta.dirname, '..', '..', 'assets', 'scenarios', 'small.yaml'), 'utf8')
  const scenario = parse(small) as { site: Record<string, unknown> }
  scenario.site['control'] = { increaseDelay: 0, increaseStep: 40 }
  const file = join(folder, 'quick.yaml')
  writeFileSync(file, stringify(scenario))
  return file
}

const test = base.extend<object, { quick: Site }>({
  quick: [
    async ({ host }, use) => {
      const folder = mkdtempSync(join(tmpdir(), 'tripscope-acceptance-'))
      const simulator = await startSimulator(['--scenario', quickScenario(folder)])
      const program = await startHost(host, simulator.siteFile)
      await use({ simulator, program, folder })
      await program.close()
      await simulator.stop()
      rmSync(folder, { recursive: true, force: true })
    },
    { scope: 'worker', timeout: 120_000 },
  ],
})

/** The smallest picture there is, as a camera's photo of a nameplate. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

test('a short plan is run whole, its protocol is saved, and a flipped byte in it is found and named', async ({
  quick: { simulator, program, folder },
}) => {
  test.setTimeout(180_000)
  const { page } = program
  const person = async (button: string, reason: string | null) => {
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Who').fill('E. Engineer')
    if (reason !== null) await dialog.getByLabel('Reason').fill(reason)
    await dialog.getByRole('button', { name: button }).click()
    await expect(dialog).toBeHidden()
  }
  await simulator.plug('cp-1', { phases: 3, maximum: 16 })
  await new Shell(page).open('Acceptance')
  await page.getByLabel('Watch each device for (min)').fill('0.05')
  await page.getByLabel('A limit is lowered for (s)').fill('15')
  for (const kind of ['Wiring of the socket', 'Fallback without heartbeat', 'Override', 'Limit obeyed and read back'])
    await page.getByRole('checkbox', { name: kind, exact: true }).uncheck()
  const limits = page.getByRole('row', { name: /^Limit obeyed/ })
  await limits.getByText('Each one').click()
  await limits.getByRole('checkbox', { name: /^Charger 1:/ }).check()
  await page.getByRole('button', { name: /Prepare the test of/ }).click()
  await person('Prepare', 'first acceptance')

  await page.getByRole('button', { name: /^Run \d+ open steps/ }).click()
  await person('Run', 'first acceptance')
  const steps = page.getByRole('region', { name: 'Steps' }).getByRole('button')
  await expect(page.getByRole('button', { name: 'Finish and seal' })).toBeVisible({ timeout: 90_000 })
  await expect(steps.filter({ hasText: 'Limit obeyed and read back: Charger 1' })).toContainText('pass')
  await expect(steps.filter({ hasText: 'Alarm raised' })).toContainText('pass')
  await expect(steps.filter({ hasText: 'Communication: Main meter' })).toContainText('pass')
  await expect(page.getByTestId('override-count')).toBeHidden()

  const plate = steps.filter({ hasText: 'Breaker against its nameplate' }).first()
  await plate.click()
  await page.getByLabel('Photo to attach').setInputFiles({ name: 'plate.png', mimeType: 'image/png', buffer: png })
  await expect(page.getByRole('button', { name: 'plate.png' })).toBeVisible()
  await page.getByLabel('Remark or judgement').fill('agrees with the plate')
  await page.getByRole('button', { name: 'Judge: pass' }).click()
  await expect(plate).toContainText('pass')
  await page.getByRole('button', { name: 'Name a witness' }).click()
  await person('Name', null)
  await page.getByRole('button', { name: 'Finish and seal' }).click()
  await person('Finish and seal', 'all done')

  await page.getByRole('tab', { name: /Earlier runs/ }).click()
  const saving = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Sealed file of first acceptance' }).click()
  const saved = join(folder, 'protocol.zip')
  await (await saving).saveAs(saved)
  const bytes = readFileSync(saved)
  const savingPdf = page.waitForEvent('download')
  await page.getByRole('button', { name: 'PDF of first acceptance' }).click()
  const pdf = readFileSync(await (await savingPdf).path())
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
  expect(bytes.includes(pdf), 'the PDF is the one that was sealed').toBe(true)
  // The same by hand, where there is no screen.
  const byCommand = (file: string) => {
    const { status, stdout } = spawnSync('npm', ['run', '-s', 'acceptance-check', '--', file], {
      cwd: root,
      encoding: 'utf8',
    })
    return `${String(status)} ${stdout}`
  }
  expect(byCommand(saved)).toMatch(/^0 [^]*is as it was sealed/)

  await page.getByRole('tab', { name: 'Check a protocol' }).click()
  const check = async (content: Buffer) =>
    page
      .getByLabel('Protocol to check')
      .setInputFiles({ name: 'protocol.zip', mimeType: 'application/zip', buffer: content })
  await check(bytes)
  await expect(page.getByText('protocol.zip is as it was sealed')).toBeVisible()
  const flipped = Buffer.from(bytes)
  const at = flipped.indexOf('Site acceptance test')
  flipped[at] = (flipped[at] ?? 0) ^ 1
  await check(flipped)
  await expect(page.getByText('protocol.zip was changed')).toBeVisible()
  const changed = join(folder, 'changed.zip')
  writeFileSync(changed, flipped)
  expect(byCommand(changed)).toMatch(/^1 [^]*CHANGED/)
  await expect(page.getByRole('list', { name: 'What was found' })).toContainText(/protocol\.(pdf|html|json)/)
})
