import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { Log } from '../core/ports.ts'
import { readOwnFileSync } from '../io/regular-file.ts'

const schema = z.object({ site: z.string().nullable() })

/** The site file that was open last; null for the simulated site, and where nothing is known. */
export const readLastSite = (file: string): string | null => {
  try {
    return schema.parse(JSON.parse(readOwnFileSync(file) ?? '')).site
  } catch {
    // No file yet, or one cut short by a power failure: as at the first start.
    return null
  }
}

export const keepLastSite = (file: string, site: string | null, log: Log): void => {
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, JSON.stringify({ site }))
  } catch (error) {
    log.warn('which site is open could not be kept for the next start', { error: String(error) })
  }
}
