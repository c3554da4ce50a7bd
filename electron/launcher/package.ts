import { buildProgram } from './build-program.ts'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { checkPackages } from './check-package.ts'
import { bin, root, run } from './project.ts'

/** `npm run package [-- --dir] [-- --linux|--win|--mac]`: an installable program in release/. */
const args = process.argv.slice(2)
const override = process.env['ELECTRON_OVERRIDE_DIST_PATH']
const release = join(root, 'release')
// What an earlier version packed would be looked at too.
rmSync(release, { recursive: true, force: true })
await buildProgram()
// A runtime of another version than the one we ship is good for trying the package, never for shipping it.
if (override) process.stderr.write(`Packaging with the runtime in ${override}: for a test, not for release.\n`)
const code = await run(bin('electron-builder'), [
  ...args,
  '--config',
  'electron-builder.yml',
  '--publish',
  'never',
  ...(override ? [`-c.electronDist=${override}`, ...versionOf(override)] : []),
])

const problems = code === 0 ? checkPackages(release) : []
for (const problem of problems) process.stderr.write(`${problem}\n`)
process.exitCode = problems.length > 0 ? 1 : code

function versionOf(folder: string): string[] {
  const version = /(\d+\.\d+\.\d+)/.exec(folder)?.[1]
  return version ? [`-c.electronVersion=${version}`] : []
}
