import { crc32, createInflateRaw } from 'node:zlib'
import { Readable } from 'node:stream'
import { dataOffset, type Bytes, type ZipEntry } from './zip-directory.ts'
import { BadZip } from './zip-limits.ts'

const chunkBytes = 64 * 1024

const packedBytes = async function* (bytes: Bytes, from: number, length: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < length; at += chunkBytes) {
    const chunk = await bytes.read(from + at, Math.min(chunkBytes, length - at))
    if (chunk.length === 0) throw new BadZip('the file ends in the middle of it')
    yield chunk
  }
}

const unpacked = (entry: ZipEntry, packed: AsyncGenerator<Buffer>): AsyncIterable<Buffer> => {
  if (entry.method === 0) return packed
  const inflate = createInflateRaw()
  const source = Readable.from(packed, { objectMode: true, highWaterMark: 1 })
  source.on('error', (error) => inflate.destroy(error))
  inflate.on('close', () => source.destroy())
  return source.pipe(inflate)
}

/**
 * The content of a file in a zip, piece by piece; never more of it than its stated size. Throws `BadZip` at its end (or before) where its
 * size or its sum is not what the zip states. `isWhole` false: the file was cut in it, and what there is of it is given.
 */
export async function* zipContent(bytes: Bytes, entry: ZipEntry, isWhole = true): AsyncGenerator<Buffer, void> {
  const from = await dataOffset(bytes, entry)
  let size = 0
  let sum = 0
  try {
    for await (const chunk of unpacked(entry, packedBytes(bytes, from, entry.packedBytes))) {
      size += chunk.length
      if (size > entry.bytes) throw new BadZip(`${entry.name} is larger than the zip states`)
      sum = crc32(chunk, sum)
      yield chunk
    }
  } catch (error) {
    if (!isWhole) return
    if (error instanceof BadZip) throw error
    throw new BadZip(`${entry.name} can't be unpacked: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (size !== entry.bytes) throw new BadZip(`${entry.name} is shorter than the zip states: it was cut or changed`)
  if (sum !== entry.crc) throw new BadZip(`${entry.name} does not have the sum the zip states: it was changed`)
}
