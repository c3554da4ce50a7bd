import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createField } from '../core/field/field.ts'
import type { Log } from '../core/ports.ts'
import type { ModbusLine } from '../core/lines/modbus-line.ts'
import { systemClock } from '../io/clock.ts'
import { openModbusLine } from '../io/modbus/open-modbus-line.ts'
import type { ModbusSiteLine } from '../../shared/site/site.ts'
import { readMeterProfile } from '../../shared/profile/read-profile.ts'
import { isMbusLine, siteSchema } from '../../shared/site/site.ts'
import type { BenchResult } from './result.ts'

const meterCount = 50
const periodMs = 200
const warmUpMs = 3000
const measuredMs = 12_000
const latenessTargetMs = 50
const cpuTarget = 0.5

const log: Log = { debug: () => undefined, info: () => undefined, warn: console.warn, error: console.error }
const pause = (ms: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, ms)
  })

const portsFrom = (stdout: NodeJS.ReadableStream): Promise<number[]> =>
  new Promise((resolve) => {
    let text = ''
    stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes('\n')) resolve(JSON.parse(text) as number[])
    })
  })

/** The same line, noting when each request for `address` is made. */
const noting = (line: ModbusLine, address: number, notes: number[]): ModbusLine => ({
  ...line,
  transact: (request, options) => {
    if (request.address === address) notes.push(performance.now())
    return line.transact(request, options)
  },
})

/** How far each start lies behind its beat: the beat is the one the device's earliest starts define. */
const latenessOf = (starts: readonly number[]): number[] => {
  const phases = starts.map((start) => start % periodMs)
  const first = phases[0] ?? 0
  const offsets = phases.map((phase) => ((phase - first + 1.5 * periodMs) % periodMs) - periodMs / 2)
  const earliest = Math.min(...offsets)
  return offsets.map((offset) => offset - earliest)
}

/** Fifty SDM630 over Modbus TCP at five readings a second, through lines and acquisition as in the product. */
export const run = async (): Promise<BenchResult> => {
  const file = 'eastron-sdm630.yaml'
  const read = readMeterProfile(
    readFileSync(fileURLToPath(new URL(`../../assets/profiles/meters/${file}`, import.meta.url)), 'utf8'),
    file,
  )
  if (!read.ok) throw new Error(`${file} cannot be read`)
  const slaves = spawn(
    process.execPath,
    [fileURLToPath(new URL('many-slaves.ts', import.meta.url)), String(meterCount)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const ports = await portsFrom(slaves.stdout)
  const site = siteSchema.parse({
    version: 1,
    id: 'bench',
    name: 'Bench',
    grid: { limit: 1000 },
    circuits: [{ id: 'main' }],
    lines: ports.map((port, index) => ({ transport: 'tcp', id: `l${String(index)}`, host: '127.0.0.1', port })),
    meters: ports.map((_, index) => ({
      id: `m${String(index)}`,
      profile: read.profile.id,
      line: `l${String(index)}`,
      periodMs,
    })),
  })
  const fastAddress = Math.min(
    ...Object.values(read.profile.quantities)
      .filter((quantity) => quantity.every === 'fast')
      .map((quantity) => quantity.address),
  )
  const notes = new Map(site.lines.map((line) => [line.id, [] as number[]]))
  const lines = new Map(
    site.lines
      .filter((line) => !isMbusLine(line))
      .map((line) => [
        line.id,
        noting(
          openModbusLine(line as ModbusSiteLine, { clock: systemClock, log }),
          fastAddress,
          notes.get(line.id) ?? [],
        ),
      ]),
  )
  const acquisition = createField({
    site,
    lines,
    log,
    clock: systemClock,
    meterProfiles: new Map([[read.profile.id, read.profile]]),
    chargerProfiles: new Map(),
    mayAsk: () => true,
    onObservation: () => undefined,
  })
  acquisition.start()
  await pause(warmUpMs)
  for (const list of notes.values()) list.length = 0
  const [startMs, startCpu] = [performance.now(), process.cpuUsage()]
  await pause(measuredMs)
  const { user, system } = process.cpuUsage(startCpu)
  const elapsedMs = performance.now() - startMs
  const lists = [...notes.values()].map((list) => [...list])
  await acquisition.stop()
  await Promise.all([...lines.values()].map((line) => line.close()))
  slaves.kill('SIGKILL')

  const late = lists.flatMap(latenessOf).toSorted((a, b) => a - b)
  const p99 = late[Math.floor(late.length * 0.99)] ?? NaN
  const kept = late.length / ((meterCount * elapsedMs) / periodMs)
  const cpu = (user + system) / 1000 / elapsedMs
  return {
    name: 'Many meters: 50 SDM630 over Modbus TCP, five readings a second',
    results: [
      {
        label: 'lateness of a reading behind its beat, p99',
        value: p99,
        unit: 'ms',
        target: `under ${String(latenessTargetMs)}`,
        met: p99 < latenessTargetMs,
      },
      { label: 'readings made of those due', value: kept, unit: '', target: 'at least 0.99', met: kept >= 0.99 },
      { label: 'share of one core', value: cpu, unit: '', target: `under ${String(cpuTarget)}`, met: cpu < cpuTarget },
    ],
  }
}
