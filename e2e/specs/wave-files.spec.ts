import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Download } from 'playwright/test'
import { expect, test } from '../fixtures/app.ts'
import type { Host } from '../fixtures/host.ts'
import { Shell } from '../pages/shell.ts'
import { wholeFile } from '../pages/whole-file.ts'

/** A record of half a second at 5 kS/s as another device writes it: three voltages, a current that starts at the trigger, one digital channel. */
const record = () => {
  const samples = 2500
  const text = [
    'Test bench,Recorder 7,1999',
    '5,4A,1D',
    ...['UA,A', 'UB,B', 'UC,C'].map((name, at) => `${at + 1},${name},,V,0.01,0,0,-32767,32767,1,1,P`),
    '4,IA,A,,A,0.001,0,0,-32767,32767,250,5,S',
    '1,Breaker closed,,,0',
    '50',
    '1',
    `5000,${samples}`,
    '12/03/2026,10:15:30.000000',
    '12/03/2026,10:15:30.200000',
    'BINARY',
    '1',
    '',
  ].join('\r\n')
  const bytes = new DataView(new ArrayBuffer(samples * 18))
  for (let at = 0; at < samples; at += 1) {
    const turn = 2 * Math.PI * 50 * (at / 5000)
    bytes.setUint32(at * 18, at + 1, true)
    bytes.setUint32(at * 18 + 4, at * 200, true)
    for (const phase of [0, 1, 2])
      bytes.setInt16(at * 18 + 8 + 2 * phase, Math.round(32_527 * Math.sin(turn - (phase * 2 * Math.PI) / 3)), true)
    bytes.setInt16(at * 18 + 14, at < 1000 ? 0 : Math.round(14_142 * Math.sin(turn - Math.PI / 6)), true)
    bytes.setUint16(at * 18 + 16, at < 1000 ? 0 : 1, true)
  }
  return [
    { name: 'feeder.cfg', base64: Buffer.from(text).toString('base64') },
    { name: 'feeder.dat', base64: Buffer.from(bytes.buffer).toString('base64') },
  ]
}

/** The desktop way saves by itself; the browser hands its download over. */
const savedFile = async (program: Host, download: Download | null): Promise<string> => {
  if (download !== null) return download.path()
  let name: string | undefined
  await expect(() => {
    name = readdirSync(program.savesTo).find((file) => file.endsWith('.cff'))
    expect(name).toBeDefined()
  }).toPass()
  const path = join(program.savesTo, name ?? '')
  await wholeFile(path)
  return path
}

test('a COMTRADE record dropped on the window is drawn, with values, phasors and spectrum at the cursor', async ({
  app,
  program,
}) => {
  await new Shell(app).open('Overview')
  const dropped = await app.evaluateHandle((files) => {
    const transfer = new DataTransfer()
    for (const { name, base64 } of files)
      transfer.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name))
    return transfer
  }, record())
  await app.locator('body').dispatchEvent('drop', { dataTransfer: dropped })

  await expect(app.getByRole('figure', { name: 'Voltages' })).toBeVisible()
  await expect(app.getByRole('figure', { name: 'Currents' })).toBeVisible()
  await expect(app.getByText(/COMTRADE 1999 BINARY · Test bench · Recorder 7/)).toBeVisible()
  await expect(app.getByText(/^sampled, file of Recorder 7, 5 kS\/s/).first()).toBeVisible()
  const values = app.getByRole('region', { name: 'Values of the traces at the cursors' })
  await expect(values.getByRole('row', { name: /^UA/ })).toContainText('230.0')
  await expect(values.getByRole('row', { name: /^UB/ })).toContainText('120.0°')
  await expect(app.getByText(/^Frequency 50\.000 Hz/)).toBeVisible()
  await expect(app.getByRole('listitem').filter({ hasText: 'Breaker closed' })).toContainText('1 changes')
  await expect(app.getByRole('img', { name: /^Orders over the fundamental/ })).toBeVisible()

  // The trigger is in the middle of what is shown; the cursor at the end of it is where the current flows.
  await app.getByRole('img', { name: /^Currents/ }).press('End')
  await expect(values.getByRole('row', { name: /^IA/ })).toContainText('10.0')
  await app.getByLabel('Side', { exact: true }).selectOption('primary')
  await expect(values.getByRole('row', { name: /^IA/ })).toContainText('500')

  // The wheel zooms around the pointer; a key turns samples into RMS.
  const shown = app.getByText(/^.* to .* of 499\.8 ms$/)
  const before = await shown.textContent()
  await app.getByRole('img', { name: /^Voltages/ }).hover()
  await app.mouse.wheel(0, -400)
  await expect(shown).not.toHaveText(before ?? '')
  await app.keyboard.press('y')
  await expect(app.getByText(/^one-cycle RMS formed here from its samples/).first()).toBeVisible()

  // What is shown is saved, and opens again beside the other: laid over it, trigger on trigger.
  const download = program.kind === 'browser' ? app.waitForEvent('download') : null
  await app.getByLabel('Save what is shown as').selectOption('comtrade-2013-float32')
  await app.getByRole('button', { name: 'Save', exact: true }).click()
  const path = await savedFile(program, await download)
  await app
    .getByLabel('Recordings to open')
    .setInputFiles({ name: 'again.cff', mimeType: 'application/octet-stream', buffer: await readFile(path) })
  await expect(app.getByText(/COMTRADE 2013 FLOAT32/)).toBeVisible()
  await app.getByLabel('Laid over it').selectOption({ index: 1 })
  await expect(app.getByText(/4 traces of it laid over, dashed/)).toBeVisible()
  await app.getByLabel('Recording', { exact: true }).selectOption({ label: 'feeder.cfg' })

  await app.getByRole('button', { name: 'Close feeder.cfg' }).click()
  await app.getByRole('button', { name: 'Close again.cff' }).click()
  await expect(app.getByText('Triggered', { exact: true })).toBeVisible()
})
