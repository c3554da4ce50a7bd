import { inSteps, modelName } from '../../../../shared/charger/abilities.ts'
import { modbusAbilities } from '../../../../shared/charger/modbus-abilities.ts'
import { limitInAmperes } from '../../../../shared/profile/charger-limit.ts'
import type { ChargerProfile, ControlRegister } from '../../../../shared/profile/charger-profile.ts'
import { decodeRegister, encodeRegister, fits } from '../../../../shared/profile/codec.ts'
import { registerWidth, type Register } from '../../../../shared/profile/register.ts'
import type { ChargerLink, ChargerOutcome } from '../charger-link.ts'
import type { ExchangeOutcome, ModbusRequest } from '../../lines/modbus-line.ts'

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
  const { enable, watchdog, monitoredOnly, ownFallback } = profile
  const limit = limitInAmperes(profile)
  const steered = profile.phaseSwitch?.steered
  const abilities = modbusAbilities(profile)
  const model = modelName(abilities)
  const refuse = (why: string) => ({ ok: false, why, atMs: nowMs() }) as const
  const failed = (outcome: ExchangeOutcome & { ok: false }) =>
    ({ ok: false, why: outcome.fault.message, atMs: outcome.atMs }) as const

  const write = async (register: ControlRegister, value: number): Promise<ChargerOutcome<unknown>> => {
    if (!fits(register, value))
      return refuse(
        `${String(value)} does not fit the register of ${model}: check scale and type in profile ${profile.id}`,
      )
    const words = encodeRegister(register, value, { wordOrder: profile.wordOrder })
    // Function 6 holds one register; a longer value must arrive in one piece.
    const functionCode = words.length === 1 ? (register.functionCode ?? limit.functionCode) : 16
    const outcome = await transact({ unit, functionCode, address: register.address, words })
    return outcome.ok ? { ok: true, atMs: outcome.atMs } : failed(outcome)
  }

  const read = async (
    register: Register,
    what: string,
  ): Promise<{ ok: true; value: number; atMs: number } | ReturnType<typeof refuse>> => {
    const functionCode = (register.space ?? profile.space) === 'holding' ? 3 : 4
    const outcome = await transact({
      unit,
      functionCode,
      address: register.address,
      count: registerWidth[register.type],
    })
    if (!outcome.ok) return failed(outcome)
    const decoded = decodeRegister(register, outcome.words, { wordOrder: profile.wordOrder })
    return typeof decoded === 'string'
      ? refuse(`the charger gives no number for ${what}`)
      : { ok: true, value: decoded.value, atMs: outcome.atMs }
  }

  return {
    chargerId,
    abilities,
    writeLimit: async (limitA) => {
      if (monitoredOnly !== undefined) return refuse(`${model} is only monitored: ${monitoredOnly}`)
      if (limitA <= 0) {
        if (limit.pauseValue !== null) return write(limit, limit.pauseValue)
        return enable === undefined
          ? refuse(`${model} cannot be paused through its limit; its smallest is ${String(limit.minimum)} A`)
          : write(enable.register, enable.off)
      }
      if (limitA < limit.minimum)
        return refuse(
          `${String(limitA)} A is below the smallest limit of this model, ${String(limit.minimum)} A; write 0 to pause`,
        )
      const written = await write(limit, inSteps(limit.resolution, limitA))
      // The limit first: a released charger must never run at one from before.
      return written.ok && enable !== undefined ? write(enable.register, enable.on) : written
    },
    readBackLimit: async () => {
      if (limit.readBack === null) return refuse(`${model} does not say which limit is in force`)
      if (enable !== undefined) {
        const released = await read(enable.register, 'its release')
        if (!released.ok) return released
        if (released.value !== enable.on) return { ok: true, limitA: 0, atMs: released.atMs }
      }
      const inForce = await read(limit.readBack, 'the limit in force')
      return inForce.ok ? { ok: true, limitA: inForce.value, atMs: inForce.atMs } : inForce
    },
    ...(ownFallback === undefined || monitoredOnly !== undefined
      ? {}
      : {
          setOwnFallback: async ({ limitA, timeoutS }: { limitA: number; timeoutS: number | null }) => {
            const current = ownFallback.limit === undefined ? null : await write(ownFallback.limit, limitA)
            if (current?.ok === false) return current
            if (ownFallback.timeout === undefined || timeoutS === null) return current ?? { ok: true, atMs: nowMs() }
            return write(ownFallback.timeout, timeoutS)
          },
          readOwnFallback: async () => {
            const { fallback_limit: limitRegister, watchdog_timeout: timeoutRegister } = profile.quantities
            const current = limitRegister === undefined ? null : await read(limitRegister, 'its fallback')
            if (current?.ok === false) return current
            const timeout = timeoutRegister === undefined ? null : await read(timeoutRegister, 'its time-out')
            if (timeout?.ok === false) return timeout
            return {
              ok: true as const,
              fallbackA: current?.value ?? null,
              timeoutS: timeout?.value ?? null,
              atMs: nowMs(),
            }
          },
        }),
    ...(steered === undefined || monitoredOnly !== undefined
      ? {}
      : { switchPhases: (phases: 1 | 3) => write(steered.register, phases === 1 ? steered.one : steered.three) }),
    feedWatchdog: async () => {
      if (monitoredOnly !== undefined) return refuse(`${model} is only monitored: ${monitoredOnly}`)
      switch (watchdog.kind) {
        case 'lifebit':
        case 'token':
        case 'timeout-write':
          return write(watchdog.register, watchdog.value)
        // Fed by requests, by the limit itself, or not through Modbus at all: nothing to send.
        case 'poll':
        case 'setpoint-validity':
        case 'configuration':
        case 'none':
          return { ok: true, atMs: nowMs() }
      }
    },
  }
}
