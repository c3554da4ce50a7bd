import { describe, expect, it } from 'vitest'
import { compareRuns } from './compare.ts'
import { duesOf, monthsAfter } from './due.ts'
import { planOf, usualNumbers } from './plan.ts'
import { runFormat, runVersion, verdictOf, type AcceptanceRun, type Measure } from './run.ts'
import { siteChangesOf } from './site-diff.ts'
import { tripUnitDifferences } from './trip-unit.ts'
import { siteSchema, type SiteBreaker } from '../site/site.ts'

const site = siteSchema.parse({
  version: 1,
  id: 'yard',
  name: 'Yard',
  grid: { limit: 63 },
  lines: [{ id: 'lan', transport: 'tcp', host: '127.0.0.1', port: 502 }],
  meters: [{ id: 'm1', profile: 'x', line: 'lan' }],
  circuits: [
    { id: 'main', meter: 'm1', breaker: { standard: 'IEC 60898-1', curve: 'C', rating: 63 } },
    { id: 'sub', parent: 'main' },
  ],
  chargers: [],
})

const runWith = (measures: readonly Measure[], state: 'pass' | 'fail' = 'pass'): AcceptanceRun => {
  const [step] = planOf({ site, abilities: new Map(), numbers: usualNumbers }).steps
  if (step === undefined) throw new Error('an empty plan')
  return {
    format: runFormat,
    version: runVersion,
    id: 'r',
    siteId: 'yard',
    siteName: 'Yard',
    timezone: 'UTC',
    program: 'test',
    state: 'finished',
    says: null,
    who: 'E',
    reason: 'first',
    createdAtMs: 0,
    finishedAtMs: 1,
    numbers: usualNumbers,
    steps: [{ ...step, state, measures: [...measures] }],
    witnesses: [],
    leftOut: [],
    baseline: null,
  }
}
const impedance = (value: number): Measure => ({
  kind: 'impedance',
  subject: { kind: 'circuit', id: 'f2' },
  where: 'L3',
  value,
  unit: 'ohm',
})

describe('the plan', () => {
  it('asks for no test of a socket that no meter would show, and has one for an OCPP charger below a meter', () => {
    const odd = siteSchema.parse({
      version: 1,
      id: 'odd',
      name: 'Odd',
      grid: { limit: 63 },
      lines: [{ id: 'lan', transport: 'tcp', host: '127.0.0.1', port: 502 }],
      meters: [{ id: 'm1', profile: 'x', line: 'lan' }],
      circuits: [
        { id: 'main', limit: 63 },
        { id: 'seen', parent: 'main', meter: 'm1', limit: 32 },
        { id: 'blind', parent: 'main', limit: 32, otherLoad: 4 },
      ],
      chargers: [
        { id: 'a', ocpp: { identity: 'A' }, circuit: 'seen', maximum: 16 },
        { id: 'b', ocpp: { identity: 'B' }, circuit: 'blind', maximum: 16 },
      ],
      ocpp: { port: 9000 },
    })
    const { steps, leftOut } = planOf({ site: odd, abilities: new Map(), numbers: usualNumbers })
    expect(steps.filter(({ kind }) => kind === 'socket-wiring').map(({ subject }) => subject.id)).toEqual(['a'])
    expect(leftOut).toContainEqual({
      title: 'Wiring of the socket: b',
      why: expect.stringContaining('no meter measures'),
    })
    // Two devices that share an id of their line are two steps.
    expect(new Set(steps.map(({ id }) => id)).size).toBe(steps.length)
  })
  it('has every meter and breaker, and says what it leaves out and why', () => {
    const { steps, leftOut } = planOf({ site, abilities: new Map(), numbers: usualNumbers })
    expect(steps.map(({ id }) => id)).toEqual([
      'communication:m1',
      'plausible:m1',
      'meter-wiring:m1',
      'breaker:main',
      'alarm:yard',
      'intervals:m1',
    ])
    expect(leftOut.map(({ why }) => why).join()).toContain('no breaker is declared')
    expect(leftOut.map(({ title }) => title)).toContain('Override')
  })
})

