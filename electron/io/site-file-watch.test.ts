import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFakeClock } from '../core/test-support/fake-clock.ts'
import { loadCatalogue } from './catalogue.ts'
import { createSiteEditor } from './site-editor.ts'
import { watchSiteFile } from './site-file-watch.ts'

const root = join(import.meta.dirname, '..', '..')
const example = readFileSync(join(root, 'assets', 'examples', 'site.example.yaml'), 'utf8')
const catalogue = await loadCatalogue(join(root, 'assets', 'profiles'))
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
let folder = ''
let file = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tripscope-watch-'))
  file = join(folder, 'site.yaml')
  writeFileSync(file, example)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const begin = (openedText = example) => {
  const clock = createFakeClock()
  const watch = watchSiteFile({
    siteFile: file,
    openedText,
    catalogue: () => Promise.resolve(catalogue),
    clock,
    log,
  })
  /** Looks until the file is seen as expected; the look itself is real file work. */
  const until = (expected: { changed: boolean; problem: unknown }) =>
    vi.waitFor(async () => {
      await clock.advance(3000)
      expect(watch.current()).toEqual(expected)
    })
  return { watch, until }
}

describe('the site file on disk', () => {
  it('is told when it was changed, whether it could be opened, and when it is as it was again', async () => {
    const { watch, until } = begin()
    writeFileSync(file, example.replace('name: ', 'name: New '))
    await until({ changed: true, problem: null })
    writeFileSync(file, `${example}\nlimti: 5\n`)
    await until({ changed: true, problem: expect.stringContaining('limti') })
    writeFileSync(file, example)
    await until({ changed: false, problem: null })
    rmSync(file)
    await until({ changed: true, problem: expect.stringContaining('no such file') })
    watch.stop()
  })
  it('says whether it names a time zone, and takes one without losing anything else', async () => {
    const without = example.replace(/^timezone:.*\n/m, '')
    writeFileSync(file, without)
    expect([begin().watch.namesTimezone, begin(without).watch.namesTimezone]).toEqual([true, false])
    const editor = createSiteEditor(file, () => Promise.resolve(catalogue))
    expect(await editor.setTimezone('Europe/Vienna')).toEqual({ ok: true })
    const after = readFileSync(file, 'utf8')
    expect(after).toContain('timezone: Europe/Vienna')
    for (const line of without.split('\n').filter((text) => text.includes('#')))
      expect(after).toContain(line.slice(line.indexOf('#')).trim())
    const refused = await editor.setTimezone('Mars/Olympus')
    expect(refused.ok ? [] : refused.problems.join()).toMatch(/time zone/)
  })
})
