import type { SiteLine } from '../../../shared/site/site.ts'

/** Longest deadline on a mobile or satellite link where the site file names none, ms: a retransmission or two on the radio. */
export const cellularDeadlineMs = 5000
/**
 * Shortest learned deadlines, ms: timers and USB adapters (16 ms) on a port of our own, a gateway or switch that stalls on a network,
 * an idle radio waking up on a mobile link (editable assumptions).
 */
const serialFloorMs = 150
const networkFloorMs = 250
const cellularFloorMs = 2500
/**
 * How far a deadline may rise by itself for a device that is seen to answer late, ms (editable assumptions): on a line of its own, and
 * where others wait for it meanwhile. A deadline the site file names is never exceeded.
 */
const aloneReachMs = 5000
const sharedReachMs = 2000
/** How long a gateway may go on waiting for a device of its bus after we gave it up, ms; one second is the usual setting. */
export const gatewayHoldMs = 1000

export interface LinkHabits {
  readonly floorMs: number
  readonly ceilingMs: number
  /** How far the ceiling may rise for a device seen to answer later, ms. */
  readonly reachMs: number
  /** After a timeout the line may still be busy with the lost request for this long since it was sent, ms; 0: giving up frees it. */
  readonly holdMs: number
}

/** `profileMs` is the deadline the device's profile names; `isShared`: other devices hang on the same line. */
export const linkHabits = (line: SiteLine, profileMs: number, isShared = true): LinkHabits => {
  const isCellular = 'link' in line && line.link === 'cellular'
  const ceilingMs = line.timeoutMs ?? (isCellular ? Math.max(profileMs, cellularDeadlineMs) : profileMs)
  // A Modbus TCP gateway serves one request of its bus after the other; a bus of our own is free when we give up.
  return {
    floorMs: isCellular ? cellularFloorMs : line.transport === 'serial' ? serialFloorMs : networkFloorMs,
    ceilingMs,
    reachMs: line.timeoutMs ?? Math.max(ceilingMs, isShared ? sharedReachMs : aloneReachMs),
    // With one device there is nobody for a gateway to keep waiting.
    holdMs: isShared && line.transport === 'tcp' ? Math.max(ceilingMs, gatewayHoldMs) : 0,
  }
}
