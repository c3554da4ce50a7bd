import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { ByteSource } from '../../../shared/wave-record/byte-source.ts'

/** A file that is read where it is needed; its bytes are never all in memory. Throws as `openSync` does. */
export const openFileSource = (path: string): ByteSource & { readonly close: () => void } => {
  const handle = openSync(path, 'r')
  const size = fstatSync(handle).size
  let buffer = Buffer.alloc(0)
  return {
    size,
    read: (at, length) => {
      const wanted = Math.max(0, Math.min(length, size - at))
      if (buffer.length < wanted) buffer = Buffer.allocUnsafeSlow(wanted)
      let done = 0
      while (done < wanted) {
        const got = readSync(handle, buffer, done, wanted - done, at + done)
        if (got === 0) break
        done += got
      }
      return buffer.subarray(0, done)
    },
    close: () => closeSync(handle),
  }
}
