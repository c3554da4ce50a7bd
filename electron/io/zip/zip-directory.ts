import { BadZip, zipLimits, type ZipLimits } from './zip-limits.ts'

/** One file in a zip, as the list at its end states it. */
export interface ZipEntry {
  readonly name: string
  /** 0: stored, 8: deflate. */
  readonly method: number
  readonly crc: number
  readonly packedBytes: number
  readonly bytes: number
  /** Of its local header. */
  readonly offset: number
}

/** Reads bytes anywhere in a file; fewer where it ends. */
export interface Bytes {
  readonly size: number
  readonly read: (at: number, length: number) => Promise<Buffer>
}

const endSignature = 0x06054b50
const directorySignature = 0x02014b50
const localSignature = 0x04034b50
/** APPNOTE 4.3.16, 4.3.12 and 4.3.7: without names, extras and comments. */
const endBytes = 22
const directoryHeadBytes = 46
export const localHeadBytes = 30
/** A comment behind the end may be this long (16 bits). */
const mostComment = 65_535

/** Names that a part of ours can have: no way out of a folder, nothing that a system reads in another way. */
const soundName = /^(?!\/)(?!.*(?:^|\/)\.{1,2}(?:\/|$))[A-Za-z0-9 _.+@()=,/-]+$/

/** The name of a file, where it is one that a part of ours can have. */
export const nameOf = (raw: Buffer, limits: ZipLimits): string | null => {
  const name = raw.toString('utf8')
  return raw.length === 0 || raw.length > limits.nameBytes || !soundName.test(name) ? null : name
}

const checkName = (raw: Buffer, limits: ZipLimits): string => {
  const name = nameOf(raw, limits)
  if (name !== null) return name
  throw new BadZip(
    `it holds a file named ${JSON.stringify(raw.toString('utf8').slice(0, 80))}, as no part of a snapshot is named`,
  )
}

const readEnd = async (bytes: Bytes) => {
  const length = Math.min(bytes.size, endBytes + mostComment)
  const tail = await bytes.read(bytes.size - length, length)
  for (let at = tail.length - endBytes; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== endSignature) continue
    if (at + endBytes + tail.readUInt16LE(at + 20) !== tail.length) continue
    return {
      disks: tail.readUInt16LE(at + 4) + tail.readUInt16LE(at + 6),
      here: tail.readUInt16LE(at + 8),
      entries: tail.readUInt16LE(at + 10),
      length: tail.readUInt32LE(at + 12),
      offset: tail.readUInt32LE(at + 16),
      at: bytes.size - length + at,
    }
  }
  return null
}

const entryAt = (directory: Buffer, at: number, limits: ZipLimits): { entry: ZipEntry; next: number } => {
  if (at + directoryHeadBytes > directory.length || directory.readUInt32LE(at) !== directorySignature)
    throw new BadZip('its list of files is damaged')
  const nameLength = directory.readUInt16LE(at + 28)
  const next = at + directoryHeadBytes + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32)
  if (next > directory.length) throw new BadZip('its list of files is damaged')
  const name = checkName(directory.subarray(at + directoryHeadBytes, at + directoryHeadBytes + nameLength), limits)
  const flags = directory.readUInt16LE(at + 8)
  const entry: ZipEntry = {
    name,
    method: directory.readUInt16LE(at + 10),
    crc: directory.readUInt32LE(at + 16),
    packedBytes: directory.readUInt32LE(at + 20),
    bytes: directory.readUInt32LE(at + 24),
    offset: directory.readUInt32LE(at + 42),
  }
  if ((flags & 1) !== 0) throw new BadZip(`${name} in it is encrypted; a snapshot is not`)
  if (entry.method !== 0 && entry.method !== 8)
    throw new BadZip(`${name} in it is packed in a way (${String(entry.method)}) that no snapshot uses`)
  if (entry.bytes > limits.entryBytes)
    throw new BadZip(`${name} in it would be ${String(entry.bytes)} bytes, more than any part of a snapshot`)
  return { entry, next }
}

/** Files that share bytes, or lie where the list lies, are how a small zip becomes endless. */
const checkPlaces = (entries: readonly ZipEntry[], directoryAt: number): void => {
  let free = 0
  for (const { name, offset, packedBytes } of entries.toSorted((one, other) => one.offset - other.offset)) {
    if (offset < free) throw new BadZip(`${name} in it shares bytes with another file`)
    free = offset + localHeadBytes + packedBytes
    if (free > directoryAt) throw new BadZip(`${name} in it reaches beyond where the files end`)
  }
}

/**
 * The files of a zip by the list at its end. Null: there is no such list, as in a file that was cut. Throws `BadZip` where the list is
 * none of a snapshot: too many files, a name twice or that leads elsewhere, sizes that can't be.
 */
export const readZipDirectory = async (
  bytes: Bytes,
  limits: ZipLimits = zipLimits,
): Promise<readonly ZipEntry[] | null> => {
  const end = await readEnd(bytes)
  if (end === null) return null
  if (end.disks !== 0 || end.here !== end.entries) throw new BadZip('it is one piece of a zip of several')
  if (end.entries > limits.entries)
    throw new BadZip(`it holds ${String(end.entries)} files; a snapshot has at most ${String(limits.entries)}`)
  if (end.length > limits.directoryBytes || end.offset + end.length !== end.at)
    throw new BadZip('its list of files is not where it says, or too large')
  const directory = await bytes.read(end.offset, end.length)
  const entries: ZipEntry[] = []
  const names = new Set<string>()
  let at = 0
  let total = 0
  while (at < directory.length) {
    const { entry, next } = entryAt(directory, at, limits)
    if (names.has(entry.name.toLowerCase())) throw new BadZip(`it holds ${entry.name} twice`)
    names.add(entry.name.toLowerCase())
    entries.push(entry)
    total += entry.bytes
    at = next
    if (entries.length > end.entries || total > limits.totalBytes)
      throw new BadZip('it holds more than its end states, or more than a snapshot may')
  }
  if (entries.length !== end.entries) throw new BadZip('it holds fewer files than its end states')
  checkPlaces(entries, end.offset)
  return entries
}

/** Where the packed bytes of a file begin. Throws `BadZip` where its own header says something else than the list. */
export const dataOffset = async (bytes: Bytes, entry: ZipEntry): Promise<number> => {
  const head = await bytes.read(entry.offset, localHeadBytes + zipLimits.nameBytes)
  if (head.length < localHeadBytes || head.readUInt32LE(0) !== localSignature)
    throw new BadZip(`${entry.name} does not begin where the list of files says`)
  const nameLength = head.readUInt16LE(26)
  const name = head.subarray(localHeadBytes, localHeadBytes + nameLength).toString('utf8')
  if (name !== entry.name || head.readUInt16LE(8) !== entry.method)
    throw new BadZip(`${entry.name} is named or packed otherwise in its own header`)
  return entry.offset + localHeadBytes + nameLength + head.readUInt16LE(28)
}
