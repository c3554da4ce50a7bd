import { createRegisterMemory, type RegisterMemory } from '../../../shared/scan/register-memory.ts'
import type { RegisterSpace } from '../../../shared/profile/register.ts'
import type { ExchangeOutcome, ModbusRequest } from '../lines/modbus-line.ts'

/** A device that is silent to registers it lacks, instead of refusing them, is not asked twice. */
const silencesThatCount = 3

export interface RegisterReader {
  readonly memory: RegisterMemory
  /** Whether these registers are known now. `isWhole`: in one request, although they may be known already. */
  readonly read: (
    space: RegisterSpace,
    address: number,
    count: number,
    maxRegisters: number,
    isWhole?: boolean,
  ) => Promise<boolean>
  readonly isSilent: () => boolean
}

/** Reads registers of a device nobody knows, each once; what it refuses is not asked for again. */
export const createRegisterReader = (
  unit: number,
  ask: (request: ModbusRequest, more: { maxRegisters: number }) => Promise<ExchangeOutcome>,
  isStopped: () => boolean,
): RegisterReader => {
  const memory = createRegisterMemory()
  let silences = 0
  return {
    memory,
    isSilent: () => silences >= silencesThatCount,
    read: async (space, address, count, maxRegisters, isWhole = false) => {
      if (!isWhole && memory.covers(space, address, count)) return true
      if (!isWhole && memory.refusal(space, address, count) !== null) return false
      for (let attempt = 0; attempt < 2; attempt += 1) {
        if (isStopped()) return false
        const outcome = await ask({ unit, functionCode: space === 'holding' ? 3 : 4, address, count }, { maxRegisters })
        if (outcome.ok) {
          memory.note(space, address, outcome.words)
          return true
        }
        const { kind, code } = outcome.fault
        // Acknowledge, busy and a gateway's answers (Modbus Application Protocol 1.1b3, 7) say nothing about the register.
        if (kind === 'exception' && code !== null && ![5, 6, 10, 11].includes(code)) {
          memory.refuse(space, address, count, code)
          return false
        }
        if (kind === 'timeout') {
          silences += 1
          if (silences >= silencesThatCount) break
        }
      }
      memory.refuse(space, address, count, 0)
      return false
    },
  }
}
