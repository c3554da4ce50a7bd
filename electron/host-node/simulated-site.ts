import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { programPaths } from './program-paths.ts'

/** The first line a simulator prints: where its site file is; whatever else it says goes to whoever started the host. */
const readySchema = z.looseObject({ site: z.string() })
export type SimulatorReady = Readonly<z.infer<typeof readySchema>>

export interface SimulatedSite {
  readonly siteFile: string
  readonly ready: SimulatorReady
  readonly onExit: (listener: (why: string) => void) => void
  readonly stop: () => Promise<void>
}
export type SimulatedSiteOutcome =
  { readonly ok: true; readonly site: SimulatedSite } | { readonly ok: false; readonly message: string }

const readyWithinMs = 15_000
const stopWithinMs = 3000

/** Reads the ready line, or null where the text is something else. */
export const parseReady = (line: string): SimulatorReady | null => {
  try {
    const parsed = readySchema.safeParse(JSON.parse(line))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

/** Starts the simulated site as a process of its own. It ends by itself when our end of its standard input closes, however we end. */
export const startSimulatedSite = (options: readonly string[] = []): Promise<SimulatedSiteOutcome> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [programPaths.simulator, ...options], {
      stdio: ['pipe', 'pipe', 'inherit'],
      // Ctrl-C goes to a terminal's whole process group; the simulated chargers must outlive it until we led them to their fallback.
      detached: process.platform !== 'win32',
    })
    const exitListeners = new Set<(why: string) => void>()
    let stopping = false
    const exited = new Promise<void>((done) => {
      child.on('exit', (code, signal) => {
        done()
        const why = `the simulated site stopped (${signal ?? `code ${code}`})`
        settle({ ok: false, message: `${why} before it was ready` })
        if (!stopping) for (const listener of exitListeners) listener(why)
      })
    })
    const timer = setTimeout(() => {
      settle({ ok: false, message: `the simulated site was not ready within ${readyWithinMs / 1000} s` })
      child.kill()
    }, readyWithinMs)
    const settle = (outcome: SimulatedSiteOutcome) => {
      clearTimeout(timer)
      resolve(outcome)
    }
    child.on('error', (error) =>
      settle({ ok: false, message: `the simulated site can't be started: ${error.message}` }),
    )
    // A child that ended closes its input: nothing to do about it here, `exit` tells.
    child.stdin.on('error', () => undefined)

    createInterface({ input: child.stdout }).on('line', (line) => {
      const ready = parseReady(line)
      if (!ready) return
      settle({
        ok: true,
        site: {
          siteFile: ready.site,
          ready,
          onExit: (listener) => exitListeners.add(listener),
          stop: async () => {
            stopping = true
            child.stdin.end()
            const killer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs)
            await exited
            clearTimeout(killer)
          },
        },
      })
    })
  })
