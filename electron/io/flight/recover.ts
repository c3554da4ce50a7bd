import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '../../core/ports.ts'
import { joinSegments, trimKept } from './frozen.ts'
import { segmentsIn } from './spool.ts'

/** Folders of a site's flight recorder. */
export const flightFolders = (base: string) => ({
  spool: join(base, 'flight'),
  held: join(base, 'flight', 'held'),
  kept: join(base, 'incidents-kept'),
  /** Written at the start, taken away at a proper end. */
  mark: join(base, 'flight', 'running'),
})

const stamp = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-')
const headOf = (path: string): string => readFileSync(path, 'utf8').split('\n', 1)[0] ?? ''
const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined

/** The newest run's segments: those that share the head of the last one. */
export const newestRun = (paths: readonly string[]): readonly string[] => {
  const last = paths.at(-1)
  if (last === undefined) return []
  const head = headOf(last)
  return paths.filter((path) => headOf(path) === head)
}

/**
 * What an earlier run left because it was killed: an incident whose file was not made yet becomes a record of what had been written down by
 * then, and so does the last quarter of an hour of a run that ended without an end. Answers the files, for whoever tells of them.
 */
export const recoverFlight = async (base: string, log: Log): Promise<readonly string[]> => {
  const { spool, held, kept, mark } = flightFolders(base)
  const made: string[] = []
  const make = async (name: string, paths: readonly string[]): Promise<void> => {
    if (paths.length === 0) return
    try {
      const file = join(kept, name)
      await joinSegments(paths, file)
      made.push(file)
    } catch (error) {
      log.error('what an earlier run left could not be made a record', { name, error: String(error) })
    }
  }
  const incidents = isThere(held) ? readdirSync(held) : []
  for (const name of incidents) {
    const folder = join(held, name)
    await make(`incident-${name}-interrupted.ndjson`, newestRun(segmentsIn(folder)))
    rmSync(folder, { recursive: true, force: true })
  }
  if (incidents.length === 0 && isThere(mark) && isThere(spool)) {
    const paths = newestRun(segmentsIn(spool))
    const last = paths.at(-1)
    if (last !== undefined) await make(`interrupted-${stamp(statSync(last).mtimeMs)}.ndjson`, paths)
  }
  // What is left is of runs that are over.
  if (isThere(spool)) for (const path of segmentsIn(spool)) rmSync(path, { force: true })
  if (made.length > 0) trimKept(kept)
  return made
}
