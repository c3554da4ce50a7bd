import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { kill } from 'node:process'
import type { Log } from '../../core/ports.ts'
import type { StagedFile } from './pair-parts.ts'

/** Writes a file to the disk as it comes; the sender waits for the disk. */
const writeTo = (path: string) => {
  const stream = createWriteStream(path, { mode: 0o600 })
  let failure: Error | null = null
  stream.on('error', (error) => {
    failure = error
  })
  return {
    write: (bytes: Uint8Array): Promise<void> =>
      new Promise((resolve, reject) => {
        if (failure !== null) return reject(failure)
        stream.write(bytes, (error) => (error == null ? resolve() : reject(error)))
      }),
    end: (): Promise<void> =>
      new Promise((resolve, reject) => {
        if (failure !== null) return reject(failure)
        stream.end((error?: Error | null) => (error == null ? resolve() : reject(error)))
      }),
    destroy: () => stream.destroy(),
  }
}

/** What programs left that do not run any more, by the number of their process; nothing is lost, since whoever sent a file has it. */
export const removeLeft = async (all: string): Promise<void> => {
  const runs = (process: string): boolean => {
    try {
      return kill(Number(process), 0)
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EPERM'
    }
  }
  const folders = await readdir(all).catch(() => [])
  for (const name of folders)
    if (/^\d+$/.test(name) && !runs(name)) await rm(join(all, name), { recursive: true, force: true })
}

/** The folder in which files that were sent lie while they are open. */
export const createStaging = (folder: string, nextNumber: () => number, log: Log) => ({
  /** A place for the next file; the name of a person is never a path here. */
  begin: async () => {
    const path = join(folder, `received-${nextNumber()}`)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return { path, out: writeTo(path) }
  },
  remove: async (staged: readonly Pick<StagedFile, 'path'>[]): Promise<void> => {
    for (const { path } of staged)
      await rm(path, { force: true }).catch((error: unknown) =>
        log.warn('a recording could not be removed', { path, error: String(error) }),
      )
  },
  drop: (path: string): Promise<void> => rm(path, { force: true }),
  removeAll: (): Promise<void> => rm(folder, { recursive: true, force: true }),
})
export type Staging = ReturnType<typeof createStaging>
