import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import type { ByteSource } from '../../../shared/wave-record/byte-source.ts'

/** Without it the opening of a pipe would wait for whoever writes, and the thread with it; Windows has neither. */
const notWaiting = process.platform === 'win32' ? 0 : constants.O_NONBLOCK

/** A file that is read where it is needed; its bytes are never all in memory. Throws as `openSync` does, and where it is no file. */
export const openFileSource = (path: string): ByteSource & { readonly close: () => void } => {
  const handle = openSync(path, constants.O_RDONLY | notWaiting)
  const facts = fstatSync(handle)
  if (!facts.isFile()) {
    closeSync(handle)
    throw new Error('it is no file but a folder, a pipe or a device')
  }
  const { size } = facts
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
