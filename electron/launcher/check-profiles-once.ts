import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadCatalogue } from '../io/catalogue.ts'
import { profileKey } from '../io/checked-profiles.ts'

/** Reads and checks the program's own profiles once, for all starts of what is built (io/checked-profiles.ts). */
export const checkProfilesOnce = async (profilesFolder: string, into: string): Promise<void> => {
  const { meters, chargers, mbus, problems } = await loadCatalogue(profilesFolder)
  const kinds = [
    ['meters', meters],
    ['chargers', chargers],
    ['mbus', mbus],
  ] as const
  const entries = kinds.flatMap(([folder, profiles]) =>
    [...profiles].map(([id, profile]): readonly [string, unknown] => {
      const read = (name: string): string => readFileSync(join(profilesFolder, folder, name), 'utf8')
      return [profileKey(read(`${id}.yaml`), read(`${id}.golden.yaml`)), profile]
    }),
  )
  // One that is wrong is told at every start, as ever.
  if (problems.length > 0)
    process.stderr.write(`${String(problems.length)} profiles are left out; they are told at the start.\n`)
  writeFileSync(into, JSON.stringify(Object.fromEntries(entries)))
}
