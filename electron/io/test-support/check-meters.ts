import { expect } from 'vitest'
import { decodeRegister } from '../../../shared/profile/codec.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import { planReads } from '../../../shared/profile/read-plan.ts'
import { wordsOfRegister } from '../../../shared/profile/register.ts'
import type { QuantityKey } from '../../../shared/quantities.ts'
import type { ModbusSiteLine } from '../../../shared/site/site.ts'
import { openLine, until } from '../modbus/test-support/real-line.ts'
import type { FixtureDevice, MeterSlave } from './meter-slave.ts'

/** All quantities of a meter, by its plan over a real line; the words of a refused block are told, not guessed. */
const sweep = async (site: ModbusSiteLine, unit: number, profile: MeterProfile): Promise<Record<string, unknown>> => {
  const { line } = openLine(site)
  try {
    await until('the line is connected', () => line.status().state === 'connected')
    const values: Record<string, unknown> = {}
    for (const { functionCode, address, count, keys } of planReads(profile, ['fast', 'normal', 'slow'])) {
      const outcome = await line.transact(
        { unit, functionCode, address, count },
        { deadlineMs: 3000, priority: 'read' },
      )
      for (const key of keys) {
        if (!outcome.ok) {
          values[key] = outcome.fault.message
          continue
        }
        const register = profile.quantities[key as QuantityKey]!
        const decoded = decodeRegister(register, wordsOfRegister(register, address, outcome.words), profile)
        values[key] = typeof decoded === 'string' ? decoded : decoded.value
      }
    }
    return values
  } finally {
    await line.close()
  }
}

/** Reads every quantity of every device of a fixture and compares; no read may have been against a device's rules. Stops the slave. */
export const checkMeters = async (
  slave: MeterSlave,
  devices: Readonly<Record<string, FixtureDevice>>,
  meters: ReadonlyMap<string, MeterProfile>,
  lineOf: () => ModbusSiteLine,
): Promise<void> => {
  try {
    for (const [unit, { profile: id, expected }] of Object.entries(devices)) {
      const values = await sweep(lineOf(), Number(unit), meters.get(id)!)
      expect(Object.keys(values).sort(), id).toEqual(Object.keys(expected).sort())
      const wrong = Object.entries(expected).filter(
        ([key, value]) => !(Math.abs((values[key] as number) - value) <= Math.abs(value) * 1e-6),
      )
      expect(wrong.map(([key, value]) => `${id} ${key}: ${String(values[key])} instead of ${value}`)).toEqual([])
    }
    expect(slave.refusals()).toEqual([])
  } finally {
    await slave.stop()
  }
}
