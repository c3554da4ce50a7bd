import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { encodeRegister } from '../../shared/profile/codec.ts'
import { makeProfile, type ProfileDraft } from '../../shared/profile/draft.ts'
import { loadCatalogue } from './catalogue.ts'
import { createProfileShelf } from './profile-shelf.ts'

const folders: string[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true })
})
const scratch = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'shelf-'))
  folders.push(folder)
  return folder
}
const builtIn = join(import.meta.dirname, '..', '..', 'assets', 'profiles')
const draft = (id: string): ProfileDraft => ({
  id,
  make: 'Acme',
  model: '100',
  document: 'none',
  readFrom: 'line bus, unit 3',
  space: 'input',
  transports: ['tcp'],
  serial: null,
  line: { maxRegisters: 50, maxGap: 0, evenOnly: false, holes: [], timeoutMs: 500, quietMs: 0 },
  probe: { quantity: 'f', low: 40, high: 70 },
  notes: [],
  quantities: [
    {
      key: 'f',
      address: 70,
      type: 'float32',
      wordOrder: 'high-first',
      scale: 1,
      every: 'normal',
      words: encodeRegister({ type: 'float32' }, 49.98, { wordOrder: 'high-first' }),
      atMs: 0,
      shown: '50.0',
    },
  ],
})
const texts = (id: string) => {
  const made = makeProfile(draft(id))
  if (!made.ok) throw new Error(made.problems.join())
  return { id, profileText: made.profileText, goldenText: made.goldenText }
}

describe('the shelf of own profiles', () => {
  it('saves what the catalogue then loads, beside the built-in and over it', async () => {
    const user = await scratch()
    const shelf = createProfileShelf(builtIn, user)
    expect(await shelf.save({ ...texts('acme-100'), overwrite: false })).toMatchObject({ ok: true, backups: [] })
    expect(await shelf.save({ ...texts('eastron-sdm630'), overwrite: false })).toMatchObject({ ok: true })
    const { builtIn: known, own } = await shelf.list()
    expect(own).toEqual(['acme-100', 'eastron-sdm630'])
    expect(known).toContain('eastron-sdm630')
    const catalogue = await loadCatalogue(builtIn, user)
    expect(catalogue.problems).toEqual([])
    expect(catalogue.meters.get('acme-100')?.make).toBe('Acme')
    expect(Object.keys(catalogue.meters.get('eastron-sdm630')?.quantities ?? {})).toEqual(['f'])
  })

  it('replaces one of the same id only when asked, and keeps what was there', async () => {
    const user = await scratch()
    const shelf = createProfileShelf(builtIn, user)
    await shelf.save({ ...texts('acme-100'), overwrite: false })
    const file = join(user, 'meters', 'acme-100.yaml')
    await writeFile(file, '# mine\n')
    expect(await shelf.save({ ...texts('acme-100'), overwrite: false })).toMatchObject({
      ok: false,
      exists: true,
      why: expect.stringContaining('choose another id') as string,
    })
    expect(await readFile(file, 'utf8')).toBe('# mine\n')
    expect(await shelf.save({ ...texts('acme-100'), overwrite: true })).toMatchObject({
      ok: true,
      backups: [expect.stringContaining('golden') as string, `${file}.bak`],
    })
    expect(await readFile(`${file}.bak`, 'utf8')).toBe('# mine\n')
    expect((await readdir(join(user, 'meters'))).filter((name) => name.endsWith('.new'))).toEqual([])
    expect((await loadCatalogue(builtIn, user)).problems).toEqual([])
  })

  it('tells what keeps it from writing, and leaves neither half nor the golden words of a profile that is not there', async () => {
    const user = await scratch()
    // A folder where the profile should go: the golden words get their place, the profile does not.
    await mkdir(join(user, 'meters', 'acme-100.yaml', 'in the way'), { recursive: true })
    const shelf = createProfileShelf(builtIn, user)
    expect(await shelf.save({ ...texts('acme-100'), overwrite: true })).toMatchObject({
      ok: false,
      exists: false,
      why: expect.stringContaining("can't be written") as string,
    })
    expect(await readdir(join(user, 'meters'))).toEqual(['acme-100.yaml'])
    const file = join(await scratch(), 'no folder')
    await writeFile(file, '')
    await chmod(file, 0o400)
    expect(await createProfileShelf(builtIn, file).save({ ...texts('acme-100'), overwrite: false })).toMatchObject({
      ok: false,
      why: expect.stringContaining('ENOTDIR') as string,
    })
  })
})
