import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { diagnoseLineSchema } from './diagnose-line.ts'
import { programPaths } from './program-paths.ts'

const folder = mkdtempSync(join(tmpdir(), 'tripscope-diagnose-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const put = (name: string, content: string | Buffer): string => {
  const file = join(folder, name)
  writeFileSync(file, content)
  return file
}

/** `npm run -s diagnose -- ...`, as a process of its own. */
const diagnose = (...args: readonly string[]) => {
  const launcher = join(programPaths.root, 'electron', 'launcher', 'run.mjs')
  const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, 'diagnose', ...args], { encoding: 'utf8' })
  const lines = stdout.split('\n').filter((line) => line !== '')
  return { code: status, told: lines.map((line) => diagnoseLineSchema.parse(JSON.parse(line))), problems: stderr }
}

const siteText = `version: 1
id: yard
name: Yard
grid: { limit: 160 }
lines:
  - { id: lan, transport: tcp, host: 192.0.2.1, port: 502 }
meters:
  - { id: m, profile: janitza-umg, line: lan, unit: 1 }
  - { id: a, profile: janitza-umg, line: lan, unit: 2 }
circuits:
  - { id: main, meter: m, breaker: { standard: IEC 60898-1, curve: C, rating: 100 } }
  - { id: fa, name: Feeder A, parent: main, meter: a, breaker: { standard: IEC 60898-1, curve: C, rating: 32 } }
chargers:
  - { id: cp1, profile: alfen-eve, line: lan, unit: 100, maximum: 32, circuit: fa, phases: [L1, L2, L3] }
  - { id: cp2, profile: alfen-eve, line: lan, unit: 101, maximum: 32, circuit: fa, phases: [L1, L2, L3] }
`
const site = put('site.yaml', siteText)
const beginsMs = Date.UTC(2026, 0, 5, 10)
const tripAtS = 300
/** A feeder at 144 % of its rating for five minutes; its breaker opens, and what hangs on it falls silent. */
const readings = Array.from({ length: tripAtS + 60 }, (_none, second) => {
  const isOpen = second >= tripAtS
  const at = beginsMs + 1000 * second
  const loadA = isOpen ? 0 : 46
  const meter = (amperes: number) => ({
    ...{ u_l1n: 230, u_l2n: 230, u_l3n: 230 },
    ...{ i_l1: amperes, i_l2: amperes + 0.1, i_l3: amperes - 0.1 },
  })
  const charger = { values: { limit: 25, i_t1: loadA / 2, i_t2: loadA / 2, i_t3: loadA / 2 }, status: 'charging' }
  const missing = { missing: 'timeout' }
  return [
    { at, meter: 'm', values: meter(8 + loadA) },
    { at: at + 20, meter: 'a', ...(isOpen ? missing : { values: meter(loadA) }) },
    ...['cp1', 'cp2'].map((id) => ({ at: at + 50, charger: id, ...(isOpen ? missing : charger) })),
  ].map((line) => JSON.stringify(line))
}).flat()
const text = `${readings.join('\n')}\n`
/** So many lines with their trip. */
const upToTrip = readings.slice(0, 4 * (tripAtS + 20)).join('\n')

describe('diagnose --site --readings, as a process', () => {
  const whole = put('readings.ndjson', text)
  it('ranks the causes of a trip in readings that another program wrote', () => {
    const { code, told, problems } = diagnose('--site', site, '--readings', whole)
    expect(problems).toMatch(/^1 incident in \d+ turns\.\n$/)
    expect(code).toBe(0)
    expect(told).toMatchObject([
      { at: '2026-01-05T10:05:01.000Z', kind: 'trip', claimsTrip: true, circuit: 'fa', firstCause: 'thermal-overload' },
    ])
    expect(told[0]?.causes[0]?.cause).toBe('thermal-overload')
  })
  it('takes them compressed too, with the mark of their encoding, lines of Windows and empty ones', () => {
    const zipped = put('zipped.ndjson.gz', gzipSync(`\uFEFF${readings.join('\r\n\r\n')}`))
    const { code, told, problems } = diagnose('--site', site, '--readings', zipped)
    expect([code, told.length], problems).toEqual([0, 1])
  })
  it.each([
    ['a line that is cut', `${upToTrip}\n{"at": 17`, 'line 1281 of the readings: it is not JSON'],
    ['time that goes back', `${upToTrip}\n${readings[0] ?? ''}`, 'line 1281 of the readings: it is 319050 ms earlier'],
  ])('tells %s with its line, and the incident before it', (_what, content, why) => {
    const file = put('bad.ndjson', content)
    const { code, told, problems } = diagnose('--site', site, '--readings', file)
    expect(problems).toContain(`${file}: `)
    expect(problems).toContain(why)
    expect(code).toBe(2)
    expect(told).toHaveLength(1)
  })
  it.each([
    ['of empty lines', '\n\n', 'it has no reading'],
    ['that is compressed and cut', gzipSync(text).subarray(0, 900), 'unexpected end of file'],
  ])('refuses a file %s', (_what, content, why) => {
    const { code, told, problems } = diagnose('--site', site, '--readings', put('none.ndjson', content))
    expect([code, told]).toEqual([2, []])
    expect(problems).toContain(why)
  })
  it('says which file is not there, and names that one only', () => {
    const [lost, bad] = [join(folder, 'lost'), put('bad.yaml', siteText.replaceAll('circuit: fa', 'circuit: zz'))]
    const said = (...args: readonly string[]) => {
      const { code, problems } = diagnose(...args)
      expect(code).toBe(2)
      return problems
    }
    expect(said('--site', site, '--readings', lost)).toBe(`${lost}: there is no such file; check the path\n`)
    const siteLost = said('--site', lost, '--readings', whole)
    expect(siteLost).toContain(`site file ${lost}: there is no such file`)
    expect(siteLost).not.toContain(whole)
    expect(said('--site', bad, '--readings', whole)).toMatch(/^\S*bad\.yaml:14:\d+: .*there is no circuit 'zz'/)
  })
  it('names a value that the profile of its meter does not have: it is not looked at', () => {
    const lines = readings.map((line) => line.replace('"i_l1"', '"i_ground":0.01,"i_l1"'))
    const { code, told, problems } = diagnose('--site', site, '--readings', put('more.ndjson', lines.join('\n')))
    expect([code, told.length]).toEqual([0, 1])
    expect(problems.split('\n').filter((line) => line.includes('i_ground'))).toEqual([
      'meter m: its profile has no i_ground, so these values are left out.',
      'meter a: its profile has no i_ground, so these values are left out.',
    ])
  })
})
