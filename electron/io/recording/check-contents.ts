import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { DeckNote } from '../../../shared/api/deck-contract.ts'
import { sealFileName } from '../../core/report/seal.ts'
import { snapshotSchemaVersion } from '../../core/report/snapshot-version.ts'
import { zipContent } from '../zip/zip-content.ts'
import type { Bytes, ZipEntry } from '../zip/zip-directory.ts'
import { partJson } from './parts.ts'

export const manifestName = 'manifest.json'

const manifestSchema = z.object({
  schema: z.literal('tripscope-snapshot'),
  schemaVersion: z.number().int(),
  createdAt: z.string(),
  createdBy: z.string(),
  note: z.string(),
  anonymous: z.boolean().default(false),
  range: z.object({ from: z.string(), to: z.string() }),
  remarks: z.array(z.string()),
  files: z.array(z.object({ name: z.string(), bytes: z.number(), sha256: z.string() })).max(5000),
})
export type Manifest = Readonly<z.infer<typeof manifestSchema>>

const bad = (part: string, text: string): DeckNote => ({ tone: 'alarm', part, text })

/** The manifest of a snapshot, or what is wrong with it. */
export const readManifest = async (
  bytes: Bytes,
  entries: readonly ZipEntry[],
): Promise<{ readonly manifest: Manifest | null; readonly notes: readonly DeckNote[] }> => {
  const refused = (text: string) => ({ manifest: null, notes: [bad(manifestName, text)] })
  let value: unknown
  try {
    value = await partJson(bytes, entries, manifestName)
  } catch (error) {
    return refused(`It can't be read: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (value === null)
    return refused('It is missing: the file was cut or is no snapshot, and nothing says what should be in it.')
  const parsed = manifestSchema.safeParse(value)
  if (!parsed.success) return refused('It is not as one of ours: it was changed.')
  const { schemaVersion, note, createdBy, createdAt, remarks } = parsed.data
  if (schemaVersion > snapshotSchemaVersion)
    return refused(
      `This snapshot is of version ${String(schemaVersion)}; this program knows versions up to ${String(snapshotSchemaVersion)}. What it can read is shown; a newer Tripscope reads all of it.`,
    )
  return {
    manifest: parsed.data,
    notes: [
      {
        tone: 'normal',
        part: null,
        text: `Made by ${createdBy} at ${createdAt}${note === '' ? '' : `: ${note}`}.${schemaVersion === snapshotSchemaVersion ? '' : ` It is of version ${String(schemaVersion)}, which has no seal.`}`,
      },
      ...remarks.map((text): DeckNote => ({ tone: 'warning', part: null, text })),
    ],
  }
}

/** Reads every part that the manifest states and compares size and SHA-256. */
export const checkContents = async (
  bytes: Bytes,
  entries: readonly ZipEntry[],
  { files }: Pick<Manifest, 'files'>,
  onShare: (share: number) => void,
  isStopped: () => boolean,
): Promise<readonly DeckNote[]> => {
  const notes: DeckNote[] = []
  const listed = new Set([manifestName, sealFileName, ...files.map(({ name }) => name)])
  for (const { name } of entries)
    if (!listed.has(name))
      notes.push({ tone: 'warning', part: name, text: 'The manifest does not know it: it was added later.' })
  for (const [index, file] of files.entries()) {
    if (isStopped()) return notes
    onShare(index / files.length)
    const entry = entries.find(({ name }) => name === file.name)
    if (entry === undefined) {
      notes.push(bad(file.name, 'It is missing.'))
      continue
    }
    try {
      const hash = createHash('sha256')
      for await (const chunk of zipContent(bytes, entry)) hash.update(chunk)
      if (entry.bytes !== file.bytes || hash.digest('hex') !== file.sha256)
        notes.push(bad(file.name, 'It was changed: it does not have the SHA-256 that the manifest states.'))
    } catch (error) {
      notes.push(bad(file.name, `It was changed or cut: ${error instanceof Error ? error.message : String(error)}`))
    }
  }
  return notes
}
