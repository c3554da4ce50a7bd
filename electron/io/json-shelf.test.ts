import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openJsonShelf } from './json-shelf.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'tripscope-shelf-'))

describe('a small file of JSON', () => {
  it('gives back what was kept last, in order, and leaves nothing beside it', async () => {
    const place = folder()
    const file = join(place, 'data', 'rules.json')
    const shelf = openJsonShelf(file, true)
    expect(shelf.recall()).toBeUndefined()
    await Promise.all([1, 2, 3].map((value) => shelf.keep({ value })))
    expect(openJsonShelf(file, true).recall()).toEqual({ value: 3 })
    expect(readdirSync(join(place, 'data'))).toEqual(['rules.json'])
  })
  it('says which file it cannot read, and goes on after one that could not be written', async () => {
    const place = folder()
    const file = join(place, 'rules.json')
    writeFileSync(file, '{"half":')
    const shelf = openJsonShelf(file, true)
    expect(() => shelf.recall()).toThrow(file)
    const blocked = openJsonShelf(join(file, 'below-a-file.json'), true)
    await expect(blocked.keep(1)).rejects.toThrow()
    await shelf.keep({ whole: true })
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ whole: true })
  })
  it('writes nothing where another program has the site', async () => {
    const file = join(folder(), 'rules.json')
    await expect(openJsonShelf(file, false).keep(1)).rejects.toThrow('another program')
    expect(openJsonShelf(file, false).recall()).toBeUndefined()
  })
})
