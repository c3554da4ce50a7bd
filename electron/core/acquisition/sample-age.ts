import { missingSample, type Quality, type Sample } from '../../../shared/model/sample.ts'
import type { ExchangeFault } from '../ports.ts'

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

/**
 * A good value may miss two reads before it is stale, and is never stale within two seconds of a missed read: a slow bus is not
 * a dead one. At 1 s polling that is 3 s, inside the five seconds a silent meter may take to lead to the fallback.
 */
export const staleAfterMs = (periodMs: number): number => Math.max(3 * periodMs, periodMs + 2000)

/** A silent meter or charger leads to the fallback within this (control's meterTimeout, chargerSilenceMs): no reading may look good for longer because its line is slow. */
const longestStaleMs = 5000

/**
 * The period by which a reading ages: the one it has, or the one that this device on this line reaches where that is longer. A value
 * that comes as often as it can is not stale in between.
 */
export const periodForAge = (periodMs: number, reachedMs: number | null): number =>
  Math.max(periodMs, Math.min(reachedMs ?? 0, longestStaleMs / 3))

/** The sample as it is at `nowMs`: a good one that is too old has no value any more; nor has one from long after now, as the clock was set back. */
export const aged = (sample: Sample, nowMs: number, periodMs: number): Sample =>
  sample.quality === 'good' && sample.atMs !== null && Math.abs(nowMs - sample.atMs) > staleAfterMs(periodMs)
    ? missingSample('stale', sample.atMs)
    : sample
