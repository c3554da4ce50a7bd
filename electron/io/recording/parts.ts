import { zipContent } from '../zip/zip-content.ts'
import type { Bytes, ZipEntry } from '../zip/zip-directory.ts'
import { BadZip } from '../zip/zip-limits.ts'

/** A part that is read whole, such as 5000 events with all they say. Editable assumption. */
const mostTextBytes = 64 * 1024 * 1024
const mostLineBytes = 16 * 1024 * 1024

/** The text of a part; null: it is not there. Throws `BadZip` where it can't be read or is larger than any. */
export const partText = async (bytes: Bytes, entries: readonly ZipEntry[], name: string): Promise<string | null> => {
  const entry = entries.find((each) => each.name === name)
  if (entry === undefined) return null
  if (entry.bytes > mostTextBytes) throw new BadZip(`${name} is larger than any of ours`)
  const chunks: Buffer[] = []
  for await (const chunk of zipContent(bytes, entry)) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

/** A part as JSON; null: it is not there. Throws where it is none. */
export const partJson = async (bytes: Bytes, entries: readonly ZipEntry[], name: string): Promise<unknown> => {
  const text = await partText(bytes, entries, name)
  if (text === null) return null
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new BadZip(`${name} is not JSON: it was changed`)
  }
}

/** The lines of a part in runs, without line ends; never more of it in memory than a piece and one line. */
export const partLines = async function* (bytes: Bytes, entry: ZipEntry): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of zipContent(bytes, entry)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/)
    rest = lines.pop() ?? ''
    if (rest.length > mostLineBytes) throw new BadZip(`${entry.name} has a line longer than any of ours`)
    const full = lines.filter((line) => line !== '')
    if (full.length > 0) yield full
  }
  if (rest !== '') yield [rest]
}
