import { describe, expect, it } from 'vitest'
import type { EnergyIntervals } from '../../../shared/energy-report/intervals-schema.ts'
import { createTimeFormat } from '../../format/time.ts'
import { intervalsFile } from './intervals-export.ts'

const base = Date.UTC(2026, 10, 23)
const quarterMs = 900_000
const billing = { use: 'no' as const, why: 'a sum' }
const answer = (fromMs: number, toMs: number): EnergyIntervals => ({
  ...{ siteName: 'House', timezone: 'UTC', fromMs, toMs },
  lines: [
    {
      ...{ id: 't', name: 'Tenant', kind: 'tenant', billing, importKwh: [0.5, null, 0.25], exportKwh: [0, null, null] },
      ...{ measured: [1, 0, 0.5], breaks: [] },
      gaps: [{ source: 'Flat meter', fromMs: fromMs + quarterMs, toMs: fromMs + 2 * quarterMs, kwh: 1.5 }],
    },
  ],
})

describe('the file of intervals', () => {
  it('has a row for each quarter and each gap, as the settings separate them, with the head once over all stretches', async () => {
    const asked: number[] = []
    const shares: number[] = []
    const parts = await intervalsFile(
      ({ fromMs }) => {
        asked.push((fromMs - base) / 86_400_000)
        return Promise.resolve(answer(fromMs, fromMs + 3 * quarterMs))
      },
      { fromMs: base, toMs: base + 20 * 86_400_000, grouping: 'account' },
      { time: createTimeFormat('UTC'), style: 'semicolon', told: (share) => shares.push(share) },
    )
    const lines = parts.join('').split('\r\n')
    expect(asked).toEqual([0, 14])
    expect(shares).toEqual([0.7, 1])
    expect(lines.filter((line) => line.includes('import [kWh]'))).toHaveLength(1)
    const rows = lines.slice(1, 5).map((line) => line.split(';').slice(5, 9))
    expect(rows).toEqual([
      ['quarter of an hour', '0,5', '0', '100'],
      ['not measured', '', '', '0'],
      ['gap', '1,5', '', ''],
      ['part of a quarter of an hour', '0,25', '', '50'],
    ])
  })
})
