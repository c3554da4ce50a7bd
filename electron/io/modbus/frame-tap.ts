import type { Clock } from '../../core/ports.ts'
import type { LineFrame } from '../../core/lines/field-line.ts'
import type { Listeners } from './listeners.ts'

/** Shows every frame that goes or comes to whoever listens; costs nothing where nobody does. */
export const createFrameTap =
  (clock: Clock, frames: Listeners<LineFrame>) =>
  (direction: LineFrame['direction'], bytes: Uint8Array, firstMs?: number): void => {
    if (!frames.any()) return
    const monotonicMs = clock.monotonicMs()
    const firstMonotonicMs = firstMs ?? monotonicMs
    frames.send({ atMs: clock.nowMs(), monotonicMs, firstMonotonicMs, direction, bytes: bytes.slice() })
  }
