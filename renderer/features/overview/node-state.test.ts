import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Live } from '../../../shared/api/live-contract.ts'
import type { Write } from '../../../shared/model/decision.ts'
import type { Finding, Subject } from '../../../shared/model/finding.ts'
import { coldRun } from '../../../shared/electrical/breaker/bound.ts'
import { breakerModel } from '../../../shared/electrical/breaker/breaker-model.ts'
import { timeToTrip, usedBand, type ThermalBounds } from '../../../shared/electrical/breaker/thermal-bounds.ts'
import type { CircuitReading, Image, ThermalReading } from '../../../shared/model/image.ts'
import { goodSample, missingSample, type Sample } from '../../../shared/model/sample.ts'
import { siteSchema, type Site } from '../../../shared/site/site.ts'
import { aboutText, headlineOf } from './headline.ts'
import {
  chargerState,
  circuitState,
  elsewhereFacts,
  findingsByNode,
  isAbnormal,
  nodesOf,
  siteStates,
} from './node-state.ts'

const site: Site = siteSchema.parse({
  version: 1,
  id: 's',
  name: 'S',
  grid: { limit: 200 },
  lines: [
    { id: 'net', transport: 'tcp', host: 'h', port: 502 },
    { id: 'bus', transport: 'tcp', host: 'h', port: 503 },
  ],
  meters: [
    { id: 'm-main', profile: 'p', line: 'net' },
    { id: 'm-f1', profile: 'p', line: 'bus' },
    { id: 'm-tenant', profile: 'p', line: 'net' },
  ],
  circuits: [
    { id: 'main', name: 'Main', meter: 'm-main', breaker: { standard: 'IEC 60898-1', curve: 'C', rating: 125 } },
    {
      id: 'f1',
      name: 'Feeder 1',
      parent: 'main',
      meter: 'm-f1',
      breaker: { standard: 'IEC 60898-1', curve: 'C', rating: 80 },
    },
    { id: 'building', name: 'Building', parent: 'main' },
  ],
  chargers: [
    { id: 'cp-1', profile: 'p', line: 'bus', circuit: 'f1', maximum: 32 },
    { id: 'cp-2', profile: 'p', line: 'net', circuit: 'f1', maximum: 16 },
  ],
})
const finding = (part: Partial<Finding> = {}): Finding => ({
  id: 'f',
  detector: 'overcurrent',
  subject: { kind: 'circuit', id: 'f1' },
  phase: null,
  severity: 'warning',
  state: 'active',
  raisedAtMs: 1,
  updatedAtMs: 1,
  clearedAtMs: null,
  title: 'Overcurrent on Feeder 1',
  message: '',
  numbers: [],
  evidence: '',
  blindMs: null,
  acknowledged: null,
  ...part,
})
const open = finding({ detector: 'breaker-open', severity: 'critical', title: 'The breaker of Feeder 1 may be open' })
/** Of a C80 that has used this much of its early margin. */
const thermalOf = (currentA: number, usedPercent: number): ThermalReading => {
  const model = breakerModel({ standard: 'IEC 60898-1', curve: 'C', rating: 80 })
  if ('why' in model) throw new Error(model.why)
  const run = { heat: usedPercent / 100, dose: 0 }
  const bounds = { early: { cold: run, hot: run }, late: { cold: coldRun, hot: coldRun } }
  const { earlyS, lateS } = timeToTrip(bounds, currentA, model)
  const toTrip = { earlyS: earlyS === Infinity ? null : earlyS, lateS: lateS === Infinity ? null : lateS }
  return { ...usedBandNumbers(bounds), toTrip }
}
const usedBandNumbers = (bounds: ThermalBounds) => {
  const { early, late, low, high } = usedBand(bounds)
  return { early, late, lowPercent: low, highPercent: high }
}
const reading = (
  currents: readonly (number | Sample)[],
  part: { limitA?: number; thermal?: number | null; source?: CircuitReading['source'] } = {},
): CircuitReading => ({
  source: part.source ?? 'meter',
  meterId: 'm',
  ageMs: 0,
  phases: Object.fromEntries(
    currents.map((current, index) => [
      `L${index + 1}`,
      {
        currentA: typeof current === 'number' ? goodSample(current, 1000) : current,
        limitA: part.limitA ?? 80,
        headroomA: null,
        thermalUsedPercent: part.thermal ?? null,
        thermal: typeof current === 'number' && part.thermal != null ? thermalOf(current, part.thermal) : null,
      },
    ]),
  ),
})
const silent = missingSample('timeout', 900)
const image = (circuits: Image['circuits'], chargers: Image['chargers'] = {}): Image => ({
  seq: 1,
  atMs: 1000,
  meters: {},
  chargers,
  circuits,
})
const live = (
  circuits: Image['circuits'],
  findings: readonly Finding[] = [],
  writes: Record<string, Write> = {},
): Live => ({
  image: image(circuits),
  control: { mode: 'monitoring', readOnly: null, armed: null, decision: null, overrides: [], writes },
  findings: [...findings],
  notAssessed: [],
})

