import { open } from 'node:fs/promises'
import type { Bytes } from './zip-directory.ts'

export interface FileBytes extends Bytes {
  readonly close: () => Promise<void>
}

/** Bytes of a regular file, anywhere in it. Rejects where it is none. */
export const openFileBytes = async (path: string): Promise<FileBytes> => {
  const file = await open(path)
  try {
    const stats = await file.stat()
    if (!stats.isFile()) throw new Error(`${path} is not a regular file`)
    return {
      size: stats.size,
      read: async (at, length) => {
        const buffer = Buffer.alloc(Math.max(0, Math.min(length, stats.size - at)))
        const { bytesRead } = await file.read(buffer, 0, buffer.length, at)
        return buffer.subarray(0, bytesRead)
      },
      close: () => file.close(),
    }
  } catch (error) {
    await file.close()
    throw error
  }
}
