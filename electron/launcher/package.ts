import { buildProgram } from './build-program.ts'
import { bin, run } from './project.ts'

/** `npm run package [-- --dir] [-- --linux|--win|--mac]`: an installable program in release/. */
const args = process.argv.slice(2)
const override = process.env['ELECTRON_OVERRIDE_DIST_PATH']
await buildProgram()
// A runtime of another version than the one we ship is good for trying the package, never for shipping it.
if (override) process.stderr.write(`Packaging with the runtime in ${override}: for a test, not for release.\n`)
process.exitCode = await run(bin('electron-builder'), [
  ...args,
  '--config',
  'electron-builder.yml',
  '--publish',
  'never',
  ...(override ? [`-c.electronDist=${override}`, ...versionOf(override)] : []),
])

function versionOf(folder: string): string[] {
  const version = /(\d+\.\d+\.\d+)/.exec(folder)?.[1]
  return version ? [`-c.electronVersion=${version}`] : []
}
