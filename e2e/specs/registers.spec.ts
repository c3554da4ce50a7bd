import { readFileSync } from 'node:fs'
import { expect, test } from '../fixtures/app.ts'
import { axeFindings } from '../pages/axe.ts'
import { Registers } from '../pages/registers.ts'
import { Shell } from '../pages/shell.ts'
import type { Simulator } from '../fixtures/simulator.ts'

// It adds meters and profiles to the site.
test.use({ siteOfItsOwn: 'registers' })

test.describe.configure({ mode: 'serial' })
test.beforeEach(async ({ app }) => {
  await new Shell(app).open('Registers')
})

/** What the meter's own display would show: the physical value at its terminals, not what the program read. */
const displayOf = async (simulator: Simulator, meter: string, quantity: string): Promise<number> => {
  const state = (await simulator.state()) as unknown as { meters: Record<string, { values: Record<string, number> }> }
  const value = state.meters[meter]?.values[quantity]
  if (value === undefined) throw new Error(`the simulated meter ${meter} has no ${quantity}`)
  return value
}

test('registers of a meter on a polled line are read as if unknown: the likely decoding, its reason, and what else it may be', async ({
  app,
}) => {
  const registers = new Registers(app)
  await registers.where({ line: 'bus-feeder-2', unit: 30, functionCode: 4, first: '30001', count: 40 })
  await expect(app.getByText('30001 is taken as input register 0')).toBeVisible()
  await registers.readOnce()
  await expect(registers.status).toContainText('40 registers read', { timeout: 30_000 })
  await expect(registers.likely(0)).toHaveText(
    /2[234]\d\.\d+ V float32, high word first: likely a voltage; neighbours 2 and 4 fit the same/,
  )
  await expect(registers.row(1)).toContainText('… of 0')
  await app.getByLabel('Compare with a profile').selectOption('eastron-sdm630')
  await expect(registers.row(0)).toContainText(/Voltage L1-N 2[234]\d\.\d\sV/)
})

test('what refuses is a hole with the device’s own words, and the longest block and the even habit are measured', async ({
  app,
}) => {
  test.setTimeout(120_000)
  const registers = new Registers(app)
  await registers.where({ line: 'bus-feeder-2', unit: 30, functionCode: 4, first: '370', count: 30 })
  await registers.readOnce()
  await expect(registers.status).toContainText('hole', { timeout: 60_000 })
  await expect(app.locator('tr.is-hole').first()).toContainText(/exception \d+: illegal/)
  await registers.where({ line: 'bus-feeder-2', unit: 30, functionCode: 4, first: '0', count: 10 })
  await registers.measure()
  await expect(registers.habits).toContainText('Measured with', { timeout: 90_000 })
  await expect(registers.habits).toContainText('80 registers')
  await expect(registers.habits).toContainText('odd counts are refused')
})

test('axe finds nothing with registers, one of them opened and a profile begun', async ({ app }) => {
  test.setTimeout(90_000)
  await new Shell(app).open('Registers')
  const registers = new Registers(app)
  await registers.where({ line: 'bus-feeder-2', unit: 30, functionCode: 4, first: '0', count: 30 })
  await registers.readOnce()
  await expect(registers.status).toContainText('30 registers read', { timeout: 30_000 })
  await registers.assign(0, 'u_l1n')
  await registers.displayShows('u_l1n', '23')
  expect(await axeFindings(app, 'registers')).toEqual([])
})

test('a watch marks what changes and ends when it is told to', async ({ app }) => {
  const registers = new Registers(app)
  await registers.where({ line: 'bus-feeder-2', unit: 30, functionCode: 4, first: '0x0', count: 20 })
  await registers.watch()
  await expect(registers.status).toContainText(/watching, round [3-9]/, { timeout: 30_000 })
  await expect(registers.row(1).getByRole('cell').nth(5)).toHaveText(/[1-9]/, { timeout: 30_000 })
  await registers.stop()
  await expect(registers.status).not.toContainText('watching')
})

