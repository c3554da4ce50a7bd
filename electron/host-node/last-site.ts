import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { Log } from '../core/ports.ts'
import { readOwnFileSync } from '../io/regular-file.ts'

/** As many as a person reads at a glance. */
const mostRecent = 8
const schema = z.object({ site: z.string().nullable(), recent: z.array(z.string()).catch([]).default([]) })
type Kept = z.infer<typeof schema>

const read = (file: string): Kept => {
  try {
    return schema.parse(JSON.parse(readOwnFileSync(file) ?? ''))
  } catch {
    // No file yet, or one cut short by a power failure: as at the first start.
    return { site: null, recent: [] }
  }
}

/** The site file that was open last; null for the simulated site, and where nothing is known. */
export const readLastSite = (file: string): string | null => read(file).site

/** Site files that were open on this computer, the newest first, also those that are no longer there. */
export const readRecentSites = (file: string): readonly string[] => read(file).recent

export const keepLastSite = (file: string, site: string | null, log: Log): void => {
  const before = readRecentSites(file)
  const recent = site === null ? [...before] : [site, ...before.filter((path) => path !== site)].slice(0, mostRecent)
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, JSON.stringify({ site, recent } satisfies Kept))
  } catch (error) {
    log.warn('which site is open could not be kept for the next start', { error: String(error) })
  }
}

const openSchema = z.object({ open: z.array(z.string().nullable()).catch([]) })

/** The site files that were open when the program last ran, in their order; null: the simulated site. */
export const readOpenSites = (file: string): readonly (string | null)[] => {
  try {
    return openSchema.parse(JSON.parse(readOwnFileSync(file) ?? '')).open
  } catch {
    return []
  }
}

export const keepOpenSites = (file: string, open: readonly (string | null)[], log: Log): void => {
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, JSON.stringify({ open }))
  } catch (error) {
    log.warn('which sites are open could not be kept for the next start', { error: String(error) })
  }
}
