import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, describe, expect, it } from 'vitest'
import { monitorRecordSchema, type MonitorRecord } from './monitor-records.ts'
import { programPaths } from './program-paths.ts'

const folder = mkdtempSync(join(tmpdir(), 'tripscope-monitor-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const launcher = join(programPaths.root, 'electron', 'launcher', 'run.mjs')

interface Run {
  readonly code: number | null
  readonly lines: readonly string[]
  readonly problems: string
}

/** Runs the headless way as a person does; `during` sees every line and may end the program. */
const run = (
  args: readonly string[],
  during: (line: string, stop: (signal: 'SIGINT' | 'close') => void) => void = () => undefined,
) =>
  new Promise<Run>((resolve) => {
    const child = spawn(process.execPath, [launcher, 'monitor', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TRIPSCOPE_DATA: join(folder, 'data') },
    })
    const lines: string[] = []
    let problems = ''
    child.stderr.on('data', (chunk: Buffer) => {
      problems += chunk.toString()
    })
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line)
      during(line, (signal) => {
        if (signal === 'close') child.stdout.destroy()
        else child.kill(signal)
      })
    })
    child.on('close', (code) => resolve({ code, lines, problems }))
  })
const recordsOf = (lines: readonly string[]): MonitorRecord[] =>
  lines.map((line) => monitorRecordSchema.parse(JSON.parse(line)))

const siteText = `version: 1
id: one-meter
name: One meter
grid: { limit: 63 }
lines:
  - { transport: tcp, id: net, host: 127.0.0.1, port: 1 }
meters:
  - { id: main, profile: eastron-sdm630, line: net, unit: 1 }
circuits:
  - { id: incomer, meter: main, otherLoad: 63, breaker: { standard: IEC 60898-1, curve: C, rating: 63 } }
`

describe('the headless way', () => {
  it('prints hello, then live frames of the simulated site, nothing else on standard output, and ends with 0', async () => {
    const { code, lines } = await run(['--seconds', '4'])
    const records = recordsOf(lines)
    expect(records[0]).toMatchObject({ type: 'hello', schema: 1, readOnly: null })
    const frames = records.filter((record) => record.type === 'frame')
    expect(frames.length).toBeGreaterThan(1)
    expect(records.some((record) => record.type === 'health')).toBe(true)
    const good = Object.values(frames.at(-1)?.meters ?? {})
      .flatMap((meter) => Object.values(meter))
      .filter((sample) => sample.quality === 'good')
    expect(good.length).toBeGreaterThan(10)
    expect(
      records.some((record) => record.type === 'write'),
      'nothing is written while it is not armed',
    ).toBe(false)
    expect(code).toBe(0)
  })

  it('ends cleanly when its reader goes away and on Ctrl-C, and leaves no lock behind', async () => {
    const site = join(folder, 'site.yaml')
    writeFileSync(site, siteText)
    const gone = await run(['--site', site], (line, stop) => {
      if (line.includes('"frame"')) stop('close')
    })
    expect(gone.code).toBe(0)
    const stopped = await run(['--site', site], (line, stop) => {
      if (line.includes('"frame"')) stop('SIGINT')
    })
    expect(stopped.code).toBe(0)
    expect(existsSync(`${site}.lock`)).toBe(false)
    const [hello] = recordsOf(stopped.lines)
    expect(hello?.type === 'hello' && hello.warnings.join()).toContain('names no time zone')
    expect(stopped.problems).toContain('names no time zone')
    for (const record of recordsOf(stopped.lines)) {
      if (record.type === 'frame')
        for (const sample of Object.values(record.meters['main'] ?? {})) expect(sample.value).toBeNull()
    }
  })

  it('a second program on the same site says who holds it', async () => {
    const site = join(folder, 'shared.yaml')
    writeFileSync(site, siteText)
    let second: Promise<Run> | null = null
    const first = await run(['--site', site, '--seconds', '30'], (line, stop) => {
      if (second !== null || !line.includes('"frame"')) return
      second = run(['--site', site, '--seconds', '1'])
      void second.then(() => stop('SIGINT'))
    })
    expect(first.code).toBe(0)
    const [hello] = recordsOf((await (second as unknown as Promise<Run>)).lines)
    expect(hello).toMatchObject({ type: 'hello', readOnly: expect.stringMatching(/^process \d+ on /) as string })
  })

  it('says what is wrong with a site file or an option, and ends with 2', async () => {
    const site = join(folder, 'wrong.yaml')
    writeFileSync(site, siteText.replace('rating: 63', 'rating: 63A'))
    const wrong = await run(['--site', site])
    expect(wrong).toMatchObject({ code: 2, lines: [] })
    expect(wrong.problems).toContain('circuits[0].breaker.rating')
    expect(await run(['--site', join(folder, 'none.yaml')])).toMatchObject({
      code: 2,
      lines: [],
      problems: expect.stringContaining('there is no such file') as string,
    })
    expect(await run(['--arm'])).toMatchObject({
      code: 2,
      lines: [],
      problems: expect.stringContaining('--operator') as string,
    })
  })
})
