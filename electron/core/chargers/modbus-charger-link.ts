import type { ChargerProfile } from '../../../shared/profile/charger-profile.ts'
import { decodeRegister, encodeRegister, fits } from '../../../shared/profile/codec.ts'
import { registerWidth, type Register } from '../../../shared/profile/register.ts'
import type { ChargerLink, ChargerOutcome, ExchangeOutcome, ModbusRequest } from '../ports.ts'

export interface ModbusChargerLinkOptions {
  readonly chargerId: string
  readonly unit: number
  readonly profile: ChargerProfile
  /** Sends ahead of all reads of the line. */
  readonly transact: (request: ModbusRequest) => Promise<ExchangeOutcome>
  readonly nowMs: () => number
}

/** A charger's control registers over its line, as its profile says. */
export const createModbusChargerLink = (options: ModbusChargerLinkOptions): ChargerLink => {
  const { chargerId, unit, profile, transact, nowMs } = options
  const { limit, watchdog } = profile
  const refuse = (why: string) => ({ ok: false, why, atMs: nowMs() }) as const
  const failed = (outcome: ExchangeOutcome & { ok: false }) => ({ ok: false, why: outcome.fault.message, atMs: outcome.atMs }) as const

  const write = async (register: Register, value: number): Promise<ChargerOutcome<unknown>> => {
    if (!fits(register, value)) return refuse(`${String(value)} does not fit the register of ${profile.make} ${profile.models[0] ?? ''}: check scale and type in profile ${profile.id}`)
    const words = encodeRegister(register, value, { wordOrder: profile.wordOrder })
    // Function 6 holds one register; a longer value must arrive in one piece.
    const functionCode = words.length === 1 ? limit.functionCode : 16
    const outcome = await transact({ unit, functionCode, address: register.address, words })
    return outcome.ok ? { ok: true, atMs: outcome.atMs } : failed(outcome)
  }

  return {
    chargerId,
    canReadBack: limit.readBack !== null,
    writeLimit: async (limitA) => {
      if (limitA <= 0) {
        return limit.pauseValue === null
          ? refuse(`${profile.make} ${profile.models[0] ?? ''} cannot be paused through its limit; its smallest is ${String(limit.minimum)} A`)
          : write(limit, limit.pauseValue)
      }
      if (limitA < limit.minimum) return refuse(`${String(limitA)} A is below the smallest limit of this model, ${String(limit.minimum)} A; write 0 to pause`)
      // Down to the step the charger can tell: rounding must never give more than was decided.
      const steps = Math.floor(limitA / limit.resolution + 1e-9)
      return write(limit, Number((steps * limit.resolution).toFixed(6)))
    },
    readBackLimit: async () => {
      const register = limit.readBack
      if (register === null) return refuse(`${profile.make} ${profile.models[0] ?? ''} does not say which limit is in force`)
      const functionCode = (register.space ?? profile.space) === 'holding' ? 3 : 4
      const outcome = await transact({ unit, functionCode, address: register.address, count: registerWidth[register.type] })
      if (!outcome.ok) return failed(outcome)
      const decoded = decodeRegister(register, outcome.words, { wordOrder: profile.wordOrder })
      if (typeof decoded === 'string') return refuse('the charger gives no number for the limit in force')
      return { ok: true, limitA: decoded.value, atMs: outcome.atMs }
    },
    feedWatchdog: async () => {
      switch (watchdog.kind) {
        case 'lifebit':
        case 'token':
        case 'timeout-write': return write(watchdog.register, watchdog.value)
        // Fed by requests, by the limit itself, or not through Modbus at all: nothing to send.
        case 'poll':
        case 'setpoint-validity':
        case 'configuration': return { ok: true, atMs: nowMs() }
      }
    },
  }
}
