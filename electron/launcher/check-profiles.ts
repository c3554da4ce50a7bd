import { join, resolve } from 'node:path'
import { checkProfiles } from './profile-table.ts'
import { root } from './project.ts'

/** `npm run check:profiles -- [folder]`: the catalogue as a table, and exit 1 with every problem where there is one. */
const { table, problems } = await checkProfiles(resolve(process.argv[2] ?? join(root, 'assets', 'profiles')))
process.stdout.write(`${table}\n`)
for (const problem of problems) process.stderr.write(`${problem}\n`)
process.stderr.write(
  problems.length === 0
    ? 'All profiles are sound and read their golden words.\n'
    : `${problems.length} problem${problems.length === 1 ? '' : 's'}.\n`,
)
process.exitCode = problems.length === 0 ? 0 : 1
