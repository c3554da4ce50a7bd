import { join } from 'node:path'
import { buildIfStale } from './build-program.ts'
import { obtainElectron, sandboxFlags } from './electron-runtime.ts'
import { hasDisplay, keepingCompiled, root, run } from './project.ts'

/** `npm start [-- --browser] [-- --site FILE]`: the desktop way, or the browser way where there is no runtime or no display. */
const args = process.argv.slice(2)
const say = (line: string) => process.stderr.write(`${line}\n`)
/** An Electron that ends this soon with an error never showed a window: a missing library or a forbidden sandbox. */
const hopelessWithinMs = 4000

if (args.includes('--help') || args.includes('-h')) {
  say(`npm start                        the simulated site in Electron, or in the browser where Electron can't run
npm start -- --browser           in the browser   [--port N]
npm start -- --browser --listen ADDRESS [--tls-cert FILE --tls-key FILE | --insecure-listen]
                                 reachable from other computers
npm start -- --site FILE         a real site
npm start -- --open FILE         a recording or snapshot, without a site
npm start -- --simulated         the simulated site, where another was open last
npm start -- --scenario NAME --seed N --verbose`)
  process.exit(0)
}

const inBrowser = async (): Promise<number> => {
  // The browser way opens what it is told; --simulated is what it does anyway.
  const own = args.filter((word) => word !== '--browser' && word !== '--simulated')
  const show = hasDisplay() && !process.env['CI'] && !own.includes('--json') ? ['--show'] : []
  const program = join(root, 'dist', 'host-node', 'main.js')
  return run(process.execPath, [program, ...own, ...show], { env: keepingCompiled() })
}

const inElectron = async (): Promise<number | null> => {
  if (!hasDisplay()) {
    say('There is no display here, so the address is printed instead of a window opened.')
    return null
  }
  const runtime = await obtainElectron()
  if (!runtime.ok) {
    say(`Electron can't be used here (${runtime.why}); opening in the browser instead.`)
    return null
  }
  const startedMs = performance.now()
  const { ELECTRON_RUN_AS_NODE: _asNode, ...env } = process.env
  const code = await run(runtime.program, [...sandboxFlags(runtime.program), root, ...args], { env })
  if (code === 0 || code === 2 || code >= 128 || performance.now() - startedMs > hopelessWithinMs) return code
  say(`Electron ended at once with code ${code} (its own words are above); opening in the browser instead.`)
  return null
}

await buildIfStale()
process.exitCode =
  (args.includes('--browser') || args.includes('--json') ? null : await inElectron()) ?? (await inBrowser())
