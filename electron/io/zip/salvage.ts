import { crc32, createInflateRaw } from 'node:zlib'
import { localHeadBytes, nameOf, type Bytes, type ZipEntry } from './zip-directory.ts'
import { zipLimits, type ZipLimits } from './zip-limits.ts'

const localSignature = 0x04034b50
const descriptorSignature = 0x08074b50
const descriptorBytes = 16
const chunkBytes = 64 * 1024

/** A file found in a zip whose list is gone. `isWhole` false: the zip ends in the middle of it. */
export interface Salvaged {
  readonly entry: ZipEntry
  readonly isWhole: boolean
}

/** Unpacks from a place until the packed stream ends by itself, and keeps nothing: how long it is, packed and unpacked, and its sum. */
const measure = (
  bytes: Bytes,
  from: number,
  most: number,
): Promise<{ packed: number; size: number; sum: number; isWhole: boolean }> =>
  new Promise((resolve) => {
    const inflate = createInflateRaw()
    let size = 0
    let sum = 0
    let at = from
    const settle = (isWhole: boolean): void => {
      inflate.destroy()
      resolve({ packed: inflate.bytesWritten, size, sum, isWhole })
    }
    inflate.on('data', (chunk: Buffer) => {
      size += chunk.length
      sum = crc32(chunk, sum)
      if (size > most) settle(false)
    })
    inflate.on('end', () => settle(true))
    inflate.on('error', () => settle(false))
    const feed = async (): Promise<void> => {
      const chunk = await bytes.read(at, chunkBytes)
      at += chunk.length
      if (chunk.length === 0) return void inflate.end()
      inflate.write(chunk, () => {
        if (!inflate.destroyed) feed().catch(() => settle(false))
      })
    }
    feed().catch(() => settle(false))
  })

/**
 * The files of a zip from its beginning on, for one whose list at the end is missing: as far as they follow each other. Bounded as
 * `readZipDirectory` is; stops at the first that is none of ours.
 */
export const salvageZip = async (bytes: Bytes, limits: ZipLimits = zipLimits): Promise<readonly Salvaged[]> => {
  const found: Salvaged[] = []
  const names = new Set<string>()
  let at = 0
  let total = 0
  while (found.length < limits.entries && total < limits.totalBytes) {
    const head = await bytes.read(at, localHeadBytes + limits.nameBytes)
    if (head.length < localHeadBytes || head.readUInt32LE(0) !== localSignature || head.readUInt16LE(8) !== 8) break
    const name = nameOf(head.subarray(localHeadBytes, localHeadBytes + head.readUInt16LE(26)), limits)
    if (name === null || names.has(name.toLowerCase())) break
    names.add(name.toLowerCase())
    const from = at + localHeadBytes + head.readUInt16LE(26) + head.readUInt16LE(28)
    const { packed, size, sum, isWhole } = await measure(bytes, from, limits.entryBytes)
    total += size
    const entry: ZipEntry = { name, method: 8, crc: sum, packedBytes: packed, bytes: size, offset: at }
    found.push({ entry, isWhole })
    if (!isWhole) break
    const behind = await bytes.read(from + packed, 4)
    at = from + packed + (behind.length === 4 && behind.readUInt32LE(0) === descriptorSignature ? descriptorBytes : 0)
  }
  return found
}
