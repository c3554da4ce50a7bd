import { uptime } from 'node:os'
import type { Clock } from '../core/ports.ts'

/** setTimeout takes a signed 32-bit delay and fires at once above it; a longer one is waited for in pieces. */
const longestDelayMs = 2 ** 31 - 1

const after = (delayMs: number, task: () => void): (() => void) => {
  const dueMs = performance.now() + delayMs
  let timer: NodeJS.Timeout
  const wait = () => {
    const leftMs = dueMs - performance.now()
    timer = leftMs > longestDelayMs ? setTimeout(wait, longestDelayMs) : setTimeout(task, Math.max(0, leftMs))
  }
  wait()
  return () => clearTimeout(timer)
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  // On macOS it follows the calendar, so it tells nothing there.
  ...(process.platform === 'darwin' ? {} : { sinceBootMs: () => uptime() * 1000 }),
  after,
}
