import { createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import type { DeckNote } from '../../../shared/api/deck-contract.ts'
import { recordFileName, recordHeadName } from '../../core/record/tape/record-file.ts'
import { openFileBytes, type FileBytes } from '../zip/file-bytes.ts'
import { zipContent } from '../zip/zip-content.ts'
import { salvageZip, type Salvaged } from '../zip/salvage.ts'
import { readZipDirectory, type ZipEntry } from '../zip/zip-directory.ts'
import { zipLimits } from '../zip/zip-limits.ts'
import type { Scratch } from './scratch.ts'

/** What a file is, and where its record lies as plain lines. */
export interface Recording {
  readonly kind: 'record' | 'snapshot'
  readonly recordPath: string
  /** 0: it holds none; a snapshot of a time whose record was not kept any more. */
  readonly recordBytes: number
  /** The parts of a snapshot that are whole; empty for a record. */
  readonly entries: readonly ZipEntry[]
  /** What is known already to be wrong with the file. */
  readonly notes: readonly DeckNote[]
  readonly bytes: FileBytes
}

/** At most this much of a record is unpacked. */
const limited = (most: number) =>
  async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let size = 0
    for await (const chunk of source) {
      size += chunk.length
      if (size > most) throw new Error('unpacked, the record is larger than any of ours')
      yield chunk
    }
  }

const unpack = async (source: AsyncIterable<Buffer>, path: string): Promise<number> => {
  await pipeline(Readable.from(limited(zipLimits.entryBytes)(source)), createWriteStream(path, { mode: 0o600 }))
  return (await stat(path)).size
}

const cutText = 'The file was cut: the list of its parts at the end is missing. What comes before is shown.'

/** The files of a zip by its list; where that is gone, as far as they can be found. */
const filesOf = async (bytes: FileBytes): Promise<{ found: readonly Salvaged[]; notes: DeckNote[] }> => {
  const entries = await readZipDirectory(bytes)
  if (entries !== null) return { found: entries.map((entry) => ({ entry, isWhole: true })), notes: [] }
  const found = await salvageZip(bytes)
  const notes: DeckNote[] = [{ tone: 'alarm', part: null, text: cutText }]
  for (const { entry, isWhole } of found)
    if (!isWhole) notes.push({ tone: 'alarm', part: entry.name, text: 'The file was cut in the middle of it.' })
  return { found, notes }
}

const unpackSnapshot = async (bytes: FileBytes, recordPath: string) => {
  const { found, notes } = await filesOf(bytes)
  const record = found.find(({ entry }) => entry.name === recordFileName)
  const isOurs = found.some(({ entry: { name } }) => name === 'site.yaml' || name === recordHeadName)
  if (record === undefined && !isOurs)
    throw new Error(
      `${notes.length === 0 ? '' : 'it was cut before its record; '}it has no ${recordFileName} and no site.yaml: it is no snapshot of Tripscope`,
    )
  try {
    if (record !== undefined) await unpack(zipContent(bytes, record.entry, record.isWhole), recordPath)
  } catch (error) {
    // What was unpacked before the damage is on the disk, and can be played.
    notes.push({ tone: 'alarm', part: recordFileName, text: `It was changed or cut: ${whyOf(error)}` })
  }
  return {
    recordBytes: record === undefined ? 0 : (await stat(recordPath)).size,
    entries: found.flatMap(({ entry, isWhole }) => (isWhole ? [entry] : [])),
    notes,
  }
}

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/**
 * Opens a snapshot, or a file of `monitor --record`, plain or with gzip. Rejects with a sentence where it is none; nothing of it is in
 * memory, and nothing is written but into the scratch folder.
 */
export const openRecording = async (path: string, scratch: Scratch): Promise<Recording> => {
  const bytes = await openFileBytes(path)
  try {
    const start = await bytes.read(0, 2)
    const isZip = start[0] === 0x50 && start[1] === 0x4b
    const isGzip = start[0] === 0x1f && start[1] === 0x8b
    if (!isZip && !isGzip)
      return { kind: 'record', recordPath: path, recordBytes: bytes.size, entries: [], notes: [], bytes }
    const recordPath = scratch.path(recordFileName)
    if (isGzip) {
      const plain = async function* (): AsyncGenerator<Buffer> {
        for (let at = 0; at < bytes.size; at += 65_536) yield await bytes.read(at, 65_536)
      }
      const gunzip = Readable.from(plain(), { objectMode: true, highWaterMark: 1 }).pipe(createGunzip())
      return {
        kind: 'record',
        recordPath,
        recordBytes: await unpack(gunzip, recordPath),
        entries: [],
        notes: [],
        bytes,
      }
    }
    return { kind: 'snapshot', recordPath, bytes, ...(await unpackSnapshot(bytes, recordPath)) }
  } catch (error) {
    await bytes.close()
    throw error
  }
}
