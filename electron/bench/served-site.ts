import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** The built program and the built simulator as processes of their own, for benches that look at the screen. */
const dist = join(import.meta.dirname, '..', '..', 'dist')

const firstJson = (child: ChildProcess, what: string): Promise<Readonly<Record<string, unknown>>> =>
  new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${what} ended with code ${code}; run "npm run build" first`)))
    if (child.stdout === null) return reject(new Error(`${what} has no output`))
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{')) resolve(JSON.parse(line) as Readonly<Record<string, unknown>>)
    })
  })

export const startSimulation = async (): Promise<{ readonly siteFile: string; readonly end: () => Promise<void> }> => {
  const child = spawn(process.execPath, [join(dist, 'simulator', 'main.js'), '--seed', '7'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ready = await firstJson(child, 'the simulator')
  return {
    siteFile: String(ready['site']),
    end: async () => {
      child.stdin.end()
      await once(child, 'exit')
    },
  }
}

export const startServed = async (
  siteFile: string,
  folder: string,
): Promise<{ readonly url: string; readonly end: () => Promise<void> }> => {
  const child = spawn(
    process.execPath,
    [join(dist, 'host-node', 'main.js'), '--json', '--data', folder, '--site', siteFile],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const ready = await firstJson(child, 'the host')
  return {
    url: String(ready['url']),
    end: async () => {
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}
