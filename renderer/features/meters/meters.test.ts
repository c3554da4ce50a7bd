import { describe, expect, it } from 'vitest'
import { isQuantityKey, quantityKeys } from '../../../shared/quantities.ts'
import { steadyRange, ticksOf } from '../../charts/steady-range.ts'
import type { MeterDescription } from '../../../shared/api/site-contract.ts'
import { goodSample, missingSample } from '../../../shared/model/sample.ts'
import { absentOf } from './as-sent.ts'
import { chartGroups, lackingWords, mainRows, otherKeys } from './quantity-groups.ts'

describe('the meter page', () => {
  it('uses only keys of the quantity list', () => {
    for (const row of mainRows) for (const key of Object.values(row.keys)) expect(isQuantityKey(key), key).toBe(true)
    for (const group of chartGroups([...quantityKeys]))
      for (const entry of group.series) expect(isQuantityKey(entry.key), entry.key).toBe(true)
  })
  it('shows every reported quantity exactly once, in the table or below it', () => {
    const shown = [...mainRows.flatMap((row) => Object.values(row.keys)), ...otherKeys([...quantityKeys])]
    expect([...shown].sort()).toEqual([...quantityKeys].sort())
  })
  it('names a row that is lacking as a whole once, and phases of others', () => {
    expect(lackingWords(['u_l1n', 'u_l2n', 'u_l3n', 'i_l1', 'f'], (key) => `<${key}>`)).toEqual([
      'voltage L-N',
      '<i_l1>',
      '<f>',
    ])
  })
  it('draws what the meter has when it lacks values per phase', () => {
    expect(
      chartGroups(['u_l1l2', 'u_l2l3', 'u_l3l1', 'i_l1', 'p_total']).map((group) => [
        group.title,
        ...group.series.map((entry) => entry.key),
      ]),
    ).toEqual([
      ['Voltage', 'u_l1l2', 'u_l2l3', 'u_l3l1'],
      ['Current', 'i_l1'],
      ['Active power', 'p_total'],
    ])
    expect(chartGroups(['f'])).toEqual([])
  })
})

describe('an M-Bus meter', () => {
  const described = (bus: 'mbus' | 'modbus') =>
    ({ bus, quantities: { e_import: {}, p_l1: {}, p_total: {} } }) as unknown as MeterDescription
  const samples = { e_import: goodSample(5, 1), p_l1: missingSample('absent', 1), p_total: missingSample('timeout', 1) }
  it('has what its answers hold, and not all its profile lists', () => {
    expect(absentOf(described('mbus'), { samples })).toEqual(['p_l1'])
    expect(absentOf(described('modbus'), { samples })).toEqual([])
    expect(absentOf(described('mbus'), undefined)).toEqual([])
    expect(
      absentOf(described('mbus'), {
        samples: {
          e_import: missingSample('absent', 1),
          p_l1: missingSample('absent', 1),
          p_total: missingSample('absent', 1),
        },
      }),
      'an empty answer hides nothing',
    ).toEqual([])
  })
})

describe('a steady scale', () => {
  it('holds all data, ends on round numbers and does not magnify noise', () => {
    expect(steadyRange(229.8, 230.4, 'V')).toEqual([220, 240])
    expect(steadyRange(null, null, 'V')).toEqual([0, 10])
    const [low, high] = steadyRange(-3.2, 187.9, 'A')
    expect(low).toBeLessThanOrEqual(-3.2)
    expect(high).toBeGreaterThanOrEqual(187.9)
  })
  it('has round ticks within it', () => {
    expect(ticksOf([220, 235])).toEqual([220, 225, 230, 235])
    expect(ticksOf([-0.2, 0.2])).toEqual([-0.2, -0.1, 0, 0.1, 0.2])
  })
  it('stays where it is while the data moves a little', () => {
    expect(steadyRange(229.7, 230.5, 'V')).toEqual(steadyRange(229.8, 230.4, 'V'))
  })
})
