import { characterMs as characterTime } from '../../../shared/line-budget/wire-time.ts'
import type { ModbusSiteLine } from '../../../shared/site/site.ts'

export interface LineTiming {
  /** Time of one character on a wire we drive ourselves; 0 where the speed of the far bus is not ours to know. */
  readonly characterMs: number
  /** Silence between frames, ms. */
  readonly silenceMs: number
  /** A started reply that stops for this long is over: what is there is judged without waiting for the deadline. */
  readonly idleMs: number
  /** Silence wanted after a fault before anything is sent, at least. */
  readonly guardMs: number
}

/**
 * Modbus over Serial Line V1.02, 2.5.1.1: frames are 3.5 characters apart, and a fixed 1.75 ms above 19200 baud. USB adapters
 * hold bytes back for up to 16 ms (FTDI latency timer) and gateways for longer: `idleMs` and `guardMs` allow for that
 * (editable assumptions).
 */
export const timingOf = (line: ModbusSiteLine): LineTiming => {
  if (line.transport === 'tcp') return { characterMs: 0, silenceMs: 0, idleMs: 250, guardMs: 0 }
  // ASCII: up to a second may pass between two characters of a frame (2.5.2.1).
  const idleMs = (ms: number): number => (line.framing === 'ascii' ? Math.max(1000, ms) : ms)
  if (line.transport === 'rtu-over-tcp')
    return { characterMs: 0, silenceMs: 1.75 + (line.quietMs ?? 0), idleMs: idleMs(250), guardMs: 50 }
  const characterMs = characterTime(line)
  const silenceMs = (line.baud > 19_200 ? 1.75 : 3.5 * characterMs) + (line.quietMs ?? 0)
  return {
    characterMs,
    silenceMs,
    idleMs: idleMs(Math.max(150, 10 * characterMs)),
    guardMs: Math.max(30, 10 * characterMs),
  }
}
