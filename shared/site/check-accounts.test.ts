import { describe, expect, it } from 'vitest'
import { checkAccounts } from './check-accounts.ts'
import { siteSchema } from './site.ts'

const siteWith = (accounts: readonly object[]) =>
  siteSchema.parse({
    version: 1,
    id: 'house',
    name: 'House',
    grid: { limit: 63 },
    lines: [{ id: 'lan', transport: 'tcp', host: '192.0.2.1', port: 502 }],
    meters: ['main', 'flat', 'loose'].map((id, index) => ({ id, profile: 'any', line: 'lan', unit: index + 1 })),
    circuits: [
      { id: 'top', meter: 'main' },
      { id: 'below', parent: 'top', meter: 'flat' },
      { id: 'bay', parent: 'below' },
    ],
    chargers: [{ id: 'cp', profile: 'any', line: 'lan', unit: 9, circuit: 'bay', maximum: 16 }],
    accounts,
  })
const told = (accounts: readonly object[]) =>
  checkAccounts(siteWith(accounts)).map(({ path, severity, message }) => `${severity} ${path.join('.')}: ${message}`)

describe('the accounts of a site', () => {
  it('are sound when each meter and charger is counted once and nothing lies below what is counted', () => {
    expect(
      told([
        { id: 'a', name: 'A', kind: 'tenant', meters: ['flat', 'loose'] },
        { id: 'b', name: 'B', meters: [], chargers: [], note: 'nothing yet' },
      ]),
    ).toEqual(["warning accounts.1: the account 'b' counts nothing"])
  })
  it('name meters and chargers that are there', () => {
    expect(told([{ id: 'a', name: 'A', meters: ['flad'], chargers: ['constructor'] }])).toEqual([
      "error accounts.0.meters.0: there is no meter 'flad'",
      "error accounts.0.chargers.0: there is no charger 'constructor'",
    ])
    expect(checkAccounts(siteWith([{ id: 'a', name: 'A', meters: ['flad'] }]))[0]?.remedy).toContain('flat')
  })
  it('count nothing twice: not in two accounts, not below another meter, not a charger below its feeder', () => {
    expect(
      told([
        { id: 'a', name: 'A', meters: ['flat', 'flat'] },
        { id: 'b', name: 'B', meters: ['flat', 'main'], chargers: ['cp'] },
      ]),
    ).toEqual([
      "error accounts.0.meters.1: the meter 'flat' is counted twice",
      "error accounts.1.meters.0: the meter 'flat' is counted by the account 'a' already",
      "warning accounts.0.meters.0: 'flat' lies below the meter 'main', which the account 'b' counts: its energy is counted twice",
      "warning accounts.0.meters.1: 'flat' lies below the meter 'main', which the account 'b' counts: its energy is counted twice",
      "warning accounts.1.meters.0: 'flat' lies below the meter 'main', which this account counts: its energy is counted twice",
      "warning accounts.1.chargers.0: 'cp' lies below the meter 'flat', which the account 'a' counts: its energy is counted twice",
    ])
  })
  it('have periods of a length and with names of their own', () => {
    const periods = [
      { name: 'Night', from: '22:00', to: '06:00' },
      { name: 'Night', from: '08:00', to: '08:00' },
    ]
    expect(told([{ id: 'a', name: 'A', meters: ['flat'], periods }])).toEqual([
      "error accounts.0.periods.1.to: 'Night' begins and ends at 08:00",
      "error accounts.0.periods.1.name: there are two periods 'Night'",
    ])
  })
})
