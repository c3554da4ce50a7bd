import { webcrypto } from 'node:crypto'
import { promisify } from 'node:util'
import { crc32, deflateRaw } from 'node:zlib'
import { stringify } from 'csv-stringify/sync'
import { Zip, type AsyncFlateStreamHandler, type ZipInputFile } from 'fflate'
import type { Archive } from '../core/ports.ts'

const deflate = promisify(deflateRaw)

/** A zip made of files compressed off the event loop: a snapshot of a day must not stop the polling. */
const zip = async (files: Readonly<Record<string, Uint8Array>>): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = []
  const failures: Error[] = []
  const archive = new Zip((error, chunk) => {
    if (error !== null) failures.push(error)
    else chunks.push(chunk)
  })
  for (const [filename, bytes] of Object.entries(files)) {
    const packed = await deflate(bytes)
    // fflate writes the container; 8 is deflate. It takes over `ondata` when the file is added.
    const entry: ZipInputFile & { ondata?: AsyncFlateStreamHandler } = {
      filename,
      size: bytes.length,
      crc: crc32(bytes),
      compression: 8,
    }
    archive.add(entry)
    entry.ondata?.(null, packed, true)
  }
  archive.end()
  const [failure] = failures
  if (failure !== undefined) throw failure
  return new Uint8Array(Buffer.concat(chunks))
}

export const createArchive = (): Archive => ({
  zip,
  sha256: async (bytes) => Buffer.from(await webcrypto.subtle.digest('SHA-256', new Uint8Array(bytes))).toString('hex'),
  csv: (rows) =>
    stringify(
      rows.map((row) => [...row]),
      { escape_formulas: true, record_delimiter: 'windows' },
    ),
  base64: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
  utf8: (text) => new Uint8Array(Buffer.from(text, 'utf8')),
})
