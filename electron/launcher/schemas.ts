import { readFile, writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { mbusProfileSchema } from '../../shared/mbus/profile.ts'
import { siteSchema } from '../../shared/site/site.ts'

/** Where editors find it: `# yaml-language-server: $schema=...` in a site file. */
export const siteSchemaFile = new URL('../../assets/schemas/site.schema.json', import.meta.url)

/** The site file's JSON Schema, as text ready to be written. */
export const siteSchemaText = (): string =>
  `${JSON.stringify(
    {
      title: 'Tripscope site file',
      description: 'What a person declares about an installation: grid connection, lines, meters, circuits, chargers.',
      ...z.toJSONSchema(siteSchema, { io: 'input', target: 'draft-7' }),
    },
    null,
    2,
  )}\n`

/** The same for a user's own M-Bus profiles. */
export const mbusProfileSchemaFile = new URL('../../assets/schemas/mbus-profile.schema.json', import.meta.url)
export const mbusProfileSchemaText = (): string =>
  `${JSON.stringify(
    {
      title: 'Tripscope M-Bus meter profile',
      description: 'Which record of an M-Bus reply holds which quantity.',
      ...z.toJSONSchema(mbusProfileSchema, { io: 'input', target: 'draft-7' }),
    },
    null,
    2,
  )}\n`

// Run by hand after a change of shared/site/site.ts or shared/mbus/profile.ts: node electron/launcher/schemas.ts
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const [file, text] of [
    [siteSchemaFile, siteSchemaText()],
    [mbusProfileSchemaFile, mbusProfileSchemaText()],
  ] as const) {
    const name = file.pathname.slice(file.pathname.indexOf('assets/'))
    const before = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return ''
      throw error
    })
    if (before !== text) await writeFile(file, text)
    console.log(before === text ? `${name} is current` : `${name} written`)
  }
}
