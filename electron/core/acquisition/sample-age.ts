import type { Quality } from '../../../shared/model/sample.ts'
import type { ExchangeFault } from '../lines/field-line.ts'

/**
 * What a gateway says about the way to a device (Modbus Application Protocol V1.1b3, 7): 0x0B, it passed the request on and got no
 * reply; 0x0A, it has no path to this unit. null for everything else, the device's own exceptions too.
 */
export const gatewaySays = (fault: ExchangeFault): 'silent' | 'no-path' | null =>
  fault.kind !== 'exception' ? null : fault.code === 0x0b ? 'silent' : fault.code === 0x0a ? 'no-path' : null

/** Why a failed exchange left no value. A device its gateway gets no reply from is as silent as one on our own bus. */
export const qualityOfFault = (fault: ExchangeFault): Exclude<Quality, 'good'> => {
  const said = gatewaySays(fault)
  if (said !== null) return said === 'silent' ? 'timeout' : 'no-path'
  switch (fault.kind) {
    case 'timeout':
      return 'timeout'
    case 'exception':
      return 'refused'
    case 'crc':
    case 'malformed':
    case 'collision':
    case 'wrong-unit':
    case 'doubtful':
      return 'corrupt'
    case 'offline':
    case 'closed':
      return 'offline'
  }
}

/** A silent meter or charger leads to the fallback within this (control's meterTimeout, chargerSilenceMs): no reading may look good for longer because its line is slow. */
const longestStaleMs = 5000

/**
 * The period by which a reading ages: the one it has, or the one that this device on this line reaches where that is longer. A value
 * that comes as often as it can is not stale in between.
 */
export const periodForAge = (periodMs: number, reachedMs: number | null): number =>
  Math.max(periodMs, Math.min(reachedMs ?? 0, longestStaleMs / 3))
