import type { Page } from 'playwright/test'
import { expect, test } from '../fixtures/app.ts'
import type { Simulator } from '../fixtures/simulator.ts'
import { Overview } from '../pages/overview.ts'
import { Shell } from '../pages/shell.ts'

const chargersOf = {
  'feeder-1': ['cp-02', 'cp-03'],
  'feeder-2': ['cp-06', 'cp-07'],
  'feeder-3': ['cp-09', 'cp-10', 'cp-11'],
} as const
type Feeder = keyof typeof chargersOf

/** Waits until the program itself reads the load: what it never saw loaded can't be seen to trip. */
const seenLoaded = async (app: Page, feeders: readonly Feeder[]): Promise<void> => {
  const overview = new Overview(app)
  for (const feeder of feeders)
    await expect(overview.circuit(feeder).getByRole('row', { name: /^L1/ }).getByRole('cell').first()).toHaveText(
      /^(?:[5-9]|\d\d)/,
      { timeout: 60_000 },
    )
}
const tripOf = async (simulator: Simulator, circuit: string): Promise<string | undefined> =>
  (await simulator.state()).circuits[circuit]?.trip?.cause

test('three breakers trip for three reasons, and each incident names its own', async ({ app, simulator }) => {
  test.setTimeout(180_000)
  // Only where nothing charges: a car that is changed lets the load fall, which is an end of its own just before the trip.
  const { chargers } = await simulator.state()
  const draws = (id: string): boolean => Math.max(0, ...Object.values(chargers[id]?.currentA ?? {})) >= 5
  for (const ids of Object.values(chargersOf))
    if (!ids.some(draws)) await Promise.all(ids.map((id) => simulator.plug(id)))
  await seenLoaded(app, ['feeder-1', 'feeder-2', 'feeder-3'])
  // Heat takes its time; the others trip meanwhile.
  await simulator.fault('overload', 'feeder-3', { amperes: 320, phases: 'L1' })
  await expect.poll(async () => (await simulator.state()).circuits['feeder-3']?.currentA['L1']).toBeGreaterThan(300)
  // Enough for this feeder's magnet and not for that of the grid connection, where its waveform is sampled.
  await simulator.fault('inrush', 'feeder-1', { amperes: 800, phases: 'L3' })
  await expect.poll(() => tripOf(simulator, 'feeder-1')).toBe('magnetic')

  await new Shell(app).open('Trips')
  const rowOf = (feeder: string) =>
    app.getByRole('region', { name: 'Incidents' }).getByRole('row').filter({ hasText: feeder }).first()
  // Polls can't show it. On a computer with too much to do samples of the moment are lost too, and then the verdict must stay open.
  await expect(rowOf('Feeder 1')).toContainText(/Inrush \(magnetic trip\)|perhaps .*not explained by current/, {
    timeout: 60_000,
  })
  // Not before the first is told apart: what falls in the same tenth of a second can't be.
  await simulator.fault('leakage', 'feeder-2', { milliamperes: 400 })
  await expect.poll(() => tripOf(simulator, 'feeder-2')).toBe('residual')
  await expect.poll(() => tripOf(simulator, 'feeder-3'), { timeout: 60_000 }).toBe('thermal')
  await expect(rowOf('Feeder 2')).toContainText('Residual current (RCD)', { timeout: 60_000 })
  await expect(rowOf('Feeder 3')).toContainText('Thermal overload', { timeout: 60_000 })

  await rowOf('Feeder 3').getByRole('link').first().click()
  await expect(app.getByTestId('verdict')).toContainText(/tripped on heat|perhaps thermal overload/)
  await expect(app.getByRole('region', { name: 'Causes' }).getByText('Check next, on site').first()).toBeVisible()
  const curve = app.getByRole('region', { name: 'Curve' })
  await expect(curve.getByRole('heading', { name: 'Against the curve of its breaker' })).toBeVisible()
  await expect(curve.getByRole('region', { name: 'What the curves say' })).toContainText('carries')
  const whatIf = app.getByRole('region', { name: 'What if' })
  await whatIf.getByLabel(/^Rating/).fill('400')
  await expect(whatIf.getByTestId('what-if')).toContainText('It would have held to the moment')
  await whatIf.getByLabel(/^Rating/).fill('40')
  await expect(whatIf.getByTestId('what-if')).toContainText('tripped')
  await expect(app.getByRole('region', { name: /^(Waveform|Captures)$/ })).toBeVisible()
  await app.getByRole('button', { name: 'As table' }).click()
  await expect(app.getByRole('region', { name: 'Readings as a table' })).toBeVisible()

  await app.keyboard.press('Shift+T')
  await expect(app.getByRole('dialog', { name: 'It just tripped' })).toBeVisible()
  await app.keyboard.press('Escape')
  await app.keyboard.press('i')
  await app.getByRole('button', { name: 'Patterns' }).click()
  await expect(app.getByRole('region', { name: 'Patterns' })).toContainText('may be chance')
  await app.getByLabel('Weather file').setInputFiles({
    name: 'weather.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('time,rain\n2026-06-15T10:00,0\n2026-06-15T09:00,0\n'),
  })
  await expect(app.getByRole('region', { name: 'Patterns' })).toContainText(
    'line 3: its time lies before that of the line above',
  )
})
