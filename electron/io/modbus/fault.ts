import type { ExchangeFault } from '../../core/lines/field-line.ts'
import type { ModbusRequest } from '../../core/lines/modbus-line.ts'

export const faultOf = (kind: ExchangeFault['kind'], message: string, code: number | null = null): ExchangeFault => ({
  kind,
  code,
  message,
})

/** "unit 3, input registers 0x0046-0x004B" or "unit 3, write to register 0x04B2". */
export const describeRequest = (request: ModbusRequest): string => {
  const hex = (address: number) => `0x${address.toString(16).toUpperCase().padStart(4, '0')}`
  if ('words' in request) return `unit ${String(request.unit)}, write to register ${hex(request.address)}`
  if (request.functionCode === 20)
    return `unit ${String(request.unit)}, file ${String(request.file)}, records ${String(request.address)}-${String(request.address + request.count - 1)}`
  const space = request.functionCode === 3 ? 'holding' : 'input'
  return `unit ${String(request.unit)}, ${space} registers ${hex(request.address)}-${hex(request.address + request.count - 1)}`
}

/** Modbus Application Protocol V1.1b3, chapter 7, with what a person can do about each. */
const exceptions: Readonly<Record<number, string>> = {
  1: 'illegal function: this model does not know the function code; check the profile',
  2: 'illegal data address: this model or firmware lacks one of the registers; check the profile',
  3: 'illegal data value: the count or the written value is not accepted',
  4: 'device failure: see the display of the device',
  5: 'acknowledged, still working: ask again later',
  6: 'device busy: ask less often',
  8: 'memory parity error inside the device',
  10: 'gateway path unavailable: the gateway has no route to this unit; check its settings',
  11: 'the device behind the gateway does not answer: check its power, bus wiring, unit number and baud rate',
}

export const exceptionFault = (request: ModbusRequest, code: number): ExchangeFault =>
  faultOf(
    'exception',
    `${describeRequest(request)}: exception ${String(code)}, ${exceptions[code] ?? 'unknown to the standard'}`,
    code,
  )

export const timeoutFault = (request: ModbusRequest, deadlineMs: number, isBus: boolean): ExchangeFault =>
  faultOf(
    'timeout',
    `${describeRequest(request)}: no reply within ${String(Math.round(deadlineMs))} ms; check that the device is on, ` +
      (isBus ? 'the unit number, baud rate and parity, A/B polarity and the bus ends' : 'and the unit number'),
  )
