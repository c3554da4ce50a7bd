import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import type { Site } from '../../shared/site/site.ts'
import { expect, test as base } from '../fixtures/app.ts'
import { startHost, type Host } from '../fixtures/host.ts'
import { startSimulator, type Simulator } from '../fixtures/simulator.ts'
import { Control } from '../pages/control.ts'
import { Shell } from '../pages/shell.ts'

interface Miswired {
  readonly simulator: Simulator
  readonly program: Host
}

/** The small site, built with a reversed current transformer and a turned socket; its control raises at once. */
const miswiredScenario = (folder: string): string => {
  const small = readFileSync(join(import.meta.dirname, '..', '..', 'assets', 'scenarios', 'small.yaml'), 'utf8')
  const scenario = parse(small) as {
    site: Record<string, unknown>
    simulation: { meters: Record<string, object>; chargers?: Record<string, object> }
  }
  scenario.site['control'] = { increaseDelay: 0, increaseStep: 40 }
  const { simulation } = scenario
  simulation.meters['main-meter'] = {
    ...simulation.meters['main-meter'],
    wiring: [{ fault: 'ct-reversed', terminal: 2 }],
  }
  simulation.chargers = { 'cp-1': { wiredTo: ['L2', 'L3', 'L1'] } }
  const file = join(folder, 'miswired.yaml')
  writeFileSync(file, stringify(scenario))
  return file
}

const test = base.extend<object, { miswired: Miswired }>({
  miswired: [
    async ({ host }, use) => {
      const folder = mkdtempSync(join(tmpdir(), 'tripscope-miswired-'))
      const simulator = await startSimulator(['--scenario', miswiredScenario(folder)])
      const program = await startHost(host, simulator.siteFile)
      await use({ simulator, program })
      await program.close()
      await simulator.stop()
      rmSync(folder, { recursive: true, force: true })
    },
    { scope: 'worker', timeout: 120_000 },
  ],
})

test('a reversed transformer is named by its look, and a turned socket by a test with a single-phase car', async ({
  miswired: { simulator, program },
}) => {
  test.setTimeout(240_000)
  const { page } = program
  const shell = new Shell(page)
  await simulator.plug('cp-1', { phases: 1, maximum: 16 })
  await shell.open('Load control')
  await new Control(page).arm('wiring test')

  await shell.open('Commissioning')
  await page.getByRole('tab', { name: 'Test with a charger' }).click()
  await page.getByRole('button', { name: 'Test Charger 1' }).click({ timeout: 20_000 })
  const dialog = page.getByRole('dialog', { name: 'Test the wiring with Charger 1' })
  await dialog.getByLabel('Who').fill('E. Engineer')
  await dialog.getByLabel('Reason').fill('acceptance of the site')
  await dialog.getByRole('button', { name: 'Begin the test' }).click()
  const result = page.getByRole('region', { name: 'Test of Charger 1' })
  await expect(result).toContainText('waiting for 6.0 A')

  // Whoever sees something odd stops it: everything is given back, and it can be begun again.
  await result.getByRole('button', { name: 'Stop the test' }).click()
  await expect(result).toContainText('stopped by E. Engineer')
  await expect(result.getByRole('button', { name: 'Stop the test' })).toBeHidden()
  await expect(page.getByTestId('override-count')).toBeHidden()
  await page.getByRole('button', { name: 'Test Charger 1' }).click()
  await dialog.getByLabel('Reason').fill('once more')
  await dialog.getByRole('button', { name: 'Begin the test' }).click()
  await expect(result).toContainText('waiting for 6.0 A')

  await page.getByRole('tab', { name: 'Wiring of the meters' }).click()
  const checks = page.getByRole('region', { name: 'Checks of Main meter' })
  await expect(checks.getByRole('row', { name: /Current transformer L2 reversed/ })).toBeVisible({ timeout: 45_000 })

  await page.getByRole('tab', { name: 'Test with a charger' }).click()
  await expect(result.getByRole('listitem').filter({ hasText: 'The likely map is L2, L3, L1' })).toBeVisible({
    timeout: 60_000,
  })
  // Only a whole test proposes a change of the site file; one click takes it, while nothing is armed.
  const proposed = result.getByRole('region', { name: 'Proposed change of the site file' })
  await expect(proposed.getByText('Disarm first')).toBeVisible({ timeout: 90_000 })
  await expect(page.getByTestId('override-count')).toBeHidden()
  await expect(proposed.getByRole('button')).toBeDisabled()
  await shell.open('Load control')
  await new Control(page).disarm()
  await shell.open('Commissioning')
  await page.getByRole('tab', { name: 'Test with a charger' }).click()
  const phasesOfCp1 = () =>
    (parse(readFileSync(simulator.siteFile, 'utf8')) as Site).chargers.find(({ id }) => id === 'cp-1')?.phases
  expect(phasesOfCp1()).toEqual(['L1', 'L2', 'L3'])
  await proposed.getByRole('button', { name: 'Take it into the site file' }).click()
  await expect.poll(phasesOfCp1).toEqual(['L2', 'L3', 'L1'])
  await expect(page.getByTestId('connection')).toContainText('Connected')
})
