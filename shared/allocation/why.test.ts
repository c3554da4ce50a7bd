import { describe, expect, it } from 'vitest'
import type { Decision } from '../model/decision.ts'
import { siteSchema } from '../site/site.ts'
import { whyOf } from './why.ts'

const site = siteSchema.parse({
  version: 1,
  id: 's',
  name: 'S',
  grid: { limit: 100 },
  lines: [{ id: 'l', transport: 'tcp', host: '192.0.2.1', port: 502 }],
  meters: [{ id: 'm', name: 'Meter F', profile: 'p', line: 'l' }],
  circuits: [
    { id: 'main', name: 'Main' },
    { id: 'f', name: 'Feeder 2', parent: 'main', limit: 63, meter: 'm' },
  ],
  chargers: [{ id: 'c', name: 'Charger C', line: 'l', profile: 'x', circuit: 'f', maximum: 32 }],
})
const phase = (otherLoadA: number | null, allocatedA: number, limitA: number, ageMs: number | null) => ({
  limitA,
  otherLoadA,
  allocatedA,
  ageMs,
})
const decision = (targetA: number, l2: ReturnType<typeof phase>): Decision => ({
  id: 'd',
  seq: 1,
  atMs: 1000,
  trigger: 'cycle',
  mode: 'armed',
  imageAtMs: 1000,
  chargers: {
    c: {
      targetA,
      state: 'allocated',
      phases: ['L1', 'L2'],
      boundBy: [{ kind: 'circuit-limit', circuitId: 'f', phase: 'L2', limitA: targetA, detail: 'Feeder 2, L2: full' }],
      why: 'bound by Feeder 2',
      inputAgeMs: 800,
      ageMs: 300,
    },
  },
  circuits: {
    main: { L1: phase(0, 12, 95, null), L2: phase(0, 12, 95, null) },
    f: { L1: phase(5, 12, 59.85, 800), L2: l2 },
  },
  notes: [],
})

describe('the chain behind a limit', () => {
  it('names every place from its own circuit up, what binds, every input with its age, and what the next ampere lacks', () => {
    const why = whyOf(site, decision(12, phase(47.5, 12, 59.85, 800)), 'c', 4000)
    expect(why?.places.map(({ circuitId, phase: at, headroomA, binds }) => [circuitId, at, headroomA, binds])).toEqual([
      ['f', 'L1', 42.85, false],
      ['f', 'L2', 0.35, true],
      ['main', 'L1', 83, false],
      ['main', 'L2', 83, false],
    ])
    expect(why?.inputs).toEqual([
      { what: 'Charger C', ageMs: 300 },
      { what: 'Meter F, meter of Feeder 2', ageMs: 800 },
      { what: 'Main: no meter, bounded by what is declared and what its parts show', ageMs: null },
    ])
    expect(why?.next).toEqual([
      'Feeder 2, L2: 0.7 A more room for the next 1 A (59.9 A may be used, other load 47.5 A, given 12 A)',
    ])
    expect(why?.agoMs).toBe(3000)
  })

  it('needs a whole minimum of one that is paused, and sight where there is none', () => {
    expect(whyOf(site, decision(0, phase(56, 0, 59.85, 800)), 'c', 1000)?.next[0]).toContain(
      '2.2 A more room for the next 6 A',
    )
    expect(whyOf(site, decision(0, phase(null, 0, 59.85, null)), 'c', 1000)?.next[0]).toContain('must be seen')
  })

  it('knows nothing of a charger the decision did not know', () => {
    expect(whyOf(site, decision(1, phase(0, 0, 1, 1)), 'constructor', 1)).toBeNull()
  })
})
