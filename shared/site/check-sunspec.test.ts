import { describe, expect, it } from 'vitest'
import type { MeterProfile } from '../profile/meter-profile.ts'
import { checkSite } from './check-site.ts'
import { siteSchema } from './site.ts'

const layout = (id: string, models: readonly number[], alternatives: readonly string[] = []) =>
  [
    id,
    {
      id,
      make: 'SunSpec',
      models: [id],
      transports: ['tcp'],
      sunspec: { models, length: 105, at: 40069, alternatives },
    } as unknown as MeterProfile,
  ] as const
const meters = new Map([
  layout('sunspec-meter', [201, 202, 203, 204], ['sunspec-meter-float']),
  layout('sunspec-meter-float', [211, 212, 213, 214]),
  ['plain', { id: 'plain', make: 'M', models: ['M'], transports: ['tcp'] } as unknown as MeterProfile],
])
const errorsOf = (...entries: readonly object[]): string[] =>
  checkSite(
    siteSchema.parse({
      version: 1,
      id: 's',
      name: 'S',
      grid: { limit: 63 },
      lines: [{ id: 'lan', transport: 'tcp', host: '192.0.2.1', port: 502 }],
      circuits: [{ id: 'main' }],
      meters: entries.map((entry, index) => ({
        id: `m${index}`,
        profile: 'sunspec-meter',
        line: 'lan',
        unit: 1,
        ...entry,
      })),
    }),
    { meters, chargers: new Map() },
  )
    .filter(({ severity }) => severity === 'error')
    .map(({ path, message, remedy }) => `${path.join('.')}: ${message}; ${remedy}`)

describe('which SunSpec meter a site means', () => {
  it('several meters under one unit are several where each says which it is', () => {
    expect(errorsOf({ sunspec: { index: 1 } }, { sunspec: { index: 2 } }, { sunspec: { model: 213 } })).toEqual([])
    expect(errorsOf({ sunspec: { index: 1 } }, { sunspec: { index: 1 } })).toEqual([
      expect.stringMatching(/^meters\.1\.unit: 'm1' and 'm0' both have unit 1/),
    ])
    expect(errorsOf({}, { sunspec: { index: 2 } })).toEqual([expect.stringMatching(/both have unit 1/)])
  })

  it('only a SunSpec profile has a choice', () => {
    expect(errorsOf({ profile: 'plain', sunspec: { index: 1 } })).toEqual([
      "meters.0.sunspec: 'plain' is no SunSpec profile, so there is nothing to choose; leave 'sunspec' out, or use the profile sunspec-meter or sunspec-meter-float",
    ])
  })

  it('only a model the profile reads can be asked for', () => {
    expect(errorsOf({ sunspec: { model: 207 } })).toEqual([
      "meters.0.sunspec.model: 'sunspec-meter' does not read the SunSpec model 207; it reads 201, 202, 203, 204, 211, 212, 213, 214",
    ])
    expect(errorsOf({ profile: 'sunspec-meter-float', sunspec: { model: 203 } })).toHaveLength(1)
  })
})
