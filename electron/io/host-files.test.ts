import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { dataFolder, siteDataFolder } from './data-folder.ts'
import { createLog } from './log.ts'
import { readSiteText } from './site-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'tripscope-files-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const textOf = async (name: string, content: Uint8Array | string) => {
  writeFileSync(join(folder, name), content)
  return readSiteText(join(folder, name))
}

describe('reading a site file', () => {
  it('gives UTF-8 text without its byte-order mark', async () => {
    expect(await textOf('good.yaml', '\ufeffname: Depot Köln')).toEqual({ ok: true, text: 'name: Depot Köln' })
  })
  it('says what is wrong with a path or its content', async () => {
    expect(await readSiteText(join(folder, 'none.yaml'))).toMatchObject({
      ok: false,
      message: expect.stringContaining('no such file') as string,
    })
    expect(await readSiteText(folder)).toMatchObject({
      ok: false,
      message: expect.stringContaining('it is a folder') as string,
    })
    expect(await textOf('latin1.yaml', new Uint8Array([0x6e, 0xf6]))).toMatchObject({
      ok: false,
      message: expect.stringContaining('save it as UTF-8') as string,
    })
    expect(await textOf('huge.yaml', new Uint8Array((2 << 20) + 1))).toMatchObject({
      ok: false,
      message: expect.stringContaining('larger than 2 MiB') as string,
    })
  })
})

describe('data folder', () => {
  it('follows the habits of each system and one override', () => {
    expect(dataFolder({ TRIPSCOPE_DATA: '/data/here' }, 'linux', '/home/a')).toBe('/data/here')
    expect(dataFolder({}, 'linux', '/home/a')).toBe('/home/a/.local/share/tripscope')
    expect(dataFolder({ XDG_DATA_HOME: '/x' }, 'linux', '/home/a')).toBe('/x/tripscope')
    expect(dataFolder({}, 'darwin', '/Users/a')).toBe('/Users/a/Library/Application Support/Tripscope')
  })
  it('keeps two sites of one name apart', () => {
    const [one, two] = [siteDataFolder('/d', '/a/site.yaml'), siteDataFolder('/d', '/b/site.yaml')]
    expect(one).toMatch(/^\/d\/sites\/site-[0-9a-f]{8}$/)
    expect(one).not.toBe(two)
  })
})

describe('log', () => {
  it('writes one line per entry, from its level up, and survives what JSON cannot hold', () => {
    const lines: string[] = []
    const log = createLog({ format: 'json', level: 'info', nowMs: () => 0, write: (line) => lines.push(line) })
    const circular: Record<string, unknown> = { big: 1n, error: new Error('port busy') }
    log.debug('hidden')
    log.warn('line\nbreak', circular)
    circular['self'] = circular
    log.error('circle', circular)
    expect(lines).toHaveLength(2)
    expect(JSON.parse(lines[0] as string)).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      level: 'warn',
      message: 'line\nbreak',
      big: '1',
      error: 'port busy',
    })
    expect(JSON.parse(lines[1] as string)).toHaveProperty('unprintable')
  })
})
