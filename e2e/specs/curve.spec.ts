import { expect, test } from '../fixtures/app.ts'
import { Overview } from '../pages/overview.ts'
import { Shell } from '../pages/shell.ts'

// A worker of its own: chargers whose breaker tripped come back to the program only after a while, and other specs need them.
test.use({ siteOfItsOwn: 'curve' })

test('the curve of a feeder is there live, in words and as a table, and the keyboard points at a current', async ({
  app,
  simulator,
}) => {
  const { circuit } = simulator.meteredFeeder()
  const name = simulator.site.circuits.find(({ id }) => id === circuit)?.name ?? circuit
  const shell = new Shell(app)
  await app.keyboard.press('b')
  await shell.isAt('Breaker curves')
  await app.getByLabel('Circuit', { exact: true }).selectOption(circuit)
  const chart = app.getByRole('img', { name: /% of the early bound used/ }).first()
  await expect(chart).toBeVisible()
  await expect(chart).toHaveAttribute('aria-label', /C80, carries .* A where it sits/)
  await expect(app.getByText(/opens before|may open before/).first()).toBeVisible()
  await chart.focus()
  await app.keyboard.press('ArrowRight')
  await expect(app.getByText(/^At [\d.]+ A from cold/)).toContainText(name)
  await app.getByText('View as table').click()
  await expect(app.getByRole('columnheader', { name: new RegExp(name) })).toBeVisible()
  await expect(app.getByRole('rowheader', { name: /^\d/ })).not.toHaveCount(0)
})

test('breakers trip by themselves: thermally under an overload, magnetically on a surge no meter shows', async ({
  app,
  simulator,
}) => {
  test.setTimeout(150_000)
  const { circuit } = simulator.meteredFeeder()
  const other = simulator.site.circuits.find(
    ({ id, parent, meter }) => parent !== undefined && meter !== undefined && id !== circuit,
  )
  if (!other) throw new Error('the scenario has only one metered feeder')
  const overview = new Overview(app)
  const cause = async (id: string) => (await simulator.state()).circuits[id]?.trip?.cause ?? null
  await simulator.fault('overload', circuit, { amperes: 260, phases: 'L1' })
  await expect(overview.circuit(circuit).getByRole('row', { name: /^L1/ })).toContainText(/\d–1\d\d/, {
    timeout: 30_000,
  })
  await expect.poll(() => cause(circuit), { timeout: 40_000 }).toBe('thermal')
  await expect(overview.headline).toContainText('may be open', { timeout: 60_000 })
  await simulator.fault('inrush', other.id, { amperes: 4000, ms: 20, phases: 'L2' })
  await expect.poll(() => cause(other.id)).toBe('magnetic')
})
