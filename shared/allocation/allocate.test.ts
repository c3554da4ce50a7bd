import { describe, expect, it } from 'vitest'
import { allocate } from './allocate.ts'
import type { AllocationCharger, AllocationNode, AllocationProblem } from './problem.ts'

const all = (amperes: number | null) => ({ L1: amperes, L2: amperes, L3: amperes })
const node = (id: string, limit: number, other: number | null = 0, parentId: string | null = null): AllocationNode => ({
  id,
  name: `feeder ${id}`,
  parentId,
  limitA: { L1: limit, L2: limit, L3: limit },
  otherLoadA: all(other),
})
const charger = (id: string, more: Partial<AllocationCharger> = {}): AllocationCharger => ({
  id,
  name: id,
  circuitId: 'f',
  phases: ['L1', 'L2', 'L3'],
  minimumA: 6,
  maximumA: 32,
  resolutionA: 1,
  canPause: true,
  priority: 50,
  wants: true,
  demandCapA: null,
  override: null,
  fallback: null,
  fixed: null,
  ...more,
})
const solve = (
  nodes: readonly AllocationNode[],
  chargers: readonly AllocationCharger[],
  gridPower: AllocationProblem['gridPower'] = null,
) => allocate({ nodes, chargers, gridPower })
const targets = (result: ReturnType<typeof solve>) =>
  Object.fromEntries(Object.entries(result.chargers).map(([id, item]) => [id, item.targetA]))

