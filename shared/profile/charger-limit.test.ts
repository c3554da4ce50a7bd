import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cannotOf } from '../charger/abilities.ts'
import { modbusAbilities } from '../charger/modbus-abilities.ts'
import { limitInAmperes } from './charger-limit.ts'
import { chargerProfileSchema, type ChargerProfile } from './charger-profile.ts'
import { encodeRegister } from './codec.ts'

const profile = (limit: object = {}, more: object = {}): ChargerProfile =>
  chargerProfileSchema.parse({
    id: 'test',
    make: 'Test',
    models: ['T'],
    sources: [{ document: 'none' }],
    confidence: 'high',
    transports: ['tcp'],
    space: 'holding',
    wordOrder: 'high-first',
    line: { maxRegisters: 10 },
    quantities: {},
    status: { address: 0, type: 'uint16', registers: 1, codes: {} },
    limit: {
      address: 10,
      type: 'uint32',
      functionCode: 16,
      minimum: 6,
      pauseValue: 0,
      resolution: 1,
      readBack: { address: 10, type: 'uint32' },
      tolerance: 0.1,
      settleMs: 1000,
      ...limit,
    },
    watchdog: { kind: 'none', note: 'no' },
    ...more,
  })
const rawOf = (one: ChargerProfile, amperes: number): number => {
  const [high = 0, low = 0] = encodeRegister(limitInAmperes(one), amperes, { wordOrder: 'high-first' })
  return high * 65536 + low
}

describe('a limit in watts', () => {
  const watts = profile({ watts: { per: 'total', lowestVoltage: 195 } })

  it('lets no phase carry more than the amperes decided, whatever the car does, down to the lowest voltage', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 6, max: 80 }),
        fc.integer({ min: 1, max: 3 }),
        fc.double({ min: 195, max: 264, noNaN: true }),
        (amperes, phases, volts) => {
          const allowedW = rawOf(watts, amperes)
          expect(allowedW / (phases * volts)).toBeLessThanOrEqual(amperes + 1e-9)
        },
      ),
    )
  })
  it('says by hand: 16 A at 195 V are 3120 W', () => {
    expect(rawOf(watts, 16)).toBe(3120)
  })
  it('of amperes stays as it is', () => {
    expect(rawOf(profile({ scale: 0.001 }), 16)).toBe(16_000)
  })
})

describe('what a charger cannot do', () => {
  it('is said of one that can hardly anything', () => {
    expect(cannotOf(modbusAbilities(profile({ readBack: null, pauseValue: null })))).toEqual([
      'say which limit is in force',
      'be paused',
      'measure its currents',
      'fall back by itself when it is cut off',
      'switch between one phase and three',
    ])
  })
  it('of one that is only monitored leaves out what nobody asks of it', () => {
    expect(
      cannotOf(
        modbusAbilities(
          profile(
            { readBack: null },
            {
              monitoredOnly: 'unknown unit',
              watchdog: { kind: 'poll', timeoutS: 5 },
              phaseSwitch: { address: 1, note: 'x' },
              quantities: { i_t1: { address: 5, type: 'uint16', every: 'fast' } },
            },
          ),
        ),
      ),
    ).toEqual(['be controlled'])
  })
})
