import { describe, expect, it } from 'vitest'
import type { ModbusRequest } from '../../core/lines/modbus-line.ts'
import { faultOfReply, verdictOfTimeOut, type TimedOut } from './mbap-verdicts.ts'
import { replyShape } from './reply-shape.ts'

const request: ModbusRequest = { unit: 3, functionCode: 4, address: 10, count: 2 }
const asked = { request, shape: replyShape(request) }
const late: TimedOut = {
  ...asked,
  transaction: 9,
  deadlineMs: 500,
  foreignNumber: null,
  pending: 0,
  isOthers: false,
}

describe('a reply of the right transaction', () => {
  it('is believed only where unit, function and length are those asked for', () => {
    const kindOf = (...body: number[]) => faultOfReply(asked, Uint8Array.from(body))?.kind ?? 'right'
    expect(kindOf(3, 4, 4, 0, 1, 0, 2)).toBe('right')
    expect(kindOf(5, 4, 4, 0, 1, 0, 2)).toBe('wrong-unit')
    expect(kindOf(3, 0x84, 2)).toBe('exception')
    expect(kindOf(3, 3, 4, 0, 1, 0, 2)).toBe('malformed')
    expect(kindOf(3, 4, 2, 0, 1)).toBe('malformed')
    expect(kindOf()).toBe('wrong-unit')
  })
})

describe('a request at its deadline', () => {
  it('costs the connection only where half of its own reply lies there', () => {
    expect(verdictOfTimeOut(late)).toMatchObject({ fault: { kind: 'timeout' }, desync: null })
    expect(verdictOfTimeOut({ ...late, pending: 7, isOthers: true })).toMatchObject({ desync: null })
    const cut = verdictOfTimeOut({ ...late, pending: 7 })
    expect(cut.fault).toMatchObject({ kind: 'malformed', isCut: true, isOutOfStep: true })
    expect(cut.desync).toContain('7 bytes')
  })
  it('says that a gateway gives numbers of its own, whatever else lies there', () => {
    const { fault, desync } = verdictOfTimeOut({ ...late, foreignNumber: 77, pending: 7 })
    expect([fault.message.includes('transaction number 77'), desync]).toEqual([true, null])
  })
})
