import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { unzipSync } from 'fflate'
import { recordFileName, recordOf } from '../core/record/tape/record-file.ts'

/** A snapshot is unpacked in memory: more than this is none of ours, bytes. */
const mostSnapshotBytes = 512 * 1024 * 1024

const startOf = async (file: string): Promise<{ readonly bytes: Buffer; readonly size: number }> => {
  const handle = await open(file)
  try {
    const bytes = Buffer.alloc(4)
    const { bytesRead } = await handle.read(bytes, 0, 4, 0)
    return { bytes: bytes.subarray(0, bytesRead), size: (await handle.stat()).size }
  } finally {
    await handle.close()
  }
}

const ofSnapshot = async (file: string): Promise<Readable> => {
  const chunks: Buffer[] = []
  for await (const chunk of createReadStream(file)) chunks.push(chunk as Buffer)
  const files = unzipSync(Buffer.concat(chunks), { filter: ({ name }) => name === recordFileName })
  const record = recordOf(files)
  if (record === undefined)
    throw new Error(
      `${file} has no ${recordFileName}: it is no snapshot of Tripscope, or of a version without a record`,
    )
  return Readable.from([Buffer.from(record)])
}

/**
 * The lines of a record: a file of `monitor --record`, that compressed with gzip, or a snapshot. Throws a sentence where the file
 * can't be read or is none of these.
 */
export const readRecordLines = async function* (file: string): AsyncGenerator<string> {
  const { bytes, size } = await startOf(file)
  const isZip = bytes.length >= 2 && bytes[0] === 0x50 && bytes[1] === 0x4b
  const isGzip = bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b
  if (isZip && size > mostSnapshotBytes)
    throw new Error(
      `${file} is larger than ${String(mostSnapshotBytes / 1024 / 1024)} MiB: unpack ${recordFileName} from it and play that`,
    )
  const input = isZip ? await ofSnapshot(file) : createReadStream(file)
  const plain = isGzip ? input.pipe(createGunzip()) : input
  // An error of the file must reach the reader of the lines.
  input.on('error', (error: Error) => plain.destroy(error))
  for await (const line of createInterface({ input: plain, crlfDelay: Infinity })) if (line !== '') yield line
}
