import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A device of a fixture, six-meters.json or other-meters.json: what it serves and what a reader must make of it, in the units of shared/quantities.ts. */
export interface FixtureDevice {
  readonly profile: string
  readonly expected: Readonly<Record<string, number>>
}

const fixtureOf = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, FixtureDevice>>

export const sixMetersFile = fileURLToPath(new URL('six-meters.json', import.meta.url))
export const sixMeters = fixtureOf(sixMetersFile)
export const otherMetersFile = fileURLToPath(new URL('other-meters.json', import.meta.url))
export const otherMeters = fixtureOf(otherMetersFile)

export interface MeterSlave {
  /** The TCP port, for the network kinds. */
  readonly port: number
  /** Reads it refused because they were against a device's rules, in its words. */
  refusals(): readonly string[]
  stop(): Promise<void>
}

/** Starts meter-slave.py with Debian's Python, which carries python3-pymodbus. Rejects where it doesn't come up. */
export const startMeterSlave = (
  where: { kind: 'tcp' | 'rtu-over-tcp' } | { kind: 'serial'; path: string; baud?: number },
  fixture = sixMetersFile,
): Promise<MeterSlave> => {
  const script = fileURLToPath(new URL('meter-slave.py', import.meta.url))
  const how =
    where.kind === 'serial'
      ? ['--serial', where.path, '--baud', String(where.baud ?? 9600)]
      : ['--tcp', '0', ...(where.kind === 'tcp' ? [] : ['--rtu'])]
  const child = spawn('/usr/bin/python3', [script, fixture, ...how], { stdio: ['ignore', 'pipe', 'pipe'] })
  return new Promise((resolve, reject) => {
    let out = ''
    let errors = ''
    const exited = new Promise<void>((done) => {
      child.once('exit', () => {
        done()
      })
    })
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString()
    })
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      const ready = /^ready (.+)$/m.exec(out)
      if (ready === null) return
      resolve({
        port: where.kind === 'serial' ? 0 : Number(ready[1]),
        refusals: () => errors.split('\n').filter((line) => line.includes(' refused: ')),
        async stop() {
          if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
          await exited
        },
      })
    })
    child.once('error', reject)
    child.once('exit', (code) => {
      reject(new Error(`meter-slave.py ended with ${String(code)}: ${errors}`))
    })
  })
}
