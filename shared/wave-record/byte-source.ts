/** Bytes that are read where they are needed: a file on a disk, or memory. `read` gives fewer bytes at the end and never throws for that. */
export interface ByteSource {
  readonly size: number
  /** The answer may be overwritten by the next call. */
  readonly read: (at: number, length: number) => Uint8Array
}

export const bytesSource = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  read: (at, length) => bytes.subarray(Math.min(at, bytes.length), Math.min(at + length, bytes.length)),
})

/** A part of another source. */
export const partOf = (source: ByteSource, from: number, size: number): ByteSource => {
  const most = Math.max(0, Math.min(size, source.size - from))
  return { size: most, read: (at, length) => source.read(from + at, Math.max(0, Math.min(length, most - at))) }
}
