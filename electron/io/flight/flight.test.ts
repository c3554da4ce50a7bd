import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { playLines } from '../../core/test-support/play-lines.ts'
import { randomSession } from '../../core/test-support/random-session.ts'
import { keptFiles, trimKept } from './frozen.ts'
import { flightFolders, recoverFlight } from './recover.ts'
import { createSpool, segmentsIn } from './spool.ts'

const script = fileURLToPath(new URL('./test-support/fly-until-killed.ts', import.meta.url))
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const folder = mkdtempSync(join(tmpdir(), 'tripscope-flight-'))
const record = join(folder, 'record.ndjson')
let lines: readonly string[] = []

beforeAll(async () => {
  // Several segments, as of a session of some minutes.
  const tape = { keepMs: 900_000, segmentMs: 8000, characters: 100_000_000 }
  lines = await randomSession(5, 60, { tape, keepsCalendar: true })
  expect(lines.filter((line) => line.startsWith('{"saved"')).length).toBeGreaterThan(1)
  writeFileSync(record, `${lines.join('\n')}\n`)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs until it has printed a line, and kills it. */
const flyAndKill = (base: string, until: string, more: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--no-warnings', script, base, record, ...more], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes(until)) child.kill('SIGKILL')
    })
    child.on('close', (_code, signal) => {
      if (signal === 'SIGKILL') resolve()
      else reject(new Error(`it ended by itself: ${said}`))
    })
  })
const linesOf = (path: string): readonly string[] => readFileSync(path, 'utf8').trimEnd().split('\n')

describe('kill -9', () => {
  it('during an incident: its record is there after the next start, whole up to the kill, and plays by the law', async () => {
    const base = join(folder, 'incident')
    await flyAndKill(base, 'all', ['incident'])
    const [file = ''] = await recoverFlight(base, quiet)
    expect(file).toContain('incident-i-1-interrupted.ndjson')
    expect(linesOf(file)).toEqual(lines)
    expect((await playLines(linesOf(file))).mismatch).toBeNull()
    expect(await recoverFlight(base, quiet), 'it is recovered once').toEqual([])
    expect(keptFiles(flightFolders(base).kept)).toHaveLength(1)
  }, 60_000)

  it('at the moment of an incident: what was before it is there', async () => {
    const base = join(folder, 'moment')
    await flyAndKill(base, 'held', ['incident'])
    const [file = ''] = await recoverFlight(base, quiet)
    const kept = linesOf(file)
    expect(kept.length).toBeGreaterThan(lines.length / 2)
    expect(kept).toEqual(lines.slice(0, kept.length))
  }, 60_000)

  it('without an incident: the last quarter of an hour is kept as of a run that was interrupted', async () => {
    const base = join(folder, 'plain')
    await flyAndKill(base, 'all', [])
    const [file = ''] = await recoverFlight(base, quiet)
    expect(file).toContain('interrupted-')
    expect(linesOf(file)).toEqual(lines)
  }, 60_000)
})

describe('the spool', () => {
  it('keeps no more than it may, and always what is being written', async () => {
    let nowMs = 1_700_000_000_000
    const base = join(folder, 'spool')
    const spool = createSpool(base, { keepMs: 60_000, bytes: 1e9 }, { log: quiet, nowMs: () => nowMs })
    spool.line('head')
    for (let segment = 0; segment < 12; segment += 1) {
      spool.line('{"saved":{}}')
      for (let line = 0; line < 5; line += 1) spool.line(`{"t":[0,0,${nowMs},0]}`)
      nowMs += 10_000
    }
    await spool.close()
    const paths = segmentsIn(base)
    expect(paths.length).toBeGreaterThanOrEqual(6)
    expect(paths.length).toBeLessThanOrEqual(8)
    for (const path of paths) expect(linesOf(path)[0]).toBe('head')
    expect(spool.problem()).toBeNull()
  })

  it('that can’t write says so and throws nothing', async () => {
    const problems: string[] = []
    const log = { ...quiet, error: (message: string) => problems.push(message) }
    const base = join(folder, 'gone')
    const spool = createSpool(base, { keepMs: 60_000, bytes: 1e9 }, { log, nowMs: () => 1 })
    rmSync(base, { recursive: true })
    spool.line('head')
    spool.line('{"t":[0,0,1,0]}')
    await spool.sync()
    expect(problems).toHaveLength(1)
    await spool.close()
  })
})

it('files that are made by themselves are kept by count and by size, the newest always', () => {
  const kept = mkdtempSync(join(folder, 'kept-'))
  for (let index = 0; index < 6; index += 1) {
    const path = join(kept, `incident-${index}.tripscope`)
    writeFileSync(path, 'x'.repeat(100))
    utimesSync(path, index, index)
  }
  writeFileSync(join(kept, 'notes.txt'), 'mine')
  trimKept(kept, { count: 4, bytes: 1e6 })
  expect(keptFiles(kept).map(({ name }) => name)).toEqual([5, 4, 3, 2].map((index) => `incident-${index}.tripscope`))
  trimKept(kept, { count: 4, bytes: 250 })
  expect(keptFiles(kept)).toHaveLength(2)
  trimKept(kept, { count: 4, bytes: 1 })
  expect(readdirSync(kept).sort()).toEqual(['incident-5.tripscope', 'notes.txt'])
})
