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
const cpuTarget = 0.6
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

/** The product with 200 meters at 1 Hz and 20 at 5 Hz on 40 lines: polling, detectors, cycle and store, as a process of its own. */
export const run = async ({ isLong }: BenchOptions): Promise<BenchResult> => {
  const measuredMs = isLong ? longMs : shortMs
  const warmUpMs = isLong ? longWarmUpMs : shortWarmUpMs
  const folder = mkdtempSync(join(tmpdir(), 'tripscope-bench-'))
  const slaves = spawn(process.execPath, [sibling('many-slaves.ts'), String(lineCount)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ports = await new Promise<number[]>((resolve) => {
    createInterface({ input: slaves.stdout }).once('line', (line) => {
      resolve(JSON.parse(line) as number[])
    })
  })
  const siteFile = join(folder, 'site.yaml')
  writeFileSync(siteFile, siteText(ports))
  const host = spawn(process.execPath, ['--expose-gc', sibling('site-host.ts'), siteFile, join(folder, 'data')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const reports: { atMs: number; report: Report }[] = []
  let isGone = false
  host.once('exit', () => {
    isGone = true
  })
  createInterface({ input: host.stdout }).on('line', (line) =>
    reports.push({ atMs: performance.now(), report: JSON.parse(line) as Report }),
  )
  try {
    const pid = host.pid
    if (pid === undefined) throw new Error('the host did not start')
    await pause(warmUpMs)
    if (isGone) throw new Error('the host ended by itself')
    const memory = async (): Promise<readonly [number, number]> => {
      const from = reports.length
      host.stdin.write('memory\n')
      for (;;) {
        const found = reports.slice(from).find(({ report }) => report.heapBytes !== undefined)
        if (found?.report.heapBytes !== undefined) return [found.atMs, found.report.heapBytes]
        if (isGone) throw new Error('the host ended by itself')
        await pause(100)
      }
    }
    const latest = () => reports.findLast(({ report }) => report.devices !== undefined)?.report.devices
    const before = await memory()
    await pause(settleMs)
    const [startMs, startCpu, first] = [performance.now(), cpuSeconds(pid), latest()]
    const resident: [number, number][] = []
    while (performance.now() - startMs < measuredMs) {
      await pause(2000)
      resident.push([performance.now(), residentBytes(pid)])
    }
    const cpu = ((cpuSeconds(pid) - startCpu) * 1000) / (performance.now() - startMs)
    const last = latest()
    const after = await memory()
    if (first === undefined || last === undefined) throw new Error('the host told no health')
    const devices = Object.entries(last)
    const skipped = devices.map(([id, device]) => device.skippedSweeps - (first[id]?.skippedSweeps ?? 0))
    const overdue = devices.map(([, device]) => device.latenessMs / device.periodMs)
    const wellCount = devices.filter(([, device]) => device.state === 'ok').length
    const growth = slopePerMinute([before, after])
    return {
      name: `A whole site: ${String(slowMeters)} meters at 1 Hz and ${String(fastMeters)} at 5 Hz on ${String(lineCount)} lines, for ${String(measuredMs / 60_000)} min`,
      results: [
        {
          label: 'share of one core, all threads',
          value: cpu,
          unit: '',
          target: `under ${String(cpuTarget)}`,
          met: cpu < cpuTarget,
        },
        {
          label: 'latest start of a sweep in the last minute, in periods',
          value: Math.max(...overdue),
          unit: '',
          target: 'under 2: no period missed by more than one',
          met: Math.max(...overdue) < 2,
        },
        {
          label: 'sweeps skipped, most of one meter',
          value: Math.max(...skipped),
          unit: '',
          target: 'told, no target',
          met: true,
        },
        {
          label: 'meters well at the end',
          value: wellCount,
          unit: '',
          target: String(slowMeters + fastMeters),
          met: wellCount === slowMeters + fastMeters,
        },
        {
          label: 'memory in use after collection, growth a minute',
          value: growth / 1024,
          unit: 'KiB',
          target: isLong
            ? `under ${String(flatBytesPerMinute / 1024)}`
            : 'told: the ten minutes kept are still filling; --long judges',
          met: !isLong || growth < flatBytesPerMinute,
        },
        {
          label: 'memory in use after collection',
          value: after[1] / 2 ** 20,
          unit: 'MiB',
          target: 'told, no target',
          met: true,
        },
        {
          label: 'resident memory, growth a minute',
          value: slopePerMinute(resident) / 1024,
          unit: 'KiB',
          target: 'told, no target',
          met: true,
        },
      ],
      table: devices
        .toSorted(([one], [other]) => (last[other]?.latenessMs ?? 0) - (last[one]?.latenessMs ?? 0))
        .slice(0, 5)
        .map(
          ([id, device]) =>
            `${id.padEnd(10)} ${device.state}, latest start ${device.latenessMs.toFixed(0)} ms, ${String(device.skippedSweeps)} skipped, ${String(device.timeouts)} timeouts, ${String(device.lateReplies)} late replies, turnaround p95 ${device.turnaroundMs?.p95.toFixed(0) ?? '-'} ms, most ${device.turnaroundMs?.max.toFixed(0) ?? '-'} ms`,
        ),
    }
  } finally {
    if (!isGone) {
      const exited = new Promise((resolve) => {
        host.once('exit', resolve)
      })
      host.kill('SIGTERM')
      await Promise.race([
        exited,
        pause(10_000).then(() => {
          host.kill('SIGKILL')
        }),
      ])
    }
    slaves.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}
