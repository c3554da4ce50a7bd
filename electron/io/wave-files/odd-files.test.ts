import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { leftOutText } from '../../../shared/wave-record/watched-folder.ts'
import type { WaveFileShelf } from '../../core/wave-files/wave-file-ports.ts'
import { systemClock } from '../clock.ts'
import { openFileSource } from './file-source.ts'
import { createOpenWaveFiles } from './wave-file-shelf.ts'

const config = [
  'Bench,R 1,1999',
  '1,1A,0D',
  '1,U1,A,,V,0.5,0,0,-32767,32767,1,1,P',
  '50',
  '1',
  '1000,3',
  '01/02/2026,10:00:00.0',
  '01/02/2026,10:00:00.001',
  'ASCII',
  '1',
  '',
].join('\r\n')
const data = '1,0,10\r\n2,1000,20\r\n3,2000,30\r\n'
const csv = `time,u\n${Array.from({ length: 50 }, (_, at) => `${at / 1000},${(at % 7) * 1.5}`).join('\n')}\n`
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
/** The looks of a minute within a second or two. */
const quick: typeof systemClock = { ...systemClock, after: (ms, run) => systemClock.after(ms / 20, run) }
const hasPipes = process.platform !== 'win32'

let root = ''
let folder = ''
let shelf: WaveFileShelf
const put = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content)
const send = async (fileName: string, content: string): Promise<string> => {
  const bytes = new TextEncoder().encode(content)
  const sink = await shelf.receiver.begin({ transferId: fileName, fileName, size: bytes.length })
  await sink.write(bytes)
  return sink.end({ sha256: '' })
}
const stateOf = (name: string) => shelf.list().find((file) => file.name === name)?.state
const left = () => shelf.folders()[0]?.left ?? []
const within = { timeout: 20_000, interval: 50 }

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tripscope-odd-'))
  folder = join(root, 'watched')
  mkdirSync(folder)
  shelf = createOpenWaveFiles({
    clock: quick,
    log,
    workerUrl: new URL('./wave-file-worker.ts', import.meta.url),
    folder: join(root, 'recordings', '1'),
  })({
    nominalHz: 50,
    folders: [
      { id: 'watched', path: folder },
      { id: 'gone', path: join(root, 'gone') },
      { id: 'file', path: join(root, 'file') },
    ],
  })
})
afterEach(async () => {
  await shelf.stop()
  rmSync(root, { recursive: true, force: true })
})

