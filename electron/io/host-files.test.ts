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

  it('shows what a peer said as it is: no forged line, no colour, no cursor moved, no text turned round', () => {
    const hostile = 'x\n12:00:00.000 error FORGED \u001b[2J\u009b31m\u202egnp.exe\u2028\r\0\u007f'
    for (const format of ['text', 'json'] as const) {
      const lines: string[] = []
      const log = createLog({ format, level: 'info', nowMs: () => 0, write: (line) => lines.push(line) })
      log.warn(`said: ${hostile}`, { peer: hostile })
      expect(lines).toHaveLength(1)
      expect(lines[0]?.trimEnd()).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u202e]/)
      expect(lines[0]).toContain('FORGED')
    }
  })

  it('writes a bounded number of lines of one kind and counts the rest', () => {
    const lines: string[] = []
    let nowMs = 0
    const log = createLog({ format: 'text', level: 'info', nowMs: () => nowMs, write: (line) => lines.push(line) })
    for (let line = 0; line < 100_000; line += 1) log.warn('a connection was refused', { line })
    log.error('something else')
    expect(lines.length).toBeLessThan(30)
    expect(lines.at(-1)).toContain('something else')
    nowMs = 10_001
    log.warn('a connection was refused')
    expect(lines.slice(-2).join('')).toMatch(/99980 more of 'a connection was refused' were left out\n.*refused\n$/)
    const before = lines.length
    for (let kind = 0; kind < 5000; kind += 1) log.warn(`kind ${kind}`)
    expect(lines.length - before).toBeLessThan(250)
    nowMs = 5000
    log.warn('after a clock that was set back')
    expect(lines.at(-1)).toContain('set back')
  })
})
