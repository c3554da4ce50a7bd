import { describe, expect, it } from 'vitest'
import type { ChargerAbilities } from '../charger/abilities.ts'
import { checkPhaseSwitching } from './check-phase-switching.ts'
import { ocppAbilities } from '../charger/ocpp-abilities.ts'
import { ocppConnectionSchema } from './ocpp-connection.ts'
import { siteSchema } from './site.ts'

const able: ChargerAbilities = {
  make: 'Make',
  models: ['M'],
  profileId: 'm',
  limit: { minimumA: 6, stepA: 1, toleranceA: 0.1, settleMs: 1000, spacingMs: 0 },
  canPause: true,
  canReadBack: true,
  says: new Set(['phases']),
  watchdog: { kind: 'none', note: 'n' },
  writableFallback: null,
  phaseSwitch: { text: 'register 1', steered: { settleMs: 5000, spacingMs: 0 } },
  monitoredOnly: null,
}
const told = (abilities: Partial<ChargerAbilities>, charger: object = {}) => {
  const site = siteSchema.parse({
    version: 1,
    id: 's',
    name: 'S',
    grid: { limit: 100 },
    lines: [{ id: 'l', transport: 'tcp', host: '192.0.2.1', port: 502 }],
    meters: [],
    circuits: [{ id: 'main' }],
    chargers: [{ id: 'c', line: 'l', profile: 'm', circuit: 'main', maximum: 32, phaseSwitching: {}, ...charger }],
  })
  return checkPhaseSwitching(site, new Map([['c', { ...able, ...abilities }]])).map(({ message }) => message)
}

describe('a charger that control may switch between one phase and three', () => {
  it('takes it, says where it is, can be paused and is wired to three phases; else the file says why not', () => {
    expect(told({})).toEqual([])
    expect(told({ phaseSwitch: null })).toEqual(['no document says how Make M is told to charge on one phase or three'])
    expect(told({ phaseSwitch: { text: 'register 9', steered: null } })[0]).toContain('nothing it says would confirm')
    expect(told({ monitoredOnly: 'x' })[0]).toContain('only monitored')
    expect(told({ canPause: false })[0]).toContain("can't be paused")
    expect(told({}, { phases: ['L2'] })).toEqual(["'c' is wired to L2: there is nothing to switch"])
  })

  it('one over OCPP 1.6 is told how the site file can say that it obeys numberPhases', () => {
    const ocpp = { line: undefined, profile: undefined, ocpp: { identity: 'CP-1' } }
    expect(told({ phaseSwitch: null }, ocpp)).toHaveLength(1)
    expect(ocppAbilities(ocppConnectionSchema.parse({ identity: 'CP-1' })).phaseSwitch).toBeNull()
    const able = (more: object) => ocppAbilities(ocppConnectionSchema.parse({ identity: 'CP-1', ...more })).phaseSwitch
    expect(able({ phaseSwitch: {} })?.steered).toEqual({ settleMs: 30_000, spacingMs: 0 })
    expect(able({ version: '2.0.1' })?.steered).toEqual({ settleMs: 30_000, spacingMs: 0 })
    expect(able({ version: '2.0.1', readBack: 'none' })?.steered).toBeNull()
    expect(able({ phaseSwitch: {}, limitKey: { name: 'SetCurrent' } })).toBeNull()
  })

  it('one that is fixed is left alone, whatever it can', () => {
    expect(told({ phaseSwitch: null }, { phaseSwitching: { phases: 'fixed' } })).toEqual([])
    expect(told({ phaseSwitch: null }, { phaseSwitching: undefined })).toEqual([])
  })

  it('dwell times and switches an hour are bounded', () => {
    for (const phaseSwitching of [{ toOne: 5 }, { toThree: 10 }, { perHour: 13 }, { perHour: 0 }, { phases: 'two' }])
      expect(() => told({}, { phaseSwitching })).toThrow()
  })
})
