import { readFile, writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { siteSchema } from '../../shared/site/site.ts'

/** Where editors find it: `# yaml-language-server: $schema=...` in a site file. */
export const siteSchemaFile = new URL('../../assets/schemas/site.schema.json', import.meta.url)

/** The site file's JSON Schema, as text ready to be written. */
export const siteSchemaText = (): string => `${JSON.stringify({
  title: 'Tripscope site file', description: 'What a person declares about an installation: grid connection, lines, meters, circuits, chargers.',
  ...z.toJSONSchema(siteSchema, { io: 'input', target: 'draft-7' }),
}, null, 2)}\n`

// Run by hand after a change of shared/site/site.ts: node electron/launcher/schemas.ts
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const text = siteSchemaText()
  const before = await readFile(siteSchemaFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  if (before !== text) await writeFile(siteSchemaFile, text)
  console.log(before === text ? 'assets/schemas/site.schema.json is current' : 'assets/schemas/site.schema.json written')
}
