import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { dimmingFileReader } from './dimming-file.ts'

it('the file of the grid operator is found from the folder of the site file, and one that is not there is told', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dimming-'))
  const read = dimmingFileReader(join(folder, 'site.yaml'), 'grid.csv')
  expect((await read()).ok).toBe(false)
  await writeFile(join(folder, 'grid.csv'), 'time,allowed_kw\n')
  expect(await read()).toEqual({ ok: true, text: 'time,allowed_kw\n' })
  await rm(folder, { recursive: true })
})
