import { spawn } from 'node:child_process'
import { contract } from '../../shared/api/contract.ts'
import { serve } from '../../shared/api/server.ts'
import { systemClock } from '../io/clock.ts'
import { createLog } from '../io/log.ts'
import { openSite } from './open-site.ts'
import { parseServeOptions } from './options.ts'
import { createPageFiles, type ServePage } from './page-files.ts'
import { programPaths } from './program-paths.ts'
import { startSimulatedSite } from './simulated-site.ts'
import { untilStopped } from './until-stopped.ts'
import { startWebServer } from './web-server.ts'

/** The browser way: the same core and the same screen, served to a browser on this computer. */
const fail = (message: string): never => {
  process.stderr.write(`${message}\n`)
  process.exit(2)
}

const parsed = parseServeOptions(process.argv.slice(2))
if (!parsed.ok) fail(parsed.message)
const options = parsed.ok ? parsed.options : fail('')
const clock = systemClock
const log = createLog({
  format: options.json ? 'json' : 'text',
  level: options.verbose ? 'debug' : 'warn',
  nowMs: clock.nowMs,
})

const openBrowser = (url: string) => {
  const [command, args] =
    process.platform === 'win32'
      ? (['cmd', ['/c', 'start', '""', url]] as const)
      : process.platform === 'darwin'
        ? (['open', [url]] as const)
        : (['xdg-open', [url]] as const)
  const child = spawn(command, [...args], { stdio: 'ignore', detached: true })
  child.on('error', () => process.stderr.write('No browser could be opened: open the address above.\n'))
  child.unref()
}

let servePage: ServePage
try {
  servePage = createPageFiles(programPaths.renderer, 'index.html')
} catch (error) {
  fail(error instanceof Error ? error.message : String(error))
}

let reopened: (problem: string | null) => void = () => undefined
const opening = await openSite(options, {
  clock,
  log,
  startSimulator: startSimulatedSite,
  onReopened: (problem) => {
    reopened(problem)
  },
})
const site = opening.ok ? opening.site : fail(opening.message)
const asked = untilStopped()

const serving = await startWebServer({
  servePage: (path, connect) => servePage(path, connect),
  port: options.port,
  address: options.listen,
  log,
  onLink: (link, caller) =>
    void serve(contract, site.core.handlers, link, caller, {
      report: (trouble, message) =>
        log[trouble === 'failed' || trouble === 'bad-output' ? 'error' : 'warn'](message, {
          trouble,
          caller: caller.name,
        }),
      checkOutputs: process.env['TRIPSCOPE_CHECK_OUTPUTS'] === '1',
    }),
})
if (!serving.ok) {
  await site.close('the server could not start')
  fail(serving.message)
}
const server = serving.ok ? serving.server : fail('')
reopened = (problem) => {
  if (problem === null) server.dropScreens('the site file was changed and is open anew')
  else fail(problem)
}
site.core.start()

if (options.json)
  process.stdout.write(
    `${JSON.stringify({ type: 'ready', url: server.url, viewerUrl: server.viewerUrl, simulator: site.simulator })}\n`,
  )
else {
  process.stdout.write(
    `\n  Tripscope shows ${site.site.name} at\n\n    ${server.url}\n\n  For viewing only: ${server.viewerUrl}\n  Ctrl-C stops it.\n\n`,
  )
  if (options.listen !== '127.0.0.1' && options.listen !== '::1')
    process.stdout.write(
      '  Other computers can reach this address, and the connection is not encrypted: use it on a network you trust.\n\n',
    )
  if (site.lock.holder !== null) process.stdout.write(`  Read-only: this site is held by ${site.lock.holder}.\n\n`)
}
if (options.open) openBrowser(server.url)

const why = await asked
await site.close(why)
await server.close()
process.exit()
