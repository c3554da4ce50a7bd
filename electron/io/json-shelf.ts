import { readFileSync } from 'node:fs'
import { replaceFile } from './replace-file.ts'

/** One small file of JSON, written whole: a program that dies meanwhile leaves the old one. */
export interface JsonShelf {
  /** undefined: there is no such file. Throws with the file's name where it can't be read. */
  readonly recall: () => unknown
  /** Resolves when it is on the disk. */
  readonly keep: (value: unknown) => Promise<void>
}

/** `mayKeep`: false for a second instance on the same site, which reads and writes nothing. */
export const openJsonShelf = (file: string, mayKeep: boolean): JsonShelf => {
  let writing: Promise<void> = Promise.resolve()
  return {
    recall: () => {
      try {
        return JSON.parse(readFileSync(file, 'utf8')) as unknown
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw new Error(`${file}: ${String(error)}`, { cause: error })
      }
    },
    keep: (value) => {
      if (!mayKeep)
        return Promise.reject(
          new Error('another program has this site open; change it there, or close it and try again'),
        )
      const next = writing.then(() => replaceFile(file, JSON.stringify(value, null, 1)))
      // One that failed must not fail those after it; whoever asked for it has been told.
      writing = next.catch(() => undefined)
      return next
    },
  }
}