test('a person makes a profile of an unknown meter with the display as witness, and a new meter of the site reads by it', async ({
  app,
  simulator,
}) => {
  test.setTimeout(120_000)
  const registers = new Registers(app)
  await registers.where({
    line: '@tcp',
    address: `127.0.0.1:${String(simulator.ports['net-unlisted'] ?? 0)}`,
    unit: 1,
    functionCode: 3,
    first: '19000',
    count: 54,
  })
  await registers.watch()
  await expect(registers.status).toContainText('watching', { timeout: 20_000 })
  await expect(registers.likely(19050)).toContainText('likely the frequency')
  await registers.assign(19000, 'u_l1n')
  await registers.assign(19050, 'f')
  await registers.assign(19012, 'i_l1')
  await registers.describe('Acme', 'Grid 1')
  const volts = await displayOf(simulator, 'umg-grid-operator', 'u_l1n')

  // Ten times too much: the display would have said otherwise, so nothing is saved.
  await registers.displayShows('u_l1n', (volts * 10).toFixed(0))
  await registers.save.click()
  await expect(registers.profile.getByRole('alert')).toContainText('the display shows')
  await registers.displayShows('u_l1n', '')
  await registers.save.click()
  await expect(registers.profile.getByRole('alert')).toContainText('nothing independent says')
  await registers.displayShows('u_l1n', (await displayOf(simulator, 'umg-grid-operator', 'u_l1n')).toFixed(1))
  await expect(registers.assigned('u_l1n')).toContainText('the display agrees')
  await registers.save.click()
  await expect(registers.saved).toContainText('Saved as acme-grid-1')
  const [profileFile = ''] = /\/\S+acme-grid-1\.yaml/.exec((await registers.saved.textContent()) ?? '') ?? []
  const text = readFileSync(profileFile, 'utf8')
  for (const line of ['address: 19000, type: float32', 'address: 19050', 'address: 19012']) expect(text).toContain(line)
  const golden = readFileSync(profileFile.replace('.yaml', '.golden.yaml'), 'utf8')
  expect(golden).toContain("from the meter's display")
  expect(golden).toContain('no independent witness')

  await registers.saved.getByLabel('Or add a new meter, id').fill('acme-main')
  await registers.saved.getByLabel('Name').fill('Acme at the grid')
  await registers.saved.getByRole('button', { name: 'Add to the site' }).click()
  await expect(registers.saved).toContainText('acme-main uses acme-grid-1')
  await expect.poll(() => readFileSync(simulator.siteFile, 'utf8')).toContain('profile: acme-grid-1')
  await new Shell(app).open('Meters')
  const row = app.getByRole('row').filter({ hasText: 'Acme at the grid' })
  await expect(row).toContainText(/2[234]\d\.\d/, { timeout: 30_000 })
})

test('a profile of the same id is replaced only when asked, and a copy is kept', async ({ app, simulator }) => {
  test.setTimeout(90_000)
  const registers = new Registers(app)
  await registers.where({
    line: '@tcp',
    address: `127.0.0.1:${String(simulator.ports['net-unlisted'] ?? 0)}`,
    unit: 1,
    functionCode: 3,
    first: '19000',
    count: 54,
  })
  await registers.watch()
  await expect(registers.status).toContainText('watching', { timeout: 20_000 })
  await registers.assign(19000, 'u_l1n')
  await registers.assign(19050, 'f')
  await registers.describe('Acme', 'Grid 1')
  await registers.displayShows('u_l1n', (await displayOf(simulator, 'umg-grid-operator', 'u_l1n')).toFixed(1))
  await registers.save.click()
  await expect(registers.profile.getByRole('alert')).toContainText("you already have a profile 'acme-grid-1'")
  await registers.profile.getByLabel(/Replace your own profile/).check()
  await registers.save.click()
  await expect(registers.saved).toContainText('the one before is kept as')
})
