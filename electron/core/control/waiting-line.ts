import type { Clock } from '../ports.ts'
import { turnMs } from './timing.ts'

/**
 * Turns among chargers of equal priority: first come, first kept, so that a newcomer never throws out a car that charges;
 * whoever was kept waiting for 15 min goes to the head, so that no car waits all day.
 */
export const createWaitingLine = (clock: Clock) => {
  let line: string[] = []
  const waitingSince = new Map<string, number>()
  return {
    /** Brings the line up to date; `waits`: has a vehicle and was paused for lack of room in the last decision. */
    update: (chargers: readonly { readonly id: string; readonly wants: boolean; readonly waits: boolean }[]): void => {
      const present = new Set(chargers.filter((charger) => charger.wants).map((charger) => charger.id))
      line = line.filter((id) => present.has(id))
      for (const id of [...present].sort()) if (!line.includes(id)) line.push(id)
      const nowMs = clock.monotonicMs()
      for (const { id, wants, waits } of chargers) {
        if (!wants || !waits) {
          waitingSince.delete(id)
          continue
        }
        const since = waitingSince.get(id) ?? nowMs
        waitingSince.set(id, since)
        if (nowMs - since < turnMs) continue
        line = [id, ...line.filter((other) => other !== id)]
        waitingSince.set(id, nowMs)
      }
    },
    /** Higher is paused later. */
    turnOf: (id: string): number => (line.includes(id) ? line.length - line.indexOf(id) : 0),
  }
}
