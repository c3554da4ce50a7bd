import { describe, expect, it } from 'vitest'
import type { Live } from '../../../shared/api/live-contract.ts'
import type { ChargerDescription, Overview } from '../../../shared/api/site-contract.ts'
import type { noFilter } from './allocation-groups.ts'
import { allocationGroups, groupFacts, isAbnormal, passing } from './allocation-groups.ts'

const circuits = [
  { id: 'main', name: 'Main' },
  { id: 'hall', name: 'Hall 1', parent: 'main' },
  { id: 'constructor', name: 'Row 2', parent: 'hall' },
]
const described = (id: string, circuitId: string) => ({ id, name: `Bay ${id}`, circuitId }) as ChargerDescription
const overview = {
  site: { circuits, chargers: [] as unknown[], meters: [], lines: [] },
  chargers: [
    described('1', 'constructor'),
    described('2', 'hall'),
    described('3', 'constructor'),
    described('4', 'gone'),
  ],
} as unknown as Overview
const groups = allocationGroups(overview)

const live = (status: Record<string, string | null>, extra: object = {}) =>
  ({
    image: {
      chargers: Object.fromEntries(Object.entries(status).map(([id, value]) => [id, { status: { value } }])),
    },
    control: { writes: {}, decision: null, ...extra },
  }) as unknown as Live

describe('chargers by circuit', () => {
  it('stand once each, as the current flows; one of no known circuit is not lost', () => {
    expect(groups.map(({ name, chargers }) => [name, chargers.map(({ id }) => id)])).toEqual([
      ['Hall 1', ['2']],
      ['Row 2', ['1', '3']],
      ['No circuit', ['4']],
    ])
  })
  it('are found by their own name, their circuit’s, and what they do', () => {
    const now = live(
      { 1: 'charging', 2: 'available', 3: null, 4: 'charging' },
      { decision: { chargers: { 2: { state: 'paused' } }, circuits: {} } },
    )
    const found = (kind: (typeof noFilter)['kind'] | 'charging' | 'paused' | 'abnormal', text = '') =>
      passing(groups, { kind, text }, now)
    expect(found('all')).toEqual(['2', '1', '3', '4'])
    expect(found('all', ' row 2 ')).toEqual(['1', '3'])
    expect(found('all', 'bay 3')).toEqual(['3'])
    expect(found('charging')).toEqual(['1', '4'])
    expect(found('charging', 'row 2')).toEqual(['1'])
    expect(found('paused')).toEqual(['2'])
    expect(found('abnormal')).toEqual(['3'])
    expect(found('all', 'nothing of that name')).toEqual([])
  })
  it('are abnormal when a write failed, at their fallback, at fault or silent', () => {
    const states = { 1: 'charging', 2: 'fault', 3: null }
    expect(['1', '2', '3', '4'].map((id) => isAbnormal(live(states), id))).toEqual([false, true, true, true])
    expect(isAbnormal(live(states, { writes: { 1: { state: 'failed' } } }), '1')).toBe(true)
    expect(isAbnormal(live(states, { decision: { chargers: { 1: { state: 'fallback' } } } }), '1')).toBe(true)
  })
  it('are counted in the head of their circuit, with what it is given on its fullest phase', () => {
    const [, row] = groups
    if (row === undefined) throw new Error('no group')
    const part = (allocatedA: number) => ({ allocatedA, limitA: 63, otherLoadA: 1 })
    const now = live(
      { 1: 'charging', 3: null },
      { decision: { chargers: {}, circuits: { constructor: { L1: part(12), L2: part(20), L3: part(6) } } } },
    )
    expect(groupFacts(row, now)).toEqual({
      kind: 'warning',
      chargers: '2 chargers',
      charging: 1,
      paused: 0,
      abnormal: 1,
      given: '20.0 A given on its fullest phase',
    })
    expect(groupFacts(row, live({})).given).toBe('nothing decided yet')
  })
})
