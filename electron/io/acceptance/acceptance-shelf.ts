import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runSchema, type AcceptanceRun } from '../../../shared/acceptance/run.ts'
import type { AcceptanceShelf } from '../../core/acceptance/acceptance-shelf.ts'
import type { Log } from '../../core/ports.ts'
import { openJsonShelf } from '../json-shelf.ts'
import { replaceFile } from '../replace-file.ts'

const runName = /^[0-9A-Za-z-]{1,80}$/
/** A run of two hundred meters with all its evidence has some megabytes. */
const largestBytes = 128 * 1024 * 1024

const bytesOf = async (file: string): Promise<Uint8Array | null> => {
  try {
    return new Uint8Array(await readFile(file))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** `acceptance` in the site's data folder: a folder for each run with `run.json`, its photos and its sealed protocol; `duties.json` beside. */
export const openAcceptanceShelf = (
  siteFolder: string,
  { log, mayKeep }: { readonly log: Log; readonly mayKeep: boolean },
): AcceptanceShelf => {
  const folder = join(siteFolder, 'acceptance')
  const duties = openJsonShelf(join(folder, 'duties.json'), mayKeep)
  let writing: Promise<unknown> = Promise.resolve()
  /** One after the other, so that the newest is what stays. */
  const inOrder = (task: () => Promise<void>): Promise<void> => {
    if (!mayKeep) return Promise.reject(new Error('another program keeps the acceptance tests of this site'))
    const done = writing.then(task, task)
    writing = done.catch(() => undefined)
    return done
  }
  const readOne = async (name: string): Promise<AcceptanceRun | string | null> => {
    try {
      const bytes = await bytesOf(join(folder, name, 'run.json'))
      if (bytes === null) return null
      if (bytes.length > largestBytes) return `${name}/run.json is larger than any run`
      const read = runSchema.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')))
      if (read.success) return read.data
      const [issue] = read.error.issues
      return `${name}/run.json: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`
    } catch (error) {
      return `${name}/run.json: ${error instanceof Error ? error.message : String(error)}`
    }
  }
  return {
    list: async () => {
      const runs: AcceptanceRun[] = []
      const problems: string[] = []
      const found = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
        throw error
      })
      for (const entry of found) {
        if (!entry.isDirectory() || !runName.test(entry.name)) continue
        const read = await readOne(entry.name)
        if (typeof read === 'string') problems.push(read)
        else if (read !== null) runs.push(read)
      }
      if (problems.length > 0)
        log.warn('acceptance tests could not be read', { folder, problems: problems.slice(0, 5) })
      const problem =
        problems.length === 0
          ? null
          : `${problems.length} kept acceptance tests can't be read and are left as they are (${problems[0] ?? ''}); the others are shown`
      return { runs: runs.toSorted((a, b) => a.createdAtMs - b.createdAtMs), problem }
    },
    keep: (run) => inOrder(() => replaceFile(join(folder, run.id, 'run.json'), JSON.stringify(run, null, 1))),
    keepPhoto: (runId, photoId, bytes) => inOrder(() => replaceFile(join(folder, runId, 'photos', photoId), bytes)),
    photo: (runId, photoId) => bytesOf(join(folder, runId, 'photos', photoId)),
    keepProtocol: (runId, bytes) => inOrder(() => replaceFile(join(folder, runId, 'protocol.zip'), bytes)),
    protocol: (runId) => bytesOf(join(folder, runId, 'protocol.zip')),
    duties: duties.recall,
    keepDuties: duties.keep,
  }
}