describe('the state of a circuit', () => {
  it('is critical and says it may have tripped although nothing flows and all of its limit is left', () => {
    expect(circuitState(reading([0, 0, 0]), [open])).toMatchObject({ kind: 'critical', word: 'may have tripped' })
  })
  it.each([
    ['over its limit', reading([10, 81, 10]), [], 'critical', 'over limit'],
    ['near its limit', reading([10, 73, 10]), [], 'warning', 'near limit'],
    ['warm though below its limit', reading([10, 60, 10], { thermal: 92 }), [], 'warning', 'runs warm'],
    ['at the early curve', reading([10, 60, 10], { thermal: 101 }), [], 'critical', 'trip possible'],
    ['with a finding of its meter', reading([1, 1, 1]), [finding({ detector: 'phase-loss' })], 'warning', 'phase lost'],
    ['with a finding no word is known for', reading([1, 1, 1]), [finding({ detector: 'new' })], 'warning', 'warning'],
    ['silent', reading([silent, silent, silent]), [], 'unknown', 'no reply'],
    ['silent on one phase', reading([1, silent, 1]), [], 'unknown', 'L2 not seen'],
    ['without a meter', reading([silent], { source: 'none' }), [], 'unknown', 'not measured'],
    ['not read at all', undefined, [], 'unknown', 'not read yet'],
    ['well', reading([1, 2, 3]), [], 'normal', 'below limit'],
  ] as const)('%s', (_what, read, findings, kind, word) => {
    expect(circuitState(read, findings)).toMatchObject({ kind, word })
  })
  it('keeps every reason, worst first', () => {
    const state = circuitState(reading([81, silent, 75]), [finding({ severity: 'info', detector: 'x' })])
    expect(state.reasons.map(({ kind }) => kind)).toEqual(['critical', 'warning', 'unknown', 'info'])
  })
  it('is never better than one of its findings, whatever is measured', () => {
    const severity = fc.constantFrom('info' as const, 'warning' as const, 'critical' as const)
    const current = fc.oneof(fc.double({ min: -200, max: 200, noNaN: true }), fc.constant(silent))
    fc.assert(
      fc.property(fc.array(current, { minLength: 1, maxLength: 3 }), fc.array(severity), (currents, severities) => {
        const { kind } = circuitState(
          reading(currents),
          severities.map((each) => finding({ severity: each })),
        )
        if (severities.includes('critical')) expect(kind).toBe('critical')
        else if (severities.includes('warning')) expect(isAbnormal({ kind })).toBe(true)
        if (currents.some((each) => typeof each !== 'number')) expect(kind).not.toBe('normal')
      }),
    )
  })
})

describe('the state of a charger', () => {
  const [cp1] = site.chargers
  if (cp1 === undefined) throw new Error('the site of this test has a charger')
  const samples = { L1: goodSample(10, 1000), L2: goodSample(10, 1000), L3: goodSample(10, 1000) }
  const read = (value: 'charging' | 'fault' | 'unavailable' | null, amperes = samples) => ({
    status: { value, code: null, quality: value === null ? ('timeout' as const) : ('good' as const), atMs: 1 },
    samples: {},
    siteCurrentA: amperes,
  })
  const failed: Write = {
    id: 'w',
    chargerId: 'cp-1',
    atMs: 1,
    limitA: 8,
    reason: 'decision',
    decisionId: null,
    state: 'failed',
    readBackA: 32,
    why: 'it still holds 32 A',
    settledAtMs: 2,
  }
  it('is what it does while nothing is wrong, and the worst otherwise', () => {
    expect(chargerState(cp1, read('charging'), undefined, [])).toMatchObject({ kind: 'active', word: 'charging' })
    expect(chargerState(cp1, read('fault'), undefined, [])).toMatchObject({ kind: 'critical', word: 'fault' })
    expect(chargerState(cp1, read('unavailable'), undefined, [])).toMatchObject({ kind: 'warning' })
    expect(chargerState(cp1, read(null), undefined, [])).toMatchObject({ kind: 'unknown', word: 'no reply' })
    expect(chargerState(cp1, undefined, undefined, [])).toMatchObject({ kind: 'unknown' })
    expect(chargerState(cp1, read('charging'), failed, [])).toMatchObject({ kind: 'critical', word: 'write failed' })
    expect(chargerState(cp1, read('charging'), undefined, [finding({ detector: 'charger-phase-loss' })])).toMatchObject(
      { kind: 'warning', word: 'phase lost' },
    )
  })
  it('is critical above its own maximum', () => {
    const over = { ...samples, L3: goodSample(36, 1000) }
    expect(chargerState(cp1, read('charging', over), undefined, [])).toMatchObject({
      kind: 'critical',
      word: 'over maximum',
      detail: 'L3: 36.0 A, its maximum is 32 A',
    })
  })
})

