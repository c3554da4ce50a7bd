import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { DeviceHealth } from '../../shared/model/health.ts'
import type { BenchOptions, BenchResult } from './result.ts'

const lineCount = 40
const slowMeters = 200
const fastMeters = 20
const shortWarmUpMs = 20_000
/** The live traces and the line doctor's tapes hold ten minutes; until they are full memory must grow. */
const longWarmUpMs = 660_000
const shortMs = 60_000
const longMs = 600_000
/** With the record on, of a quiet machine. */
const cpuTarget = 0.35
/** Growth that is no leak: caches and the one-minute intervals of 220 meters, bytes a minute. */
const flatBytesPerMinute = 512 * 1024
const pause = (ms: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, ms)
  })
const sibling = (name: string) => fileURLToPath(new URL(name, import.meta.url))

interface Report {
  readonly heapBytes?: number
  readonly devices?: Readonly<Record<string, DeviceHealth>>
}
/** A collection must not stand in the last minute of which lateness is told. */
const settleMs = 75_000

/** Seconds of processor time of a whole process, its threads too (proc(5), fields 14 and 15). */
const cpuSeconds = (pid: number): number => {
  const fields =
    readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
      .split(') ')[1]
      ?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}
const residentBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1]) * 1024

/** Least squares, per minute. */
const slopePerMinute = (points: readonly (readonly [number, number])[]): number => {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length
  const over = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0)
  return (over / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)) * 60_000
}

const siteText = (ports: readonly number[]): string =>
  JSON.stringify({
    version: 1,
    id: 'bench',
    name: 'Bench',
    grid: { limit: 1000 },
    circuits: [{ id: 'main' }],
    lines: ports.map((port, index) => ({ transport: 'tcp', id: `line-${String(index)}`, host: '127.0.0.1', port })),
    meters: [
      ...Array.from({ length: slowMeters }, (_, index) => ({
        id: `slow-${String(index)}`,
        profile: 'eastron-sdm630',
        line: `line-${String(index % lineCount)}`,
        unit: 1 + Math.floor(index / lineCount),
      })),
      ...Array.from({ length: fastMeters }, (_, index) => ({
        id: `fast-${String(index)}`,
        profile: 'eastron-sdm630',
        line: `line-${String(index * 2)}`,
        unit: 100,
        periodMs: 200,
      })),
    ],
  })

