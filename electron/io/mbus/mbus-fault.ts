import type { LinkFrame } from '../../../shared/mbus/link-frame.ts'
import type { ExchangeFault } from '../../core/lines/field-line.ts'

export const mbusFault = (kind: ExchangeFault['kind'], message: string): ExchangeFault => ({
  kind,
  code: null,
  message,
})

/** EN 13757-2: the function codes a master sends, without FCB. */
const functions: Readonly<Record<number, string>> = {
  0x40: 'initialisation',
  0x53: 'request',
  0x5b: 'request for data',
  0x5a: 'request for alarms',
}

const whoIs = (address: number): string => {
  switch (address) {
    case 253:
      return 'the selected meter'
    case 254:
      return 'any meter (254)'
    case 255:
      return 'all meters (255)'
    default:
      return `M-Bus address ${String(address)}`
  }
}

/** "M-Bus address 5, request for data". */
export const describeMbus = (frame: LinkFrame): string => {
  if (frame.kind === 'ack') return 'an acknowledgement'
  const what =
    frame.kind !== 'short' && frame.ci === 0x52 ? 'selection' : (functions[frame.control & ~0x20] ?? 'request')
  return `${whoIs(frame.address)}, ${what}`
}

export const mbusTimeout = (frame: LinkFrame, afterMs: number): ExchangeFault =>
  mbusFault(
    'timeout',
    `${describeMbus(frame)}: no answer within ${String(Math.round(afterMs))} ms; check that the level converter has power, that the meter is on the bus, its address, and the baud rate (most meters: 2400 8E1)`,
  )

/** What was received instead of an answer, judged when nothing more came. */
export interface Debris {
  readonly checksums: number
  readonly others: number
  readonly pending: Uint8Array
}

export const debrisFault = (frame: LinkFrame, { checksums, others, pending }: Debris): ExchangeFault => {
  const what = describeMbus(frame)
  if (others === 0 && checksums > 0) {
    return mbusFault(
      'crc',
      `${what}: the check sum of the answer is wrong; two meters with this address answer at once, or the bus is disturbed: check addresses, wiring and that only one master is on the bus`,
    )
  }
  if (others === 0 && pending.length >= 4) {
    const length = pending[0] === 0x68 ? (pending[1] ?? 0) + 6 : 5
    return mbusFault(
      'malformed',
      `${what}: the answer stopped after ${String(pending.length)} of ${String(length)} bytes; check wiring, the level converter's supply and the baud rate`,
    )
  }
  return mbusFault(
    'collision',
    `${what}: ${String(others + pending.length)} bytes came that are no M-Bus frame; several meters answer at once (the same address twice), or the baud rate or parity is not the meter's`,
  )
}

/** What came that was not asked for, where nothing else did; null where there was nothing of that either. */
export const asideFault = (
  frame: LinkFrame,
  aside: { readonly foreign: number | null; readonly hasData: boolean; readonly hasMaster: boolean },
): ExchangeFault | null => {
  const what = describeMbus(frame)
  if (aside.hasMaster)
    return mbusFault(
      'collision',
      `${what}: another master speaks on this bus; only one may: end the other program, or take its converter off the bus`,
    )
  if (aside.foreign !== null) {
    return mbusFault(
      'wrong-unit',
      `${what}: the meter with address ${String(aside.foreign)} answered instead; check that addresses are unique and that no second master is on the bus`,
    )
  }
  return aside.hasData
    ? mbusFault(
        'malformed',
        `${what}: a data frame came where a single E5 was expected; another meter may have answered late`,
      )
    : null
}
