import { expect, test } from '../fixtures/app.ts'
import { Shell } from '../pages/shell.ts'

test('the incomer’s wave is live the moment the depot opens: held still, measured, paused and captured', async ({
  app,
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
  await expect(app.getByText('Paused', { exact: true })).toBeVisible()
  await app.keyboard.press('p')

  await app.getByRole('button', { name: 'Capture now' }).click()
  await expect(app.getByRole('region', { name: 'Kept captures' }).getByRole('row', { name: /by hand/ })).toBeVisible({
    timeout: 15_000,
  })
})