const startSlaves = async () => {
  const slaves = spawn(process.execPath, [sibling('many-slaves.ts'), String(lineCount)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ports = await new Promise<number[]>((resolve) => {
    createInterface({ input: slaves.stdout }).once('line', (line) => {
      resolve(JSON.parse(line) as number[])
    })
  })
  return { ports, stop: () => slaves.kill('SIGKILL') }
}

/** The product as a process of its own, and what it tells of itself. */
const startHost = (siteFile: string, dataFolder: string) => {
  const host = spawn(process.execPath, ['--expose-gc', sibling('site-host.ts'), siteFile, dataFolder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const { pid } = host
  if (pid === undefined) throw new Error('the host did not start')
  const reports: { atMs: number; report: Report }[] = []
  let isGone = false
  host.once('exit', () => {
    isGone = true
  })
  createInterface({ input: host.stdout }).on('line', (line) =>
    reports.push({ atMs: performance.now(), report: JSON.parse(line) as Report }),
  )
  const mustRun = (): void => {
    if (isGone) throw new Error('the host ended by itself')
  }
  return {
    pid,
    mustRun,
    /** After a collection: when, and bytes in use. */
    memory: async (): Promise<readonly [number, number]> => {
      const from = reports.length
      host.stdin.write('memory\n')
      for (;;) {
        const found = reports.slice(from).find(({ report }) => report.heapBytes !== undefined)
        if (found?.report.heapBytes !== undefined) return [found.atMs, found.report.heapBytes]
        mustRun()
        await pause(100)
      }
    },
    devices: (): Readonly<Record<string, DeviceHealth>> => {
      const told = reports.findLast(({ report }) => report.devices !== undefined)?.report.devices
      if (told === undefined) throw new Error('the host told no health')
      return told
    },
    stop: async (): Promise<void> => {
      if (isGone) return
      const exited = new Promise((resolve) => {
        host.once('exit', resolve)
      })
      host.kill('SIGTERM')
      await Promise.race([exited, pause(10_000).then(() => host.kill('SIGKILL'))])
    },
  }
}
type Host = ReturnType<typeof startHost>

interface Measured {
  /** Share of one core, all threads. */
  readonly cpu: number
  readonly first: Readonly<Record<string, DeviceHealth>>
  readonly last: Readonly<Record<string, DeviceHealth>>
  readonly heapBytes: number
  readonly heapPerMinute: number
  readonly residentPerMinute: number
}

const measure = async (host: Host, measuredMs: number): Promise<Measured> => {
  const before = await host.memory()
  await pause(settleMs)
  const [startMs, startCpu, first] = [performance.now(), cpuSeconds(host.pid), host.devices()]
  const resident: [number, number][] = []
  while (performance.now() - startMs < measuredMs) {
    await pause(2000)
    resident.push([performance.now(), residentBytes(host.pid)])
  }
  const cpu = ((cpuSeconds(host.pid) - startCpu) * 1000) / (performance.now() - startMs)
  const last = host.devices()
  const after = await host.memory()
  return {
    ...{ cpu, first, last },
    heapBytes: after[1],
    heapPerMinute: slopePerMinute([before, after]),
    residentPerMinute: slopePerMinute(resident),
  }
}

const told = (label: string, value: number, unit = ''): BenchResult['results'][number] => ({
  ...{ label, value, unit },
  target: 'told, no target',
  met: true,
})

const resultsOf = (
  { cpu, first, last, heapBytes, heapPerMinute, residentPerMinute }: Measured,
  isLong: boolean,
): BenchResult['results'] => {
  const devices = Object.entries(last)
  const skipped = devices.map(([id, device]) => device.skippedSweeps - (first[id]?.skippedSweeps ?? 0))
  const latest = Math.max(...devices.map(([, device]) => device.latenessMs / device.periodMs))
  const wellCount = devices.filter(([, device]) => device.state === 'ok').length
  return [
    {
      label: 'share of one core, all threads',
      value: cpu,
      unit: '',
      // A starved machine leaves sweeps out, and is cheap by that.
      target: `under ${String(cpuTarget)}, with no period missed by more than one`,
      met: cpu < cpuTarget && latest < 2,
    },
    {
      label: 'latest start of a sweep in the last minute, in periods',
      value: latest,
      unit: '',
      target: 'under 2: no period missed by more than one',
      met: latest < 2,
    },
    told('sweeps skipped, most of one meter', Math.max(...skipped)),
    {
      label: 'meters well at the end',
      value: wellCount,
      unit: '',
      target: String(slowMeters + fastMeters),
      met: wellCount === slowMeters + fastMeters,
    },
    {
      label: 'memory in use after collection, growth a minute',
      value: heapPerMinute / 1024,
      unit: 'KiB',
      target: isLong
        ? `under ${String(flatBytesPerMinute / 1024)}`
        : 'told: the ten minutes kept are still filling; --long judges',
      met: !isLong || heapPerMinute < flatBytesPerMinute,
    },
    told('memory in use after collection', heapBytes / 2 ** 20, 'MiB'),
    told('resident memory, growth a minute', residentPerMinute / 1024, 'KiB'),
  ]
}

/** The five meters that were read latest. */
const latestOf = ({ last }: Measured): readonly string[] =>
  Object.entries(last)
    .toSorted(([, one], [, other]) => other.latenessMs - one.latenessMs)
    .slice(0, 5)
    .map(
      ([id, device]) =>
        `${id.padEnd(10)} ${device.state}, latest start ${device.latenessMs.toFixed(0)} ms, ${String(device.skippedSweeps)} skipped, ${String(device.timeouts)} timeouts, ${String(device.lateReplies)} late replies, turnaround p95 ${device.turnaroundMs?.p95.toFixed(0) ?? '-'} ms, most ${device.turnaroundMs?.max.toFixed(0) ?? '-'} ms`,
    )

/** The product with 200 meters at 1 Hz and 20 at 5 Hz on 40 lines: polling, detectors, cycle and store, as a process of its own. */
export const run = async ({ isLong }: BenchOptions): Promise<BenchResult> => {
  const measuredMs = isLong ? longMs : shortMs
  const folder = mkdtempSync(join(tmpdir(), 'tripscope-bench-'))
  const slaves = await startSlaves()
  const siteFile = join(folder, 'site.yaml')
  writeFileSync(siteFile, siteText(slaves.ports))
  const host = startHost(siteFile, join(folder, 'data'))
  try {
    await pause(isLong ? longWarmUpMs : shortWarmUpMs)
    host.mustRun()
    const measured = await measure(host, measuredMs)
    return {
      name: `A whole site: ${String(slowMeters)} meters at 1 Hz and ${String(fastMeters)} at 5 Hz on ${String(lineCount)} lines, for ${String(measuredMs / 60_000)} min`,
      results: resultsOf(measured, isLong),
      table: latestOf(measured),
    }
  } finally {
    await host.stop()
    slaves.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
