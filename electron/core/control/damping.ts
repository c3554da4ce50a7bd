import type { Clock } from '../ports.ts'
import type { ControlledCharger } from './controlled-charger.ts'
import { forgetful, type Memory } from '../site/memory.ts'

interface Given {
  givenA: number | null
  rise: { sinceMs: number; roomA: number } | null
  pausedForRoom: boolean
}

/** What the last decisions gave each charger, and how long there has been room for more. */
export const createDamping = (chargers: readonly ControlledCharger[], clock: Clock, memory: Memory = forgetful) => {
  const given = memory.keep(
    'damping',
    new Map<string, Given>(chargers.map((charger) => [charger.id, { givenA: null, rise: null, pausedForRoom: false }])),
  )
  const of = (id: string): Given => {
    const found = given.get(id)
    if (found === undefined) throw new Error(`charger ${id} is not of this site`)
    return found
  }
  return {
    givenA: (id: string): number | null => of(id).givenA,
    pausedForRoom: (id: string): boolean => of(id).pausedForRoom,
    /** The room of this cycle; the least since it began to last counts. */
    room: (id: string, roomA: number): { lastedMs: number; roomA: number } | null => {
      const own = of(id)
      const nowMs = clock.monotonicMs()
      if (own.givenA === null || roomA <= own.givenA) own.rise = null
      else own.rise = { sinceMs: own.rise?.sinceMs ?? nowMs, roomA: Math.min(own.rise?.roomA ?? roomA, roomA) }
      return own.rise === null ? null : { lastedMs: nowMs - own.rise.sinceMs, roomA: own.rise.roomA }
    },
    /** Nobody watched for a while: no room is known to have lasted. */
    interrupt: (): void => {
      for (const each of given.values()) each.rise = null
    },
    noRoom: (id: string): void => {
      of(id).rise = null
    },
    commit: (id: string, targetA: number, hasVehicle: boolean): void => {
      const own = of(id)
      if (own.givenA === null || targetA !== own.givenA) own.rise = null
      if (targetA > 0 || !hasVehicle) own.pausedForRoom = false
      else if ((own.givenA ?? 0) > 0) own.pausedForRoom = true
      own.givenA = targetA
    },
    /** Control takes over from whatever limit is in force; null: the charger does not say. */
    startFrom: (id: string, limitA: number | null): void => {
      given.set(id, { givenA: limitA, rise: null, pausedForRoom: false })
    },
  }
}