describe('findings and their nodes', () => {
  it.each([
    [{ kind: 'circuit', id: 'f1' }, ['circuit f1']],
    [{ kind: 'meter', id: 'm-f1' }, ['circuit f1']],
    [{ kind: 'charger', id: 'cp-2' }, ['charger cp-2']],
    [{ kind: 'line', id: 'bus' }, ['circuit f1', 'charger cp-1']],
    [{ kind: 'site', id: 's' }, ['grid']],
    [{ kind: 'meter', id: 'm-tenant' }, []],
    [{ kind: 'circuit', id: 'gone' }, []],
  ] as const)('%o stands at %o', (subject, nodes) => {
    expect(nodesOf(site, subject)).toEqual(nodes)
  })
  it('those of no node are said at the headline, worst first', () => {
    const info = finding({ severity: 'info', title: 'A remark' })
    expect(elsewhereFacts([])).toEqual(['normal', '', ''])
    expect(elsewhereFacts([info])).toEqual(['info', 'A remark', 'A remark'])
    expect(elsewhereFacts([info, open])).toEqual([
      'critical',
      'The breaker of Feeder 1 may be open, and 1 more',
      'The breaker of Feeder 1 may be open; A remark',
    ])
  })
  it('none is lost: each active finding is at a node or elsewhere', () => {
    const subject: fc.Arbitrary<Subject> = fc.record({
      kind: fc.constantFrom('site', 'circuit', 'meter', 'charger', 'line'),
      id: fc.constantFrom('f1', 'main', 'm-f1', 'm-tenant', 'cp-1', 'bus', 'net', 'nobody'),
    })
    fc.assert(
      fc.property(fc.array(subject), (subjects) => {
        const findings = subjects.map((each, index) => finding({ id: `${index}`, subject: each }))
        const placed = new Set([...findingsByNode(site, findings).values()].flat().map(({ id }) => id))
        expect([...placed].sort()).toEqual(findings.map(({ id }) => id).sort())
      }),
    )
  })
  it('a finding that has cleared marks nothing', () => {
    const states = siteStates(site, live({ f1: reading([1, 1, 1]) }, [{ ...open, state: 'cleared' }]))
    expect(states.get('circuit f1')?.kind).toBe('normal')
  })
  it('every node of the site has a state, with a word', () => {
    const states = siteStates(site, live({}, [open]))
    expect([...states.keys()].sort()).toEqual(
      ['grid', 'circuit main', 'circuit f1', 'circuit building', 'charger cp-1', 'charger cp-2'].sort(),
    )
    for (const { word } of states.values()) expect(word).not.toBe('')
  })
})

describe('the headline', () => {
  const busy = { main: reading([120, 1, 1], { limitA: 125 }), f1: reading([0, 0, 0]) }
  it('names what has tripped although another circuit is nearer to its limit', () => {
    expect(headlineOf(live(busy, [open]))).toEqual({ kind: 'tripped', findings: [open] })
  })
  it('names the one nearest to tripping when nothing has', () => {
    expect(headlineOf(live(busy))).toMatchObject({ kind: 'nearest', nearest: { circuitId: 'main', phase: 'L1' } })
  })
  it('goes by the time to the early bound, not by the share of a limit set far below the breaker', () => {
    const circuits = {
      main: reading([55, 1, 1], { limitA: 50, thermal: 20 }),
      f1: reading([100, 1, 1], { limitA: 100, thermal: 80 }),
    }
    const headline = headlineOf(live(circuits))
    expect(headline).toMatchObject({ kind: 'nearest', nearest: { circuitId: 'f1' } })
    if (headline.kind !== 'nearest') return
    // Hot curve of the early element (k 1.13, tau 34.3 s, electrical.md) at 1.25 In from 80 % used.
    expect(headline.nearest.earlyS).toBeCloseTo(
      34.3 * Math.log((1.25 ** 2 - 0.8 * 1.13 ** 2) / (1.25 ** 2 - 1.13 ** 2)),
      6,
    )
  })
  it('says that nothing is known, and why, when every meter is dead', () => {
    const dead = {
      main: reading([silent, silent, silent]),
      f1: reading([silent]),
      building: reading([silent], { source: 'none' }),
    }
    expect(headlineOf(live(dead))).toEqual({
      kind: 'nothing-known',
      why: '2 circuits: The device did not answer in time: check its power, unit id and wiring.',
    })
    expect(aboutText(image(dead))).toBe('Nothing is measured now')
  })
  it('"measured now" is said of what is', () => {
    expect(aboutText(image({ main: reading([1]), f1: reading([silent]) }))).toMatch(/^1 of 2 circuits measured now/)
    expect(aboutText(image({ main: reading([1]) }))).toMatch(/^Measured now/)
  })
})
