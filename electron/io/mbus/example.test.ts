import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readSite } from '../../../shared/site/read-site.ts'
import { loadCatalogue } from '../catalogue.ts'

const assets = join(import.meta.dirname, '..', '..', '..', 'assets')

describe('the M-Bus example that comes with the program', () => {
  it('is a sound site with the profiles there are, without a word', async () => {
    const text = await readFile(join(assets, 'examples', 'mbus.example.yaml'), 'utf8')
    const read = readSite(text, 'mbus.example.yaml', await loadCatalogue(join(assets, 'profiles')))
    expect(read).toMatchObject({
      ok: true,
      warnings: [],
      site: {
        meters: [
          { id: 'shop', periodMs: 60_000, mbus: { primary: 5 } },
          { periodMs: 900_000 },
          { mbus: { secondary: '00004711', manufacturer: 'FIN' } },
        ],
      },
    })
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=../schemas/site.schema.json')
  })
})
