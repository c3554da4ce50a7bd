import { createHash } from 'node:crypto'
import { protocolFileSchema, protocolNames, type ProtocolFile } from '../../../shared/acceptance/protocol-file.ts'
import type { AcceptanceRun } from '../../../shared/acceptance/run.ts'
import type { ProtocolNotice } from '../../../shared/api/acceptance-contract.ts'
import { checkSeal } from '../recording/check-seal.ts'
import { partJson } from '../recording/parts.ts'
import { zipContent } from '../zip/zip-content.ts'
import { readZipDirectory, type Bytes, type ZipEntry } from '../zip/zip-directory.ts'

export interface ProtocolCheck {
  readonly isSound: boolean
  readonly notices: readonly ProtocolNotice[]
  /** What can be read of it, sound or not. */
  readonly run: AcceptanceRun | null
}

const inMemory = (content: Uint8Array): Bytes => {
  const buffer = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  return { size: buffer.length, read: (at, length) => Promise.resolve(buffer.subarray(at, at + length)) }
}
const alarm = (part: string, text: string): ProtocolNotice => ({ tone: 'alarm', part, text })
const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const hashOf = async (bytes: Bytes, entry: ZipEntry): Promise<string> => {
  const hash = createHash('sha256')
  for await (const piece of zipContent(bytes, entry)) hash.update(piece)
  return hash.digest('hex')
}

/** Every document against the list in protocol.json: none missing, none added, none other than it was. */
const checkFiles = async (
  bytes: Bytes,
  entries: readonly ZipEntry[],
  { files }: ProtocolFile,
): Promise<readonly ProtocolNotice[]> => {
  const notices: ProtocolNotice[] = []
  for (const { name, sha256 } of files) {
    const entry = entries.find((each) => each.name === name)
    if (entry === undefined) {
      notices.push(alarm(name, 'It is missing: it was taken out after the protocol was made.'))
      continue
    }
    try {
      if ((await hashOf(bytes, entry)) !== sha256)
        notices.push(alarm(name, 'Its content is not what protocol.json lists: it was changed.'))
    } catch (error) {
      notices.push(alarm(name, `It can't be read: ${whyOf(error)}`))
    }
  }
  const known = new Set([...files.map(({ name }) => name), protocolNames.json, 'seal.json'])
  for (const { name } of entries)
    if (!known.has(name)) notices.push(alarm(name, 'It was added after the protocol was made.'))
  return notices
}

/** Whether a protocol is as it was sealed; what was changed is named. Never throws for what is in the file. */
export const checkProtocol = async (content: Uint8Array): Promise<ProtocolCheck> => {
  const bytes = inMemory(content)
  let entries: readonly ZipEntry[]
  try {
    const read = await readZipDirectory(bytes)
    if (read === null) throw new Error('it has no list of files; it was cut, or is none')
    entries = read
  } catch (error) {
    const why = `It is no protocol of an acceptance test, or its list of files was changed: ${whyOf(error)}`
    return { isSound: false, notices: [alarm('the file', why)], run: null }
  }
  // The words of the seal speak of a snapshot; the same seal is on both.
  const sealNotes = (await checkSeal(bytes, entries, () => undefined)).map((note) => ({
    ...note,
    part: note.part ?? 'the file',
    text: note.text.replace('the snapshot', 'the protocol'),
  }))
  const notices: ProtocolNotice[] = [...sealNotes]
  let run: AcceptanceRun | null = null
  try {
    const parsed = protocolFileSchema.safeParse(await partJson(bytes, entries, protocolNames.json))
    if (parsed.success) {
      run = parsed.data.run
      const told = new Set(notices.filter(({ tone }) => tone === 'alarm').map(({ part }) => part))
      notices.push(...(await checkFiles(bytes, entries, parsed.data)).filter(({ part }) => !told.has(part)))
    } else {
      const [issue] = parsed.error.issues
      notices.push(
        alarm(
          protocolNames.json,
          `It is no protocol of this program: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
        ),
      )
    }
  } catch (error) {
    notices.push(alarm(protocolNames.json, `It can't be read: ${whyOf(error)}`))
  }
  return { isSound: notices.every(({ tone }) => tone !== 'alarm'), notices, run }
}
