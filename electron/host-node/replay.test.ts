import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { zipSync } from 'fflate'
import { monitorRecordSchema } from './monitor-records.ts'
import { programPaths } from './program-paths.ts'

const folder = mkdtempSync(join(tmpdir(), 'tripscope-replay-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const launcher = join(programPaths.root, 'electron', 'launcher', 'run.mjs')
const record = join(folder, 'session.ndjson')

/** Runs a script as a person does. */
const run = (...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, ...args], {
    encoding: 'utf8',
    env: { ...process.env, TRIPSCOPE_DATA: join(folder, 'data') },
    maxBuffer: 256 * 1024 * 1024,
  })
  return { code: status, lines: stdout.split('\n').filter((line) => line !== ''), problems: stderr }
}
const withoutHealth = (lines: readonly string[]) =>
  lines
    .map((line) => monitorRecordSchema.parse(JSON.parse(line)))
    .filter(({ type }) => type !== 'health' && type !== 'hello')

describe('a recorded session, played again', () => {
  let watched: ReturnType<typeof run>
  beforeAll(() => {
    watched = run('monitor', '--seconds', '8', '--arm', '--operator', 'Ann', '--record', record)
  }, 60_000)

  it('prints the records that the monitor printed', () => {
    expect(watched.code).toBe(0)
    const played = run('replay', '--record', record)
    expect(played.problems).toContain('came out as recorded')
    expect(played.code).toBe(0)
    expect(withoutHealth(played.lines)).toEqual(withoutHealth(watched.lines))
    expect(withoutHealth(played.lines).length).toBeGreaterThan(15)
  }, 60_000)

  it('is played from a snapshot too', () => {
    const snapshot = join(folder, 'snapshot.zip')
    writeFileSync(snapshot, zipSync({ 'record.ndjson': readFileSync(record), 'README.txt': new Uint8Array(3) }))
    const played = run('replay', '--quiet', '--record', snapshot)
    expect(played).toMatchObject({ code: 0, lines: [] })
  }, 60_000)

  it('says the first field in which it differs', () => {
    const changed = join(folder, 'changed.ndjson')
    const text = readFileSync(record, 'utf8')
    writeFileSync(changed, text.replace(/("w":\{"kind":"decision".*?"imageAtMs":)\d+/, '$11'))
    const played = run('replay', '--quiet', '--record', changed)
    expect(played.code).toBe(1)
    expect(played.problems).toMatch(/First at line \d+ .*decision\.imageAtMs: recorded 1, played \d+/)
  }, 60_000)

  it.each([
    ['a file that is not there', () => join(folder, 'nothing'), /nothing/],
    ['a file of something else', () => join(programPaths.root, 'package.json'), /line 1 of the record: .*not JSON/],
    [
      'a record that was cut',
      () => {
        const cut = join(folder, 'cut.ndjson')
        const bytes = readFileSync(record)
        writeFileSync(cut, bytes.subarray(0, Math.floor(bytes.length * 0.7)))
        return cut
      },
      /line \d+ of the record: it is not JSON: the file was cut or changed/,
    ],
  ])(
    '%s is told with place and remedy',
    (_, file, message) => {
      const played = run('replay', '--quiet', '--record', file())
      expect(played.code).toBe(2)
      expect(played.problems).toMatch(message)
    },
    60_000,
  )

  it('a record is never written over a file that is there', () => {
    const again = run('monitor', '--seconds', '1', '--record', record)
    expect(again.code).toBe(2)
    expect(again.problems).toMatch(/--record .*can't be made.*name one that is not there yet/)
  }, 60_000)
})
