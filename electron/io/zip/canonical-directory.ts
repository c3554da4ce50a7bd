import { localHeadBytes, type Bytes, type ZipEntry } from './zip-directory.ts'

const directoryHead = 0x02014b50
const endHead = 0x06054b50

/** The entry of the list of files for a file, as our own writer makes it (APPNOTE 4.3.12): what it repeats is taken from the file's own header. */
const recordOf = async (bytes: Bytes, entry: ZipEntry): Promise<Buffer> => {
  const local = await bytes.read(entry.offset, localHeadBytes)
  const name = Buffer.from(entry.name, 'utf8')
  const head = Buffer.alloc(46)
  head.writeUInt32LE(directoryHead, 0)
  head.writeUInt16LE(20, 4)
  // Version needed, flags, method, time and date.
  local.copy(head, 6, 4, 14)
  head.writeUInt32LE(entry.crc, 16)
  head.writeUInt32LE(entry.packedBytes, 20)
  head.writeUInt32LE(entry.bytes, 24)
  head.writeUInt16LE(name.length, 28)
  head.writeUInt32LE(entry.offset, 42)
  return Buffer.concat([head, name])
}

/**
 * Whether everything behind the last file is exactly what our own writer makes of the files: nothing hidden, nothing changed, also where no
 * reader would look.
 */
export const directoryOf = async (
  bytes: Bytes,
  entries: readonly ZipEntry[],
): Promise<{ readonly isCanonical: boolean }> => {
  const list = Buffer.concat(await Promise.all(entries.map((entry) => recordOf(bytes, entry))))
  const end = Buffer.alloc(22)
  const at = bytes.size - list.length - end.length
  if (at < 0) return { isCanonical: false }
  end.writeUInt32LE(endHead, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(list.length, 12)
  end.writeUInt32LE(at, 16)
  const last = entries.at(-1)
  // Behind the packed bytes of each file stand its sum and sizes (16 bytes), and then the next one, or the list.
  const endOf = ({ offset, name, packedBytes }: ZipEntry): number =>
    offset + localHeadBytes + Buffer.byteLength(name) + packedBytes + 16
  const isTight =
    last !== undefined &&
    entries.every((entry, index) => endOf(entry) === (entries[index + 1]?.offset ?? at)) &&
    (await hasDescriptor(bytes, last, at - 16))
  return { isCanonical: isTight && Buffer.concat([list, end]).equals(await bytes.read(at, list.length + end.length)) }
}

/** The last file is the seal, which covers all but itself: what stands before and behind it is looked at here. */
const hasDescriptor = async (bytes: Bytes, entry: ZipEntry, at: number): Promise<boolean> => {
  const expected = Buffer.alloc(16)
  expected.writeUInt32LE(0x08074b50, 0)
  expected.writeUInt32LE(entry.crc, 4)
  expected.writeUInt32LE(entry.packedBytes, 8)
  expected.writeUInt32LE(entry.bytes, 12)
  const local = await bytes.read(entry.offset, localHeadBytes)
  // No sum and no sizes, a name and no extra: as for every file that is written while it is made.
  const isPlain = local.subarray(14, 26).every((byte) => byte === 0) && local.readUInt16LE(28) === 0
  return isPlain && expected.equals(await bytes.read(at, 16))
}
