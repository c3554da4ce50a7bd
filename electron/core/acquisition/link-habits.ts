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
/** How long a gateway may go on waiting for a device of its bus after we gave it up, ms; one second is the usual setting. */
export const gatewayHoldMs = 1000

export interface LinkHabits {
  readonly floorMs: number
  readonly ceilingMs: number
  /** After a timeout the line may still be busy with the lost request for this long since it was sent, ms; 0: giving up frees it. */
  readonly holdMs: number
}

/** `profileMs` is the deadline the device's profile names. */
export const linkHabits = (line: SiteLine, profileMs: number): LinkHabits => {
  const isCellular = 'link' in line && line.link === 'cellular'
  const ceilingMs = line.timeoutMs ?? (isCellular ? Math.max(profileMs, cellularDeadlineMs) : profileMs)
  // A Modbus TCP gateway serves one request of its bus after the other; a bus of our own is free when we give up.
  return {
    floorMs: isCellular ? cellularFloorMs : line.transport === 'serial' ? serialFloorMs : networkFloorMs,
    ceilingMs,
    holdMs: line.transport === 'tcp' ? Math.max(ceilingMs, gatewayHoldMs) : 0,
  }
}
