import { constants, readFileSync, statSync, type Stats } from 'node:fs'
import { own } from '../../shared/own.ts'
import { open, stat, type FileHandle } from 'node:fs/promises'

export type RegularFile =
  | { readonly ok: true; readonly bytes: Buffer; readonly stats: Stats }
  | { readonly ok: false; readonly code: string; readonly why: string }

const remedies: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file; check the path',
  EACCES: 'it may not be read by this user; check its permissions',
  EPERM: 'it may not be read by this user; check its permissions',
  EISDIR: 'it is a folder, not a file',
  ELOOP: 'it is a link that leads back to itself; put the file itself there',
  // What open() says of a socket, and of a device without a driver.
  ENXIO: 'it is not a regular file',
  ENODEV: 'it is not a regular file',
}

/** Why a file can't be read, with what to do; null: that is no error of a file. */
export const whyUnread = (error: unknown): string | null => {
  const code = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? null) : null
  return code === null ? null : (own(remedies, code) ?? null)
}

const kindOf = (stats: Stats): string | null =>
  stats.isFile()
    ? null
    : stats.isDirectory()
      ? (remedies['EISDIR'] as string)
      : `it is not a regular file but ${stats.isFIFO() ? 'a pipe' : stats.isSocket() ? 'a socket' : 'a device'}; put a file there`

const sizeText = (bytes: number) =>
  bytes >= 1 << 20 ? `${Math.floor(bytes / (1 << 20))} MiB` : `${Math.floor(bytes / 1024)} KiB`

/** Reads until the end or until one byte more than allowed: a file may grow, or lie about its size (/proc). */
const readBounded = async (file: FileHandle, limit: number, expected: number): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let total = 0
  for (;;) {
    const chunk = Buffer.alloc(Math.min(limit + 1 - total, Math.max(expected + 1 - total, 64 * 1024)))
    if (chunk.length === 0) break
    const { bytesRead } = await file.read(chunk, 0, chunk.length, null)
    if (bytesRead === 0) break
    chunks.push(chunk.subarray(0, bytesRead))
    total += bytesRead
  }
  return Buffer.concat(chunks)
}

/**
 * The bytes of a regular file of at most `limit` bytes. Everything else a path can be (a pipe, which would wait for its writer for
 * ever, a device, a socket, a folder, a loop of links, a huge file) is told with what to do. Never throws, never waits.
 */
export const readRegularFile = async (path: string, limit: number): Promise<RegularFile> => {
  let file: FileHandle | null = null
  try {
    // Judged before it is opened, since opening alone moves the lines of a serial port, and again after: it may have been exchanged.
    const before = await stat(path)
    const odd = kindOf(before)
    if (odd !== null) return { ok: false, code: before.isDirectory() ? 'EISDIR' : 'ENOTREG', why: odd }
    // O_NONBLOCK: opening a pipe returns at once (open(2)).
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const stats = await file.stat()
    const foreign = kindOf(stats)
    if (foreign !== null) return { ok: false, code: stats.isDirectory() ? 'EISDIR' : 'ENOTREG', why: foreign }
    const bytes = await readBounded(file, limit, Math.min(stats.size, limit))
    return bytes.length > limit
      ? { ok: false, code: 'EFBIG', why: `it is larger than ${sizeText(limit)}; check that it is the right file` }
      : { ok: true, bytes, stats }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'EUNKNOWN'
    return { ok: false, code, why: own(remedies, code) ?? `it can't be read (${code})` }
  } finally {
    await file?.close().catch(() => undefined)
  }
}

/** The text of a small file of our own, at once; null where something else stands in its place. Throws as readFileSync does. */
export const readOwnFileSync = (path: string, limit = 64 * 1024): string | null => {
  const stats = statSync(path)
  return stats.isFile() && stats.size <= limit ? readFileSync(path, 'utf8') : null
}