describe('a folder with odd things in it', () => {
  it('opens what is whole, read-only or oddly named, and says of the rest what it is', async () => {
    put('pair.cfg', config)
    put('pair.dat', data)
    put('UPPER.CFG', config)
    put('upper.Dat', data)
    put('read only.csv', csv)
    chmodSync(join(folder, 'read only.csv'), 0o444)
    if (hasPipes) put('two\nlines.csv', csv)
    put('alone.cfg', config)
    put('empty.csv', '')
    put('half.cfg', config)
    put('half.dat', '')
    mkdirSync(join(folder, 'folder.cfg'))
    // Files that other programs keep beside an open one, and none of these is a recording.
    put('._read only.csv', new Uint8Array([0, 5, 22, 7]))
    put('~$read only.csv', 'x')
    put('.pair.cfg.swp', 'x')
    put('target.bin', csv)
    symlinkSync(join(folder, 'target.bin'), join(folder, 'link.csv'))
    symlinkSync('/nowhere', join(folder, 'dangling.csv'))
    if (hasPipes) execFileSync('mkfifo', [join(folder, 'pipe.csv')])
    shelf.start()
    const whole = ['pair.cfg', 'UPPER.CFG', 'read only.csv', ...(hasPipes ? ['two\nlines.csv'] : [])]
    await vi.waitFor(() => {
      expect(whole.map(stateOf)).toEqual(whole.map(() => 'ready'))
      expect(left().map(({ kind, count, names }) => [kind, count, [...names].sort()])).toEqual([
        ['half', 2, ['alone.cfg', 'half.cfg']],
        ['empty', 2, ['empty.csv', 'half.dat']],
        ['link', 2, ['dangling.csv', 'link.csv']],
        ['no-file', hasPipes ? 2 : 1, hasPipes ? ['folder.cfg', 'pipe.csv'] : ['folder.cfg']],
      ])
    }, within)
    expect(shelf.list()).toHaveLength(whole.length)
    // What is missing comes, and is told no more.
    put('alone.dat', data)
    put('half.dat', data)
    put('empty.csv', csv)
    await vi.waitFor(() => {
      expect(['alone.cfg', 'half.cfg', 'empty.csv'].map(stateOf)).toEqual(['ready', 'ready', 'ready'])
      expect(left().map(({ kind }) => kind)).toEqual(['link', 'no-file'])
    }, within)
  })

  it('takes what is written slowly, renamed or replaced when it is whole, and forgets nothing that was deleted', async () => {
    shelf.start()
    const rows = Array.from({ length: 12 }, (_, row) => `${row / 1000},${row}\n`)
    const slow = `time,u\n${rows.join('')}`
    put('slow.csv', 'time,u\n')
    put('renamed.csv.part', csv)
    for (const row of rows) {
      appendFileSync(join(folder, 'slow.csv'), row)
      await new Promise((resolve) => setTimeout(resolve, 40))
    }
    renameSync(join(folder, 'renamed.csv.part'), join(folder, 'renamed.csv'))
    await vi.waitFor(() => {
      expect(['slow.csv', 'renamed.csv'].map(stateOf)).toEqual(['ready', 'ready'])
      // Where this computer is so busy that a part was taken for the whole, the whole is taken after it.
      expect(shelf.list().find(({ name }) => name === 'slow.csv')?.bytes).toBe(slow.length)
    }, within)
    rmSync(join(folder, 'renamed.csv'))
    const file = shelf.list().find(({ name }) => name === 'slow.csv')
    writeFileSync(join(folder, 'slow.csv'), csv)
    await vi.waitFor(() => {
      const now = shelf.list().find(({ name }) => name === 'slow.csv')
      expect(now).toMatchObject({ id: file?.id, state: 'ready', bytes: csv.length })
    }, within)
    // Its bytes are open as long as it is: a recorder that tidies up takes nothing from a person who looks at it.
    expect(stateOf('renamed.csv')).toBe('ready')
  })

  it('that is none, or is gone, is told in words, and watched again when it comes back', async () => {
    writeFileSync(join(root, 'file'), 'x')
    shelf.start()
    await vi.waitFor(
      () =>
        expect(shelf.folders().map(({ problem }) => problem?.kind ?? null)).toEqual([null, 'not-there', 'no-folder']),
      within,
    )
    mkdirSync(join(root, 'gone'))
    writeFileSync(join(root, 'gone', 'back.csv'), csv)
    await vi.waitFor(() => {
      expect(shelf.folders()[1]?.problem).toBeNull()
      expect(stateOf('back.csv')).toBe('ready')
    }, within)
  })
})

describe('odd files that a person sends', () => {
  it('of no bytes, without an ending, or twice end in words and never in a heap of halves', async () => {
    shelf.start()
    await expect(send('empty.csv', '')).rejects.toThrow(/empty\.csv can't be read: it is empty, of 0 bytes/)
    await expect(send('noending', csv)).rejects.toThrow(/whose name has no ending/)
    expect(await send('a.cfg', config)).toMatch(/waits for a\.dat/)
    expect(await send('A.CFG', config)).toMatch(/waits for A\.dat/)
    expect(shelf.list().filter(({ state }) => state === 'waiting')).toHaveLength(1)
    expect(await send('a.dat', data)).toMatch(/is open/)
    expect(await send('b.cfg', config)).toMatch(/waits for/)
    await expect(send('b.dat', '')).rejects.toThrow(/its \.dat is empty/)
    // Two at once, both halves on the way.
    expect(
      (await Promise.all([send('c.dat', data), send('c.cfg', config)])).filter((said) => /is open/.test(said)),
    ).toHaveLength(1)
    expect(stateOf('c.cfg')).toBe('ready')
  })
})

describe('what is no file', () => {
  it.runIf(hasPipes)('is not waited for: a pipe that stands where a file was ends in words', () => {
    execFileSync('mkfifo', [join(root, 'pipe')])
    expect(() => openFileSource(join(root, 'pipe'))).toThrow(/no file but/)
    expect(() => openFileSource(root)).toThrow(/no file but/)
  })
})

it('what is left out is a sentence with the first names', () => {
  expect(leftOutText({ kind: 'half', count: 1, names: ['a.cfg'] })).toMatch(/^One file waits .*: a\.cfg\.$/)
  expect(leftOutText({ kind: 'empty', count: 9, names: ['a', 'b'] })).toBe('9 files are empty so far: a, b, ….')
})