describe('a later run beside an earlier one', () => {
  it('says what rose by more than repeats differ', () => {
    const { measures } = compareRuns(runWith([impedance(0.2)]), runWith([impedance(0.28)]), () => 'Feeder 2')
    expect(measures[0]).toMatchObject({
      isNotable: true,
      says: 'since acceptance: Feeder 2, L3: impedance +40 % (0.2 to 0.28 ohm)',
    })
  })
  it('does not tell what repeats differ by, and tells steps that came out otherwise', () => {
    const { measures, steps, onlyOne } = compareRuns(
      runWith([impedance(0.2)]),
      runWith([impedance(0.215)], 'fail'),
      () => 'F',
    )
    expect(measures[0]?.isNotable).toBe(false)
    expect(steps).toMatchObject([{ was: 'pass', is: 'fail' }])
    expect(onlyOne).toEqual([])
    expect(compareRuns(runWith([]), runWith([impedance(1)]), () => 'F').onlyOne).toHaveLength(1)
  })
  it('has passed only where every step did', () => {
    expect(verdictOf([{ state: 'pass' }])).toBe('passed')
    expect(verdictOf([{ state: 'pass' }, { state: 'not-done' }])).toBe('incomplete')
    expect(verdictOf([{ state: 'open' }, { state: 'fail' }])).toBe('failed')
  })
})

describe('what changed in a site file', () => {
  const text = (more: string) =>
    `version: 1\nname: Yard\nmeters:\n  - { id: m1, name: Main, currentTransformer: { primary: 100, secondary: 5 } }\n${more}`
  it('is said in words per field, whatever its order and comments', () => {
    const now =
      'name: Yard\nversion: 1 # as before\nmeters:\n  - id: m1\n    name: Main\n    currentTransformer: { secondary: 5, primary: 150 }\n  - { id: m2 }\n'
    expect(siteChangesOf(text(''), now)?.map(({ says }) => says)).toEqual([
      'meter Main (m1): current transformer, primary changed from 100 to 150',
      'meter m2 was added',
    ])
    expect(siteChangesOf(text(''), text('# nothing else\n'))).toEqual([])
    expect(siteChangesOf(text(''), ': {')).toBeNull()
  })
  it('bears keys of every object', () => {
    expect(siteChangesOf('constructor: 1', 'constructor: 2')?.[0]?.says).toBe('site: constructor changed from 1 to 2')
  })
})

describe('what is due', () => {
  it('counts months as a calendar does', () => {
    expect(monthsAfter('2026-08-31', 6)).toBe('2027-02-28')
    expect(monthsAfter('2024-02-29', 12)).toBe('2025-02-28')
    expect(monthsAfter('2026-11-28', 96)).toBe('2034-11-28')
  })
  it('takes the latest note, and says where nobody has noted anything', () => {
    const named = { id: 'yard', name: 'Yard' }
    const subjects = { site: named, meters: [], chargers: [], withRcd: [{ id: 'c', name: 'C' }], withBreaker: [] }
    const note = { kind: 'rcd-test' as const, subjectId: 'c', months: 6, note: '', who: 'E', atMs: 0 }
    const due = (nowText: string) =>
      duesOf(
        subjects,
        [
          { ...note, doneOn: '2026-01-10' },
          { ...note, doneOn: '2025-01-10' },
        ],
        Date.parse(nowText),
      )
    expect(due('2026-02-01').find(({ kind }) => kind === 'rcd-test')).toMatchObject({
      state: 'good',
      dueOn: '2026-07-10',
    })
    expect(due('2026-06-01').find(({ kind }) => kind === 'rcd-test')?.state).toBe('soon')
    expect(due('2026-08-01')[0]).toMatchObject({ kind: 'rcd-test', state: 'over' })
    expect(due('2026-02-01').find(({ kind }) => kind === 'acceptance')?.state).toBe('unknown')
  })
})

describe('a trip unit against the site file', () => {
  const declared: SiteBreaker = {
    standard: 'IEC 60947-2',
    curve: 'electronic',
    rating: 100,
    tripUnit: { ir: 80, tr: 12, trAt: 6, isdI2t: false, igI2t: false, memory: true },
  }
  it('tells what differs, and bears the rounding of a display', () => {
    expect(tripUnitDifferences(declared, { ir: 80.2, tr: 12 })).toEqual([])
    expect(tripUnitDifferences(declared, { ir: 90, ii: 11 })).toEqual(['ir 90, declared 80'])
  })
})
