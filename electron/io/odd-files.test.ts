import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadCatalogue } from './catalogue.ts'
import { createProfileShelf } from './profile-shelf.ts'
import { readRegularFile } from './regular-file.ts'
import { readSiteText } from './site-file.ts'
import { lockSite } from './site-lock.ts'

const folder = mkdtempSync(join(tmpdir(), 'tripscope-odd-'))
const profiles = join(import.meta.dirname, '..', '..', 'assets', 'profiles')
const at = (name: string) => join(folder, name)
const server = createServer()

/** What a path can be instead of a file; each with a word of what is said about it. */
const kinds = {
  pipe: 'a pipe',
  socket: 'a socket',
  folder: 'it is a folder',
  device: 'a device',
  loop: 'leads back to itself',
  gone: 'no such file',
  huge: 'larger than',
  endless: 'a device',
} as const
const place = (kind: keyof typeof kinds, path: string) => {
  if (kind === 'pipe') execFileSync('mkfifo', [path])
  else if (kind === 'folder') mkdirSync(path)
  else if (kind === 'device') symlinkSync('/dev/null', path)
  else if (kind === 'endless') symlinkSync('/dev/zero', path)
  else if (kind === 'loop') symlinkSync(path, path)
  else if (kind === 'gone') symlinkSync(`${path}-nowhere`, path)
  else if (kind === 'huge') {
    writeFileSync(path, '')
    truncateSync(path, 5 << 30)
  } else
    return new Promise<void>((resolve) => {
      server.listen(path, resolve)
    })
  return Promise.resolve()
}

beforeAll(async () => {
  mkdirSync(at('own/meters'), { recursive: true })
  for (const kind of Object.keys(kinds) as (keyof typeof kinds)[]) {
    await place(kind, at(kind))
    if (kind !== 'socket') await place(kind, at(`own/meters/${kind}.yaml`))
  }
  for (const name of ['eastron-sdm630.yaml', 'eastron-sdm630.golden.yaml'])
    cpSync(join(profiles, 'meters', name), at(`own/meters/${name}`))
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

// Each of these waited for ever, or filled the memory, before: the runner's time is the bound.
describe('what stands where a file should be', () => {
  it.each(Object.entries(kinds))('%s is told', async (kind, words) => {
    const read = await readRegularFile(at(kind), 1 << 20)
    expect(read.ok ? 'read' : read.why).toContain(words)
    const site = await readSiteText(at(kind))
    expect(site.ok ? 'read' : site.message).toContain(`site file ${at(kind)}: `)
  })

  it('a file is read whole up to its bound and not beyond', async () => {
    writeFileSync(at('exact'), Buffer.alloc(300_000, 'x'))
    expect(await readRegularFile(at('exact'), 300_000)).toMatchObject({ ok: true, bytes: Buffer.alloc(300_000, 'x') })
    expect(await readRegularFile(at('exact'), 299_999)).toMatchObject({ ok: false, code: 'EFBIG' })
    writeFileSync(at('empty'), '')
    expect(await readRegularFile(at('empty'), 10)).toMatchObject({ ok: true, bytes: Buffer.alloc(0) })
    // A file of /proc says that it is empty.
    expect(await readRegularFile('/proc/self/status', 1 << 20)).toMatchObject({ ok: true })
  })

  it('in the folder of own profiles keeps no other profile from being read, and is told by name', async () => {
    const { meters, problems } = await loadCatalogue(profiles, at('own'))
    expect(meters.has('eastron-sdm630')).toBe(true)
    for (const [kind, words] of Object.entries(kinds)) {
      if (kind === 'socket') continue
      const told = problems.filter(({ file }) => file === at(`own/meters/${kind}.yaml`))
      expect(told.map(({ message }) => message).join(), kind).toContain(words)
    }
  })

  it('in place of the lock or of a profile to be replaced holds nothing up', async () => {
    writeFileSync(at('site.yaml'), '')
    execFileSync('mkfifo', [at('site.yaml.lock')])
    expect(lockSite(at('site.yaml'), Date.now())).toMatchObject({ held: false })
    const shelf = createProfileShelf(profiles, at('own'))
    const saved = await shelf.save({ id: 'pipe', profileText: 'x', goldenText: 'x', overwrite: true })
    expect(saved).toMatchObject({ ok: false, why: expect.stringContaining('not a regular file') as string })
  })
})
