import type { ExchangeOutcome, ModbusRequest } from '../lines/modbus-line.ts'

/**
 * Deadlines, ms from the end of the request to the reply (editable assumptions). `absent`: an id nobody has costs no more than
 * this and the line's own silences; on a wire of known speed the line adds the bytes' time. A device that is slower answers
 * late, is heard, and is asked again with `patient`. Behind a gateway both ways over an unknown wire come on top.
 */
export const deadlines = {
  serial: { absent: 140, patient: 500, read: [150, 500] },
  'rtu-over-tcp': { absent: 300, patient: 1000, read: [400, 1000] },
  tcp: { absent: 1000, patient: 2000, read: [500, 1500] },
} as const

/**
 * Whoever has this number answers it: two holding registers at 0 are given, or refused with an exception, and either is a sign of
 * life. Two, because some meters take even counts only and stay silent otherwise.
 */
export const signOfLife = (unit: number): ModbusRequest => ({ unit, functionCode: 3, address: 0, count: 2 })

/** A gateway speaks for a unit it can't reach (Modbus Application Protocol 1.1b3, 7). */
export const isGatewayAnswer = (outcome: ExchangeOutcome): boolean =>
  !outcome.ok && outcome.fault.kind === 'exception' && (outcome.fault.code === 10 || outcome.fault.code === 11)
export const isReply = (outcome: ExchangeOutcome): boolean =>
  outcome.ok || (outcome.fault.kind === 'exception' && !isGatewayAnswer(outcome))
export const isBroken = (outcome: ExchangeOutcome): boolean =>
  !outcome.ok && ['crc', 'malformed', 'wrong-unit'].includes(outcome.fault.kind)
export const isLost = (outcome: ExchangeOutcome): boolean =>
  !outcome.ok && (outcome.fault.kind === 'offline' || outcome.fault.kind === 'closed')
