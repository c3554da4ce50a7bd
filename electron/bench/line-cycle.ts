import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Log } from '../core/ports.ts'
import { systemClock } from '../io/clock.ts'
import { openModbusLine } from '../io/modbus/open-modbus-line.ts'
import { planReads, type ReadBlock } from '../../shared/profile/read-plan.ts'
import { readMeterProfile } from '../../shared/profile/read-profile.ts'
import type { BenchFigure, BenchResult } from './result.ts'

const turnaroundMs = 20
const warmUp = 2
const allowedRatio = 1.1
const sweepTarget = 4

const log: Log = { debug: () => undefined, info: () => undefined, warn: console.warn, error: console.error }

const ready = (child: ChildProcess, word: string): Promise<void> =>
  new Promise((resolve, reject) => {
    let text = ''
    const listen = (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes(word)) resolve()
    }
    child.stdout?.on('data', listen)
    child.stderr?.on('data', listen)
    child.once('error', (error) => {
      reject(new Error(`${error.message}; the bench needs socat (apt install socat)`))
    })
    child.once('exit', (code) => {
      reject(new Error(`${child.spawnfile} ended with ${String(code)}: ${text}`))
    })
  })

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = new Promise((resolve) => {
    child.once('exit', resolve)
  })
  child.kill('SIGKILL')
  await exited
}

/** Characters of request and reply on the wire, the slave's turnaround, and the two silences that end the frames. */
const modelMs = (block: ReadBlock, baud: number): number => {
  const characterMs = 10_000 / baud
  const silenceMs = baud > 19_200 ? 1.75 : 3.5 * characterMs
  return (8 + 5 + 2 * block.count) * characterMs + turnaroundMs + 2 * silenceMs
}

const measure = async (blocks: readonly ReadBlock[], baud: 9600 | 115200, sweeps: number): Promise<number> => {
  const folder = mkdtempSync(join(tmpdir(), 'tripscope-bench-'))
  const [near, far] = [join(folder, 'near'), join(folder, 'far')]
  const socat = spawn('socat', ['-d', '-d', `pty,raw,echo=0,link=${near}`, `pty,raw,echo=0,link=${far}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  await ready(socat, 'starting data transfer loop')
  const slave = spawn(
    process.execPath,
    [fileURLToPath(new URL('paced-slave.ts', import.meta.url)), far, String(baud), String(turnaroundMs)],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  await ready(slave, 'ready')
  const line = openModbusLine(
    { transport: 'serial', id: 'bench', path: near, baud, parity: 'none', stopBits: 1, localEcho: false },
    { clock: systemClock, log },
  )
  try {
    const ratios: number[] = []
    let failed = 0
    for (let sweep = 0; ratios.length < sweeps; sweep += 1) {
      const startMs = performance.now()
      const outcomes = await Promise.all(
        blocks.map(({ functionCode, address, count }) =>
          line.transact({ unit: 1, functionCode, address, count }, { deadlineMs: 500, priority: 'read' }),
        ),
      )
      // On a busy machine the slave itself may be stopped within a reply: such a sweep measures the machine and is left out.
      const bad = outcomes.find((outcome) => !outcome.ok)
      if (bad !== undefined && !bad.ok) {
        failed += 1
        if (failed > sweeps) throw new Error(bad.fault.message)
        continue
      }
      const wantedMs = blocks.reduce((sum, block) => sum + modelMs(block, baud), 0)
      if (sweep >= warmUp) ratios.push((performance.now() - startMs) / wantedMs)
    }
    return ratios.toSorted((a, b) => a - b)[Math.floor(ratios.length / 2)] ?? NaN
  } finally {
    await line.close()
    await stop(slave)
    await stop(socat)
    rmSync(folder, { recursive: true, force: true })
  }
}

/** How many requests an SDM630 takes, and how near the line comes to what the wire allows. */
export const run = async (): Promise<BenchResult> => {
  const file = 'eastron-sdm630.yaml'
  const { profile } = readProfileOf(
    readFileSync(fileURLToPath(new URL(`../../assets/profiles/meters/${file}`, import.meta.url)), 'utf8'),
    file,
  )
  const sweep = planReads(profile, ['fast', 'normal', 'slow'])
  const fast = planReads(profile, ['fast'])
  const results: BenchFigure[] = [
    {
      label: 'requests in a full SDM630 sweep',
      value: sweep.length,
      unit: '',
      target: `at most ${String(sweepTarget)}`,
      met: sweep.length <= sweepTarget,
    },
  ]
  for (const [baud, sweeps] of [
    [9600, 12],
    [115200, 40],
  ] as const) {
    for (const [name, blocks] of [
      ['full sweep', sweep],
      ['fast quantities', fast],
    ] as const) {
      const ratio = await measure(blocks, baud, sweeps)
      results.push({
        label: `SDM630 ${name} at ${String(baud)} baud, against the wire's own time`,
        value: ratio,
        unit: 'x',
        target: `at most ${allowedRatio.toFixed(2)}`,
        met: ratio <= allowedRatio,
      })
    }
  }
  return { name: 'Line cycle: a meter on RTU, slave with 20 ms turnaround pacing its bytes', results }
}

const readProfileOf = (text: string, file: string) => {
  const read = readMeterProfile(text, file)
  if (!read.ok) throw new Error(`${file} cannot be read: ${JSON.stringify(read)}`)
  return { profile: read.profile }
}
