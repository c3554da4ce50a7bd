import { dirname, resolve } from 'node:path'
import type { ReadDimmingText } from '../core/demand/dimming-watch.ts'
import { readRegularFile } from './regular-file.ts'

/** A year of quarter hours is about 1 MB; a box writes a line. */
const largestBytes = 2 << 20

/** `path` as the site file names it, from where the site file is. */
export const dimmingFileReader =
  (siteFile: string, path: string): ReadDimmingText =>
  async () => {
    const read = await readRegularFile(resolve(dirname(siteFile), path), largestBytes)
    return read.ok ? { ok: true, text: new TextDecoder('utf-8').decode(read.bytes) } : { ok: false, why: read.why }
  }
