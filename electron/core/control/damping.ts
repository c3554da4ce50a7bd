import type { Clock } from '../ports.ts'
import type { ControlledCharger } from './controlled-charger.ts'

interface Memory {
  givenA: number | null
  rise: { sinceMs: number; roomA: number } | null
  pausedForRoom: boolean
}

/** What the last decisions gave each charger, and how long there has been room for more. */
export const createDamping = (devices: readonly ControlledCharger[], clock: Clock) => {
  const memories = new Map<string, Memory>(
    devices.map((device) => [device.id, { givenA: null, rise: null, pausedForRoom: false }]),
  )
  const of = (id: string): Memory => {
    const memory = memories.get(id)
    if (memory === undefined) throw new Error(`charger ${id} is not of this site`)
    return memory
  }
  return {
    givenA: (id: string): number | null => of(id).givenA,
    pausedForRoom: (id: string): boolean => of(id).pausedForRoom,
    /** The room of this cycle; the least since it began to last counts. */
    room: (id: string, roomA: number): { lastedMs: number; roomA: number } | null => {
      const memory = of(id)
      const nowMs = clock.monotonicMs()
      if (memory.givenA === null || roomA <= memory.givenA) memory.rise = null
      else memory.rise = { sinceMs: memory.rise?.sinceMs ?? nowMs, roomA: Math.min(memory.rise?.roomA ?? roomA, roomA) }
      return memory.rise === null ? null : { lastedMs: nowMs - memory.rise.sinceMs, roomA: memory.rise.roomA }
    },
    /** Nobody watched for a while: no room is known to have lasted. */
    interrupt: (): void => {
      for (const memory of memories.values()) memory.rise = null
    },
    noRoom: (id: string): void => {
      of(id).rise = null
    },
    commit: (id: string, targetA: number, hasVehicle: boolean): void => {
      const memory = of(id)
      if (memory.givenA === null || targetA !== memory.givenA) memory.rise = null
      if (targetA > 0 || !hasVehicle) memory.pausedForRoom = false
      else if ((memory.givenA ?? 0) > 0) memory.pausedForRoom = true
      memory.givenA = targetA
    },
    /** Control takes over from whatever limit is in force; null: the charger does not say. */
    startFrom: (id: string, limitA: number | null): void => {
      memories.set(id, { givenA: limitA, rise: null, pausedForRoom: false })
    },
  }
}