describe('allocate', () => {
  it('says what binds in words with the numbers', () => {
    // 63 A - 21.4 A = 41.6 A; a quarter is 10.4 A; 1.6 A are left, one whole ampere of it goes to the first in rank.
    const result = solve(
      [{ ...node('f', 63, 0), otherLoadA: { L1: 3, L2: 21.4, L3: 0 } }],
      ['a', 'b', 'c', 'd'].map((id) => charger(id)),
    )
    expect(targets(result)).toEqual({ a: 11, b: 10, c: 10, d: 10 })
    expect(result.chargers.d?.boundBy).toEqual([
      {
        kind: 'circuit-limit',
        circuitId: 'f',
        phase: 'L2',
        limitA: 10,
        detail: 'feeder f, L2: limit 63 A, other load 21.4 A, shared by 4 chargers',
        numbers: 'limit 63 A, other load 21.4 A, shared by 4 chargers',
      },
    ])
    expect(result.nodes.f?.L2).toEqual({ limitA: 63, otherLoadA: 21.4, allocatedA: 41, headroomA: 0.6 })
  })

  it('lets nine of twelve charge on 0.95 x 63 A and pauses the last in rank', () => {
    // floor(floor(0.95 * 63) / 6) = 9: the published rule of a charger maker.
    const result = solve(
      [node('f', 0.95 * 63)],
      Array.from({ length: 12 }, (_, index) => charger(`c${String(index).padStart(2, '0')}`, { priority: index })),
    )
    expect(Object.values(result.chargers).filter((item) => item.targetA >= 6)).toHaveLength(9)
    expect(['c00', 'c01', 'c02'].map((id) => result.chargers[id]?.kind)).toEqual(['paused', 'paused', 'paused'])
    expect(result.chargers.c00?.boundBy.map((bound) => bound.kind)).toContain('charger-minimum')
  })

  it('counts three rotated one-phase cars on three phases, not as 48 A on L1', () => {
    const result = solve(
      [node('f', 20)],
      (['L1', 'L2', 'L3'] as const).map((phase) => charger(phase, { phases: [phase], maximumA: 16 })),
    )
    expect(targets(result)).toEqual({ L1: 16, L2: 16, L3: 16 })
    expect(result.chargers.L1?.boundBy[0]?.kind).toBe('charger-maximum')
  })

  it('fills again what a small feeder cannot use', () => {
    const result = solve(
      [node('root', 60), node('f', 20, 0, 'root'), node('g', 100, 0, 'root')],
      [charger('a'), charger('b'), charger('c', { circuitId: 'g' }), charger('d', { circuitId: 'g' })],
    )
    expect(targets(result)).toEqual({ a: 10, b: 10, c: 20, d: 20 })
    expect(result.chargers.a?.boundBy[0]?.circuitId).toBe('f')
    expect(result.chargers.c?.boundBy[0]?.circuitId).toBe('root')
  })

  it('serves an override first and still keeps the limit', () => {
    const served = solve([node('f', 40)], [charger('a', { override: { limitA: 30 } }), charger('b')])
    expect(targets(served)).toEqual({ a: 30, b: 10 })
    expect(served.chargers.a?.boundBy[0]?.kind).toBe('override')
    const clamped = solve([node('f', 20)], [charger('a', { override: { limitA: 30 } }), charger('b')])
    expect(targets(clamped)).toEqual({ a: 20, b: 0 })
    expect(clamped.chargers.a?.boundBy[0]?.kind).toBe('circuit-limit')
  })

  it('sets aside what is not under control, even above the limit, and then gives nobody anything', () => {
    const result = solve(
      [node('f', 40)],
      [charger('a', { fixed: { currentA: 45, why: 'a cannot be read' } }), charger('b')],
    )
    expect(targets(result)).toEqual({ a: 45, b: 0 })
    expect(result.nodes.f?.L1?.headroomA).toBe(-5)
    expect(result.notes[0]).toContain('exceed the 40 A that may be used by 5 A')
  })

  it('says so when other load alone is above the limit', () => {
    const result = solve([node('f', 40, 52)], [charger('a'), charger('b', { canPause: false })])
    expect(targets(result)).toEqual({ a: 0, b: 6 })
    expect(result.chargers.a?.boundBy[0]?.detail).toBe(
      'feeder f, L1: limit 40 A, other load 52 A alone is above it, used by 1 charger',
    )
    expect(result.notes[0]).toContain('other load 52 A alone is above the 40 A')
  })

  it('gives below a circuit it cannot see only fallbacks', () => {
    const result = solve(
      [node('f', 40, null)],
      [charger('a', { fallback: { limitA: 8, why: 'meter m silent' } }), charger('b')],
    )
    expect(targets(result)).toEqual({ a: 8, b: 0 })
    expect(result.chargers.b?.boundBy[0]?.detail).toContain('other load not known')
  })

  it('lets a charger without a vehicle have one minimum of what is left, and nothing more', () => {
    expect(targets(solve([node('f', 40)], [charger('a'), charger('b', { wants: false })]))).toEqual({ a: 32, b: 6 })
    expect(targets(solve([node('f', 33)], [charger('a'), charger('b', { wants: false })]))).toEqual({ a: 32, b: 0 })
  })

  it('keeps the agreed power over all phases', () => {
    // 13.8 kW / 230 V = 60 A over the phases: 20 A on each of three.
    const result = solve([node('f', 100)], [charger('a'), charger('b')], { maximumW: 13_800, nominalVoltageV: 230 })
    expect(targets(result)).toEqual({ a: 10, b: 10 })
    expect(result.chargers.a?.boundBy[0]).toMatchObject({ kind: 'grid-power', circuitId: 'f', phase: null })
  })

  it('follows the turn among equal priorities', () => {
    expect(targets(solve([node('f', 10)], [charger('a', { turn: 1 }), charger('b', { turn: 2 })]))).toEqual({
      a: 0,
      b: 10,
    })
  })

  it('never gives anything on a phase a circuit does not have', () => {
    const one: AllocationNode = { id: 'f', name: 'f', parentId: null, limitA: { L1: 40 }, otherLoadA: {} }
    expect(targets(solve([one], [charger('a'), charger('b', { phases: ['L1'] })]))).toEqual({ a: 0, b: 32 })
  })
})
