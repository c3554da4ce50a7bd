import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { IncidentShelf } from '../core/forensics/incident-shelf.ts'
import type { Log } from '../core/ports.ts'
import { incidentSchema, type Incident } from '../../shared/forensics/incident.ts'
import { replaceFile } from './replace-file.ts'

/** The oldest go beyond this; with its half hour of readings an incident takes some 100 to 300 kB. Editable assumption. */
const mostIncidents = 300
/** No incident of ours is larger, bytes. */
const largestBytes = 32 * 1024 * 1024
const fileName = /^[0-9A-Za-z-]{1,80}\.json$/

/** `incidents` in the site's data folder. */
export const openIncidentShelf = (
  siteFolder: string,
  { log, mayKeep }: { readonly log: Log; readonly mayKeep: boolean },
): IncidentShelf => {
  const folder = join(siteFolder, 'incidents')
  let writing: Promise<unknown> = Promise.resolve()
  const inOrder = <T>(task: () => Promise<T>): Promise<T> => {
    const done = writing.then(task, task)
    writing = done.catch(() => undefined)
    return done
  }
  const names = async (): Promise<readonly string[]> => {
    try {
      return (await readdir(folder)).filter((name) => fileName.test(name)).sort()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    }
  }
  const readOne = async (name: string): Promise<Incident | string> => {
    try {
      const text = await readFile(join(folder, name), 'utf8')
      if (text.length > largestBytes) return `${name} is larger than any incident`
      const read = incidentSchema.safeParse(JSON.parse(text))
      return read.success
        ? read.data
        : `${name}: ${read.error.issues[0]?.path.join('.') ?? ''} ${read.error.issues[0]?.message ?? ''}`
    } catch (error) {
      return `${name}: ${error instanceof Error ? error.message : String(error)}`
    }
  }
  const prune = async (): Promise<void> => {
    const all = await names()
    for (const name of all.slice(0, Math.max(0, all.length - mostIncidents))) {
      await rm(join(folder, name), { force: true })
      await rm(join(folder, name.replace(/\.json$/, '')), { recursive: true, force: true })
    }
  }
  const refuse = (): Promise<never> => Promise.reject(new Error('another program keeps the incidents of this site'))

  return {
    list: async () => {
      const incidents: Incident[] = []
      const problems: string[] = []
      for (const name of await names()) {
        const read = await readOne(name)
        if (typeof read === 'string') problems.push(read)
        else incidents.push(read)
      }
      if (problems.length > 0) log.warn('incidents could not be read', { folder, problems: problems.slice(0, 5) })
      const problem =
        problems.length === 0
          ? null
          : `${String(problems.length)} kept incidents can't be read and are left as they are (${problems[0] ?? ''}); the others are shown`
      return { incidents: incidents.sort((a, b) => a.atMs - b.atMs), problem }
    },
    keep: (incident) =>
      mayKeep
        ? inOrder(async () => {
            await replaceFile(join(folder, `${incident.id}.json`), JSON.stringify(incident))
            await prune()
          })
        : refuse(),
    keepPhoto: (incidentId, photoId, bytes) =>
      mayKeep ? inOrder(() => replaceFile(join(folder, incidentId, photoId), bytes)) : refuse(),
    photo: async (incidentId, photoId) => {
      try {
        return new Uint8Array(await readFile(join(folder, incidentId, photoId)))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
        throw error
      }
    },
  }
}
