import { readFile } from 'node:fs/promises'
import { expect, test } from '../fixtures/app.ts'
import { Shell } from '../pages/shell.ts'

test('the incomer’s wave is live the moment the depot opens: held still, measured, paused and captured', async ({
  app,
  program,
}) => {
  await new Shell(app).open('Waveforms')
  await expect(app.getByText('Triggered', { exact: true })).toBeVisible()
  const rms = app
    .getByRole('region', { name: 'Values of the channels' })
    .getByRole('row', { name: /^L1 u1/ })
    .getByRole('cell')
    .first()
  await expect(rms).toHaveText(/^2[0-4]\d\.\d$/)
  await expect(app.getByText(/^sampled, 10 kS\/s$/).first()).toBeVisible()
  await expect(app.getByText(/no sample lost · no damaged frame/)).toBeVisible()

  // It moves: what stands in the plot changes from one look to the next, and no more once it is paused.
  const look = () =>
    app
      .locator('.strip-plot canvas')
      .first()
      .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL())
  const before = await look()
  await expect.poll(look).not.toBe(before)
  await app.keyboard.press('p')
  await expect(app.getByText(/^Paused:/)).toBeVisible()
  // What is paused can be looked at closely: the wheel zooms around the pointer, RMS stands where samples stood.
  const voltages = app.getByRole('img', { name: /^Voltages: L1, L2, L3/ })
  await expect(voltages).toHaveAccessibleName(/from −30\.0 to 30\.0 ms/)
  await voltages.hover()
  await app.mouse.wheel(0, -300)
  await expect(voltages).not.toHaveAccessibleName(/from −30\.0 to 30\.0 ms/)
  await app.keyboard.press('y')
  await expect(app.getByText(/^one-cycle RMS formed here from its samples, 10 kS\/s$/).first()).toBeVisible()
  await app.keyboard.press('p')
  await expect(app.getByText('Triggered', { exact: true })).toBeVisible()
  await app.keyboard.press('y')

  // Phasors and spectrum of the newest cycles, turned to the first voltage: they stand still and say their numbers.
  await expect(
    app.getByRole('img', { name: /^U1 2[0-4]\d\.\d V at 0°, U2 2[0-4]\d\.\d V at −1(19|20|21)°/ }),
  ).toBeVisible()
  await app.getByLabel('Channel of the spectrum').selectOption('i1')
  await expect(app.getByRole('img', { name: /^Orders over the fundamental: order \d/ })).toBeVisible()
  await expect(
    app.getByText(/orders 2 to 40 over the fundamental of .* A; 10 cycles of (49|50)\.\d\d Hz/),
  ).toBeVisible()

  await app.getByRole('button', { name: 'Capture now' }).click()
  await expect(app.getByRole('region', { name: 'Kept captures' }).getByRole('row', { name: /by hand/ })).toBeVisible({
    timeout: 15_000,
  })

  // Any plot as vectors: paths and texts of the chart's own drawing, no picture inside.
  const download = program.kind === 'browser' ? app.waitForEvent('download') : null
  await app.getByRole('button', { name: 'Picture…' }).click()
  await app.getByRole('menuitem', { name: /^SVG/ }).click()
  if (download !== null) {
    const svg = await readFile(await (await download).path(), 'utf8')
    expect(svg).toMatch(/<path d="M[\d. -]+L/)
    expect(svg).toContain('>Voltages V<')
    expect(svg).toContain('sampled, 10 kS/s')
    // Every plot says how it is known, those without a caption of their own too.
    expect(svg).toMatch(/>Phasors sampled, fundamental/)
    expect(svg).toMatch(/>Spectrum sampled/)
    expect(svg).toMatch(/>−?\d+ ms<\/text>/)
    expect(svg).not.toContain('<image')
  }
})
