import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { mbusProfileSchemaFile, mbusProfileSchemaText, siteSchemaFile, siteSchemaText } from './schemas.ts'

it('the committed schema of the site file is current; else run: node electron/launcher/schemas.ts', async () => {
  expect(await readFile(siteSchemaFile, 'utf8')).toBe(siteSchemaText())
})

it('and that of an M-Bus profile', async () => {
  expect(await readFile(mbusProfileSchemaFile, 'utf8')).toBe(mbusProfileSchemaText())
})
