import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The folder with published records and cases beside the project; it is not part of it. */
const folder = fileURLToPath(new URL('../../../../shared/data/', import.meta.url))
export const hasReference = existsSync(folder)
if (!hasReference)
  console.warn(`\n!!! ${folder} is not there: published flicker, harmonic and waveform cases are NOT CHECKED\n`)

export const referenceText = (path: string): string => readFileSync(folder + path, 'utf8')
export const referenceJson = <T>(path: string): T => JSON.parse(referenceText(path)) as T
