import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { expect, test } from '../fixtures/app.ts'
import { Shell } from '../pages/shell.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
interface Manifest {
  readonly schema: string
  readonly note: string
  readonly files: readonly { name: string; bytes: number; sha256: string }[]
}

test('a snapshot is saved whole: every file is there with the hash its manifest states', async ({
  app,
  program,
  simulator,
}) => {
  await new Shell(app).open('Snapshots')
  const form = app.getByRole('form', { name: 'Export snapshot' })
  await form.getByLabel('Last minutes').fill('5')
  await form.getByLabel('Who').fill('Test engineer')
  await form.getByLabel('Note').fill('tripped while six cars started')
  const download = program.kind === 'browser' ? app.waitForEvent('download') : null
  await form.getByRole('button', { name: 'Export snapshot' }).click()
  const result = app.getByRole('region', { name: 'Snapshot', exact: true })
  await expect(result).toContainText('Arrived whole', { timeout: 30_000 })
  const name = /tripscope-\S+\.tripscope/.exec((await result.getByRole('heading').textContent()) ?? '')?.[0] ?? ''
  const path = join(program.savesTo, name)
  await (await download)?.saveAs(path)

  let zip: Uint8Array = new Uint8Array()
  const stated = (await result.textContent()) ?? ''
  // A file that is being written is there before it is whole.
  await expect(() => {
    zip = readFileSync(path)
    expect(stated).toContain(sha256(zip))
  }).toPass()
  const files = unzipSync(zip)
  const manifest = JSON.parse(new TextDecoder().decode(files['manifest.json'])) as Manifest
  expect(manifest).toMatchObject({ schema: 'tripscope-snapshot', note: 'tripped while six cars started' })
  expect(Object.keys(files).sort()).toEqual(
    ['manifest.json', 'seal.json', ...manifest.files.map((file) => file.name)].sort(),
  )
  for (const file of manifest.files) {
    const bytes = files[file.name] ?? new Uint8Array()
    expect({ name: file.name, bytes: bytes.length, sha256: sha256(bytes) }).toEqual(file)
  }
  for (const { id } of simulator.site.meters) {
    const rows = new TextDecoder().decode(files[`readings/${id}.csv`]).trim().split('\n')
    expect(rows.length, `readings of ${id}`).toBeGreaterThan(1)
  }
})
