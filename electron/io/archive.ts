import { createHash } from 'node:crypto'
import { pipeline, Readable } from 'node:stream'
import { crc32, createDeflateRaw } from 'node:zlib'
import { stringify } from 'csv-stringify/sync'
import { Zip, type AsyncFlateStreamHandler, type ZipInputFile } from 'fflate'
import type { Archive, ArchiveFile } from '../core/archive-port.ts'
import { writeParquet } from './parquet.ts'

const watched = async function* (
  content: ReturnType<ArchiveFile['content']>,
  onRun: (bytes: Uint8Array) => void,
): AsyncGenerator<Uint8Array, void> {
  for await (const bytes of content) {
    onRun(bytes)
    yield bytes
  }
}

/** Compressed off the event loop: a snapshot of a day must not stop the polling. `onRun` sees what goes in. */
const deflated = (content: ReturnType<ArchiveFile['content']>, onRun: (bytes: Uint8Array) => void) => {
  const deflate = createDeflateRaw()
  // An error of the content comes out of `deflate`; whoever leaves that ends the content. One run waits at most.
  pipeline(Readable.from(watched(content, onRun), { objectMode: true, highWaterMark: 1 }), deflate, () => undefined)
  return deflate
}

/** fflate writes the container; sizes and sums stand behind each file, so none must be known before (APPNOTE 4.4.4, bit 3). */
async function* zip(files: AsyncIterable<ArchiveFile>): AsyncGenerator<Uint8Array, void> {
  const mtime = new Date()
  const ready: Uint8Array[] = []
  const failures: Error[] = []
  const archive = new Zip((error, chunk) => {
    if (error === null) ready.push(chunk)
    else failures.push(error)
  })
  const taken = (): readonly Uint8Array[] => {
    const [failure] = failures
    if (failure !== undefined) throw failure
    return ready.splice(0)
  }
  for await (const { name, content, isStored = false } of files) {
    // 8 is deflate, 0 stored. fflate takes over `ondata` when the file is added.
    const entry: ZipInputFile & { ondata?: AsyncFlateStreamHandler } = {
      filename: name,
      size: 0,
      crc: 0,
      compression: isStored ? 0 : 8,
      // The same in the file's own header and in the list at the end, which are written at two times.
      mtime,
    }
    archive.add(entry)
    const count = (bytes: Uint8Array): void => {
      entry.size += bytes.length
      entry.crc = crc32(bytes, entry.crc)
    }
    const packed = isStored ? watched(content(), count) : deflated(content(), count)
    for await (const chunk of packed) {
      entry.ondata?.(null, chunk as Uint8Array<ArrayBuffer>, false)
      yield* taken()
    }
    entry.ondata?.(null, new Uint8Array(0), true)
    yield* taken()
  }
  archive.end()
  yield* taken()
}

export const createArchive = (): Archive => ({
  zip,
  hash: () => {
    const hash = createHash('sha256')
    return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('hex') }
  },
  csv: (rows) =>
    stringify(
      rows.map((row) => [...row]),
      { escape_formulas: true, record_delimiter: 'windows' },
    ),
  parquet: writeParquet,
  utf8: (text) => new Uint8Array(Buffer.from(text, 'utf8')),
})
