import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Log } from '../core/ports.ts'
import type { ModbusLine } from '../core/lines/modbus-line.ts'
import { systemClock } from '../io/clock.ts'
import { openModbusLine } from '../io/modbus/open-modbus-line.ts'
import type { BenchResult } from './result.ts'

const seconds = 2
const rounds = 3
const count = 10
const target = 0.7
const log: Log = { debug: () => undefined, info: () => undefined, warn: console.warn, error: console.error }

const compile = (folder: string): string => {
  const file = join(folder, 'modbus-rate')
  const source = fileURLToPath(new URL('native/modbus-rate.c', import.meta.url))
  const built = spawnSync('cc', ['-O2', '-o', file, source, '-I/usr/include/modbus', '-lmodbus'], { encoding: 'utf8' })
  if (built.status !== 0)
    throw new Error(`the C client can't be compiled (apt install gcc libmodbus-dev): ${built.stderr}`)
  return file
}

const freePort = (): Promise<number> =>
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

const serving = (file: string, port: number): Promise<ChildProcess> =>
  new Promise((resolve, reject) => {
    const child = spawn(file, ['serve', String(port)], { stdio: ['ignore', 'pipe', 'inherit'] })
    child.stdout.on('data', () => {
      resolve(child)
    })
    child.once('exit', (code) => {
      reject(new Error(`the slave ended with ${String(code)}`))
    })
  })

const connected = (line: ModbusLine): Promise<void> =>
  new Promise((resolve) => {
    if (line.status().state === 'connected') resolve()
    else
      line.onEvent(({ kind }) => {
        if (kind === 'connected') resolve()
      })
  })

/** Requests a second of our line, `ahead` at once, to the same slave. */
const ours = async (port: number, ahead: number): Promise<number> => {
  const line = openModbusLine(
    { transport: 'tcp', id: 'bench', host: '127.0.0.1', port, ...(ahead > 1 ? { pipeline: ahead } : {}) },
    { clock: systemClock, log },
  )
  await connected(line)
  let done = 0
  const startMs = performance.now()
  const caller = async (): Promise<void> => {
    while (performance.now() - startMs < seconds * 1000) {
      const address = done % 100
      done += 1
      const outcome = await line.transact(
        { unit: 1, functionCode: 3, address, count },
        { deadlineMs: 1000, priority: 'read' },
      )
      if (!outcome.ok || outcome.words[1] !== address + 1) throw new Error('a wrong reply')
    }
  }
  await Promise.all(Array.from({ length: ahead }, caller))
  const rate = (done / (performance.now() - startMs)) * 1000
  await line.close()
  return rate
}

const median = (values: readonly number[]): number =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? NaN

/** Requests a second on one TCP connection, one after the other, against a client in C on libmodbus; the slave is libmodbus too. */
export const run = async (): Promise<BenchResult> => {
  const folder = mkdtempSync(join(tmpdir(), 'tripscope-bench-'))
  const file = compile(folder)
  const port = await freePort()
  const slave = await serving(file, port)
  try {
    const rates = { c: [] as number[], ours: [] as number[], ahead: [] as number[] }
    // The slave takes one client at a time; rounds alternate, so that a busy machine is busy for all.
    for (let round = 0; round < rounds; round += 1) {
      const { stdout } = await promisify(execFile)(file, ['read', String(port), String(seconds), String(count)])
      rates.c.push(Number(stdout))
      rates.ours.push(await ours(port, 1))
      rates.ahead.push(await ours(port, 8))
    }
    const ratio = median(rates.ours) / median(rates.c)
    return {
      name: `Request rate on one TCP connection, reads of ${String(count)} registers`,
      results: [
        {
          label: 'our line, one request after the other, against libmodbus in C',
          value: ratio,
          unit: 'x',
          target: `at least ${String(target)}`,
          met: ratio >= target,
        },
        {
          label: 'our line with pipeline: 8, against libmodbus in C',
          value: median(rates.ahead) / median(rates.c),
          unit: 'x',
          target: 'told, no target',
          met: true,
        },
        {
          label: 'our line, requests a second',
          value: median(rates.ours),
          unit: '/s',
          target: 'told, no target',
          met: true,
        },
        {
          label: 'libmodbus, requests a second',
          value: median(rates.c),
          unit: '/s',
          target: 'told, no target',
          met: true,
        },
      ],
    }
  } finally {
    slave.removeAllListeners('exit')
    slave.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}
