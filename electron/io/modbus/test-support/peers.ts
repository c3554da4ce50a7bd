import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'

/** Debian's own Python carries python3-pymodbus; another Python on the path does not. */
const python = '/usr/bin/python3'

const works = (command: string, args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0
export const hasPymodbus = works(python, ['-c', 'import pymodbus.server, serial_asyncio'])
export const hasSocat = works('socat', ['-V'])

/** A peer that is not installed is said aloud, and is a failure where the whole set is promised (CI). */
export const missingPeer = (name: string, isThere: boolean, packageName: string): boolean => {
  if (isThere) return false
  const message = `${name} is not installed: its tests are SKIPPED (apt install ${packageName})`
  if (process.env['CI'] !== undefined && process.env['CI'] !== 'false') throw new Error(message)
  console.warn(`\n!!! ${message}\n`)
  return true
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        if (address !== null && typeof address !== 'string') resolve(address.port)
      })
    })
  })

export interface Peer {
  stop(): Promise<void>
}

const started = (child: ChildProcess, name: string, isReady: (text: string) => boolean): Promise<Peer> =>
  new Promise((resolve, reject) => {
    let text = ''
    const exited = new Promise<void>((done) => {
      child.once('exit', () => {
        done()
      })
    })
    const peer: Peer = {
      async stop() {
        if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
        await exited
      },
    }
    const listen = (chunk: Buffer) => {
      text += chunk.toString()
      if (isReady(text)) resolve(peer)
    }
    child.stdout?.on('data', listen)
    child.stderr?.on('data', listen)
    child.once('error', reject)
    child.once('exit', (code) => {
      reject(new Error(`${name} ended with ${String(code)}: ${text}`))
    })
  })

export const startPymodbus = (
  kind: 'tcp' | 'rtu-over-tcp' | 'ascii-over-tcp' | 'serial' | 'ascii',
  where: string,
  baud = 9600,
): Promise<Peer> =>
  started(
    spawn(python, [fileURLToPath(new URL('pymodbus_slave.py', import.meta.url)), kind, where, String(baud)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
    'pymodbus',
    (text) => text.includes('ready'),
  )

export interface PtyPair extends Peer {
  readonly near: string
  readonly far: string
  restart(): Promise<void>
  unplug(): Promise<void>
}

/** Two pseudo-terminals joined by socat: a serial line without baud rate or parity. `unplug` takes both away. */
export const openPtyPair = async (): Promise<PtyPair> => {
  const folder = mkdtempSync(join(tmpdir(), 'tripscope-pty-'))
  const near = join(folder, 'near')
  const far = join(folder, 'far')
  const start = () =>
    started(
      spawn('socat', ['-d', '-d', `pty,raw,echo=0,link=${near}`, `pty,raw,echo=0,link=${far}`], {
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
      'socat',
      (text) => text.includes('starting data transfer loop'),
    )
  let peer = await start()
  return {
    near,
    far,
    async restart() {
      peer = await start()
    },
    unplug: () => peer.stop(),
    async stop() {
      await peer.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
