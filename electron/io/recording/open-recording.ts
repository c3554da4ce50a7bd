import { createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { recordFileName } from '../../core/record/tape/record-file.ts'
import { openFileBytes, type FileBytes } from '../zip/file-bytes.ts'
import { zipContent } from '../zip/zip-content.ts'
import { readZipDirectory, type ZipEntry } from '../zip/zip-directory.ts'
import { zipLimits } from '../zip/zip-limits.ts'
import type { Scratch } from './scratch.ts'

/** What a file is, and where its record lies as plain lines. */
export interface Recording {
  readonly kind: 'record' | 'snapshot'
  readonly recordPath: string
  readonly recordBytes: number
  /** The parts of a snapshot; empty for a record. */
  readonly entries: readonly ZipEntry[]
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
    if (!isZip && !isGzip) return { kind: 'record', recordPath: path, recordBytes: bytes.size, entries: [], bytes }
    const recordPath = scratch.path(recordFileName)
    if (isGzip) {
      const plain = async function* (): AsyncGenerator<Buffer> {
        for (let at = 0; at < bytes.size; at += 65_536) yield await bytes.read(at, 65_536)
      }
      const gunzip = Readable.from(plain(), { objectMode: true, highWaterMark: 1 }).pipe(createGunzip())
      return { kind: 'record', recordPath, recordBytes: await unpack(gunzip, recordPath), entries: [], bytes }
    }
    const entries = await readZipDirectory(bytes)
    if (entries === null) throw new Error('the list of its files at the end is missing: the file was cut')
    const record = entries.find(({ name }) => name === recordFileName)
    if (record === undefined)
      throw new Error(`it has no ${recordFileName}: it is no snapshot of Tripscope, or of a version without a record`)
    return {
      kind: 'snapshot',
      recordPath,
      recordBytes: await unpack(zipContent(bytes, record), recordPath),
      entries,
      bytes,
    }
  } catch (error) {
    await bytes.close()
    throw error
  }
}
