import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { createClient, type ConnectedClient } from '../../shared/api/client.ts'
import { contract, type TripscopeContract } from '../../shared/api/contract.ts'
import { createWebLink } from '../host-node/web-link.ts'
import { systemClock } from '../io/clock.ts'

export type ScreenClient = ConnectedClient<TripscopeContract>
/** The browser host as a process of its own, and one screen's end of its link, without a browser. */
export interface RunningHost {
  readonly process: ChildProcess
  readonly client: ScreenClient
  /** SIGKILL: nothing of it runs any more when this resolves. */
  readonly kill: () => Promise<void>
  /** As a person ends it. */
  readonly end: () => Promise<void>
}

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const readySchema = z.looseObject({
  type: z.literal('ready'),
  port: z.number(),
  tokens: z.looseObject({ operator: z.string() }),
})
const endWithinMs = 15_000

const readyOf = (host: ChildProcess): Promise<z.infer<typeof readySchema>> =>
  new Promise((resolve, reject) => {
    host.once('exit', (code, signal) => reject(new Error(`the host ended (${signal ?? `code ${code}`})`)))
    if (host.stdout === null) return reject(new Error('the host has no output'))
    createInterface({ input: host.stdout }).on('line', (line) => {
      if (line.startsWith('{"type":"ready"')) resolve(readySchema.parse(JSON.parse(line)))
    })
  })

const linkTo = (port: number, token: string): Promise<ScreenClient> => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/link`, ['tripscope.v1', `token.${token}`], {
    headers: { origin: `http://127.0.0.1:${port}` },
  })
  return new Promise((resolve, reject) => {
    socket
      .once('open', () => resolve(createClient(contract, createWebLink(socket, systemClock, quiet))))
      .once('error', reject)
  })
}

/** Starts the program on a site file. Rejects where it ends before it is ready; it needs a build, as it serves the screen too. */
export const startHost = async (siteFile: string, folder: string): Promise<RunningHost> => {
  const host = spawn(
    process.execPath,
    [join(import.meta.dirname, '..', 'host-node', 'main.ts'), '--json', '--data', folder, '--site', siteFile],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, TRIPSCOPE_CHECK_OUTPUTS: '1' } },
  )
  try {
    const { port, tokens } = await readyOf(host)
    const client = await linkTo(port, tokens.operator)
    await client.welcome
    const over = async (signal: NodeJS.Signals): Promise<void> => {
      if (host.exitCode !== null || host.signalCode !== null) return
      const exited = once(host, 'exit')
      host.kill(signal)
      const killer = setTimeout(() => host.kill('SIGKILL'), endWithinMs)
      await exited
      clearTimeout(killer)
    }
    return { process: host, client, kill: () => over('SIGKILL'), end: () => over('SIGTERM') }
  } catch (error) {
    host.kill('SIGKILL')
    throw error
  }
}
