import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { diagnoseLineSchema } from '../../host-node/diagnose-line.ts'
import { createDiagnosis } from '../../core/forensics/diagnose-record.ts'
import type { Log } from '../../core/ports.ts'
import { createEntryReader, readTapeHead } from '../../core/record/tape/read-tape.ts'
import { programPaths } from '../../host-node/program-paths.ts'
import { runIncident } from './run-incident.ts'
import { scenarios } from './scenarios.ts'

const folder = mkdtempSync(join(tmpdir(), 'tripscope-causes-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

const scenarioOf = (cause: string) => {
  const scenario = scenarios.find((one) => one.cause === cause)
  if (scenario === undefined) throw new Error(`no scenario ${cause}`)
  return scenario
}
const diagnose = (file: string) => {
  const launcher = join(programPaths.root, 'electron', 'launcher', 'run.mjs')
  const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, 'diagnose', '--snapshot', file], {
    encoding: 'utf8',
  })
  return { code: status, lines: stdout.split('\n').filter((line) => line !== ''), problems: stderr }
}

/** A slice of `npm run bench -- causes`: the plant trips by its own physics, and the product's site is told only what is polled. */
describe('causes of trips on incidents of a plant', () => {
  it.each([
    ['voltage-window', 'two-feeders', 501_201],
    ['dc-or-charger-fault', 'one-box', 500_500],
  ] as const)('%s at %s is among the first three', async (cause, shape, seed) => {
    const { happenedAtS, incident } = await runIncident(scenarioOf(cause), shape, seed)
    expect(happenedAtS).not.toBeNull()
    expect(incident?.ranked.slice(0, 3).map((one) => one.cause)).toContain(cause)
  })

  it('what was judged with samples is judged from the record just so, to the last number of its evidence', async () => {
    const lines: string[] = []
    const live = await runIncident(scenarioOf('magnetic-inrush'), 'one-box', 610_200, {
      isSampled: true,
      onLine: (line) => lines.push(line),
    })
    expect(live.incident).toMatchObject({
      topCause: 'magnetic-inrush',
      evidence: { inrush: { surge: { circuitId: 'main' } } },
    })
    expect(lines.filter((line) => line.includes('"a":["scope","main",')).length).toBeGreaterThan(1000)
    const [head = '', ...rest] = lines
    const diagnosis = createDiagnosis(readTapeHead(head), quiet)
    const read = createEntryReader()
    for (const [at, text] of rest.entries()) {
      const entry = read(text, at + 2)
      if (entry !== null) await diagnosis.take(entry)
    }
    const told = diagnosis.end(lines.length).incidents.map(({ incident }) => incident)
    expect(told.find(({ atMs }) => atMs === live.incident?.atMs)).toEqual(live.incident)
  }, 20_000)

  it('a recorded incident is diagnosed from its file, in lines as their schema has them, and a cut file says so', async () => {
    const lines: string[] = []
    const { incident } = await runIncident(scenarioOf('neutral-overload'), 'two-feeders', 500_301, {
      onLine: (line) => lines.push(line),
    })
    const file = join(folder, 'session.ndjson')
    writeFileSync(file, `${lines.join('\n')}\n`)
    const whole = diagnose(file)
    expect(whole.problems).toContain('1 incident in')
    // The plant writes what entered, not what came of it: that is told, and the incidents all the same.
    expect(whole.code, whole.problems).toBe(1)
    const [told] = whole.lines.map((line) => diagnoseLineSchema.parse(JSON.parse(line)))
    expect(told).toMatchObject({ claimsTrip: true, circuit: 'f1', verdict: incident?.verdict.sentence })
    expect(told?.causes.map(({ cause }) => cause).indexOf('neutral-overload')).toBeLessThan(3)
    expect(told?.causes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 2)

    writeFileSync(file, `${lines.join('\n').slice(0, -30)}\n`)
    const cut = diagnose(file)
    expect(cut.code).toBe(2)
    expect(cut.problems).toContain('it is not JSON')
    expect(cut.lines).toHaveLength(1)
  })
})
