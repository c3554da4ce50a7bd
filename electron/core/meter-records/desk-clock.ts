import type { OwnRecords } from '../../../shared/api/meter-records-contract.ts'
import { clockErrorOf, type OffsetBounds } from '../../../shared/meter-records/clock-offset.ts'
import { stampWidth, writeStamp } from '../../../shared/meter-records/stamp.ts'
import type { ToldClock } from '../../../shared/model/meter-told.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import type { MeterWay } from './meter-way.ts'
import { readClock } from './read-state.ts'

export interface ClockSeen {
  readonly told: ToldClock
  readonly isDst: boolean | null
}

/** Off by more than this behind the setting, beyond what is not known: the meter did not take it, ms. */
const notTakenMs = 2000

/** The clock of one meter: how far it is off, looked at again and again, and set for a person. */
export const createDeskClock = (layout: MeterProfile['clock'], way: MeterWay, now: () => number) => {
  let bounds: OffsetBounds | null = null
  let seen: ClockSeen | null = null
  let problem: string | null = null

  const look = async (): Promise<void> => {
    if (layout === undefined) return
    const read = await readClock(layout, way, bounds)
    if (typeof read === 'string') {
      problem = read
      return
    }
    bounds = read.bounds
    problem = null
    const error = clockErrorOf(read.bounds, layout.runsIn === 'utc')
    seen = { told: { ...error, isFaulty: read.isFaulty }, isDst: read.isDst }
  }
  const current = (): ClockSeen | null => seen

  return {
    look,
    seen: current,
    /** Writes the time as the meter counts it, in its own zone, and reads it back. A text: why not. */
    set: async (): Promise<{ beforeMs: number | null; after: ToldClock } | string> => {
      if (layout === undefined) return 'this meter has no clock that is known here'
      if (!layout.isSettable) return 'how the clock of this model is set is not documented; set it at the meter'
      if (current() === null) await look()
      const before = current()
      const zoneMs = (layout.runsIn === 'utc' ? 0 : (before?.told.zoneMinutes ?? 0)) * 60_000
      // Half of what the request takes is not known before; a clock of whole seconds is set to the next one.
      const stamp = writeStamp(layout.stamp, now() + zoneMs, before?.isDst ?? false)
      const written = await way.write(layout.address, stamp)
      if (!written.ok) return written.why
      bounds = null
      await look()
      await look()
      const after = current()
      if (after === null || problem !== null) return `written, but it could not be read back: ${problem ?? ''}`
      const { told } = after
      const isNotTaken = stampWidth(layout.stamp) > 0 && Math.abs(told.errorMs) - told.uncertaintyMs > notTakenMs
      return isNotTaken
        ? `written, but the meter shows a clock that is ${(told.errorMs / 1000).toFixed(1)} s off: it did not take it; it may want a password or a key at the meter`
        : { beforeMs: before?.told.offsetMs ?? null, after: told }
    },
    state: (): OwnRecords['clock'] =>
      layout === undefined
        ? null
        : {
            isSettable: layout.isSettable,
            runsIn: layout.runsIn,
            told: seen?.told ?? null,
            atMs: bounds?.atMs ?? null,
            problem,
          },
  }
}
