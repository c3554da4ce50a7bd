import { utilityProcess } from 'electron'
import { createInterface } from 'node:readline'
import { programPaths } from '../host-node/program-paths.ts'
import { parseReady, type SimulatedSiteOutcome } from '../host-node/simulated-site.ts'

const readyWithinMs = 20_000

/**
 * The simulated site as an Electron utility process: packages have the fuse off that would let Electron run as plain Node. A
 * utility process has no standard input and ends with the main process.
 */
export const startUtilitySimulator = (options: readonly string[]): Promise<SimulatedSiteOutcome> =>
  new Promise((resolve) => {
    const child = utilityProcess.fork(programPaths.simulator, [...options], {
      stdio: ['ignore', 'pipe', 'inherit'],
      serviceName: 'Tripscope simulated site',
    })
    const exitListeners = new Set<(why: string) => void>()
    let stopping = false
    let exited: () => void = () => undefined
    const exit = new Promise<void>((done) => {
      exited = done
    })
    const timer = setTimeout(() => {
      resolve({ ok: false, message: `the simulated site was not ready within ${readyWithinMs / 1000} s` })
      child.kill()
    }, readyWithinMs)
    child.on('exit', (code) => {
      clearTimeout(timer)
      exited()
      const why = `the simulated site stopped (code ${code})`
      resolve({ ok: false, message: `${why} before it was ready` })
      if (!stopping) for (const listener of exitListeners) listener(why)
    })
    if (!child.stdout) return
    createInterface({ input: child.stdout }).on('line', (line) => {
      const ready = parseReady(line)
      if (!ready) return
      clearTimeout(timer)
      resolve({
        ok: true,
        site: {
          siteFile: ready.site,
          ready,
          onExit: (listener) => exitListeners.add(listener),
          stop: async () => {
            stopping = true
            if (child.kill()) await exit
          },
        },
      })
    })
  })
