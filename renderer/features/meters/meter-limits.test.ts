import { describe, expect, it } from 'vitest'
import { siteSchema } from '../../../shared/site/site.ts'
import { meterLimits } from './meter-limits.ts'

const site = siteSchema.parse({
  version: 1,
  id: 's',
  name: 'S',
  grid: { limit: 100, maximumPower: 60_000 },
  lines: [{ id: 'net', transport: 'tcp', host: 'h', port: 502 }],
  meters: ['main', 'f1', 'tenant'].map((id) => ({ id, profile: 'p', line: 'net' })),
  circuits: [
    { id: 'root', meter: 'main' },
    { id: 'c1', parent: 'root', meter: 'f1', limit: 63, breaker: { standard: 'IEC 60898-1', curve: 'C', rating: 80 } },
  ],
})
const texts = (meterId: string, key: string) => meterLimits(site, meterId, key).map(({ label }) => label)

describe('limit lines of a strip', () => {
  it('are the voltage limits of the site file for voltages to neutral of any meter', () => {
    expect(texts('tenant', 'u_l2n')).toEqual(['overvoltage 253 V', 'undervoltage 207 V'])
    expect(texts('main', 'u_l1l2')).toEqual([])
  })
  it("are the limit of the meter's circuit and its breaker for currents", () => {
    expect(texts('f1', 'i_l1')).toEqual(['limit 63 A', 'breaker 80 A'])
    expect(texts('main', 'i_l1')).toEqual(['limit 100 A'])
    expect(texts('tenant', 'i_l1')).toEqual([])
  })
  it('is the agreed power for the total at the grid only', () => {
    expect(texts('main', 'p_total')).toEqual(['agreed power 60.0\u00a0kW'])
    expect(texts('f1', 'p_total')).toEqual([])
    expect(texts('main', 'p_l1')).toEqual([])
  })
})
