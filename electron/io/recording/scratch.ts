import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder of this program run alone, for what a recording is unpacked into; only this user may read it (mkdtemp: 0700). */
export interface Scratch {
  readonly path: (name: string) => string
  readonly remove: () => void
}

export const createScratch = (): Scratch => {
  const folder = mkdtempSync(join(tmpdir(), 'tripscope-recording-'))
  return {
    path: (name) => join(folder, name),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
