import type { Interval } from '../../../shared/model/event.ts'
import type { Sample } from '../../../shared/model/sample.ts'
import { createStats } from './interval-stats.ts'
import type { EnergyBound } from './energy-bound.ts'
import { registerEnergy, sumOfRegisters, type RegisterEnergy } from './register-energy.ts'
import { emptyTrail, nextTrail, noteRegister, type RegisterTrail } from './register-trail.ts'

export interface RecordedMeter {
  readonly id: string
  /** Polling period of the fast quantities, ms. */
  readonly periodMs: number
  /** What can flow through it at most: a counter that says more is not believed. Left out: everything is possible. */
  readonly bound?: EnergyBound
  /** Seconds of the intervals that are kept of it; left out: one minute and fifteen. */
  readonly lengths?: readonly (60 | 900)[]
}

const anything: EnergyBound = { kw: Infinity, why: 'nothing is known of what it measures' }

export interface IntervalRecorder {
  /** Every reply of a meter, at the polling rate; samples carry their own time. */
  readonly observe: (meterId: string, samples: Readonly<Partial<Record<string, Sample>>>) => void
  /** Intervals that ended at least a grace time ago; each is given once. */
  readonly close: (nowMs: number) => readonly Interval[]
  /** The computer's clock was set: what was open ends there and says so; the time that did not pass makes no empty intervals. */
  readonly clockSet: (nowMs: number) => readonly Interval[]
}

/** Replies of the last second of an interval may arrive this late. */
const graceMs = 2000
/** A slow register is read every 10 s (or at the meter's own longer period): this old at a boundary when one poll was missed. */
const registerTolerance = (periodMs: number) => Math.max(10_000, periodMs) * 2 + 2000

type Length = 60 | 900
const bothLengths = [60, 900] as const

/** The registers that count a direction's energy: the total, or where a meter has none its tariffs. */
const energyKeys = {
  import: { total: 'e_import', tariffs: ['e_import_t1', 'e_import_t2', 'e_import_t3', 'e_import_t4'] },
  export: { total: 'e_export', tariffs: ['e_export_t1', 'e_export_t2'] },
} as const
const countingKeys: ReadonlySet<string> = new Set(
  Object.values(energyKeys).flatMap(({ total, tariffs }) => [total, ...tariffs]),
)

const createLane = (meter: RecordedMeter, lengthS: Length) => {
  const lengthMs = lengthS * 1000
  const bound = meter.bound ?? anything
  const stats = createStats()
  let startMs: number | null = null
  let startedInside = true
  let clockWasSet = false
  /** Good readings of each register: all that a meter with energy only gives. */
  const registerReads = new Map<string, number>()
  /** Registers the meter has: one it never reported needs no note. */
  const reported = new Set<string>()
  let trails = new Map<string, RegisterTrail>()
  const nextTrails = () => {
    trails = new Map([...trails].map(([key, trail]) => [key, nextTrail(trail)]))
  }
  const begin = (atMs: number) => Math.floor(atMs / lengthMs) * lengthMs

  const finish = (): Interval => {
    const from = startMs ?? 0
    const energyOf = (key: string, name: string) =>
      registerEnergy(trails.get(key) ?? emptyTrail, {
        startMs: from,
        endMs: from + lengthMs,
        toleranceMs: Math.min(registerTolerance(meter.periodMs), lengthMs),
        bound,
        name,
      })
    const energy = (name: keyof typeof energyKeys): RegisterEnergy => {
      const { total, tariffs } = energyKeys[name]
      if (reported.has(total)) return energyOf(total, name)
      const counted = tariffs.filter((key) => reported.has(key))
      return counted.length === 0
        ? { kwh: null, start: null, end: null, note: null }
        : sumOfRegisters(
            counted.map((key) => energyOf(key, `${name} tariff ${key.slice(-1)}`)),
            name,
          )
    }
    const importEnergy = energy('import')
    const exportEnergy = energy('export')
    const good = Math.max(stats.most(), ...registerReads.values())
    registerReads.clear()
    const notes = [
      good === 0 ? 'no readings' : startedInside ? 'recording began inside this interval' : null,
      clockWasSet ? "the computer's clock was set within it" : null,
      importEnergy.note,
      exportEnergy.note,
    ].filter((note) => note !== null)
    const interval: Interval = {
      meterId: meter.id,
      startMs: from,
      lengthS,
      importKwh: importEnergy.kwh,
      exportKwh: exportEnergy.kwh,
      registerStartKwh: importEnergy.start,
      registerEndKwh: importEnergy.end,
      stats: stats.take(),
      coverage: Math.min(1, good / (lengthMs / meter.periodMs)),
      note: notes.length === 0 ? null : notes.join('; '),
    }
    startMs = from + lengthMs
    startedInside = false
    clockWasSet = false
    nextTrails()
    return interval
  }

  return {
    /** Open intervals that end at or before `untilMs`. */
    closeUntil: (untilMs: number): Interval[] => {
      const done: Interval[] = []
      if (startMs === null) {
        startMs = begin(untilMs + graceMs)
        return done
      }
      // After a long pause the empty intervals in between are not invented one by one: only the one that was open is closed.
      if (untilMs - startMs > 2 * 86_400_000) {
        done.push(finish())
        startMs = begin(untilMs)
      }
      while (startMs + lengthMs <= untilMs) done.push(finish())
      // The clock was set back: what is recorded from here on belongs to the time it shows now.
      if (startMs > untilMs + lengthMs + graceMs) {
        stats.take()
        registerReads.clear()
        startMs = begin(untilMs)
        startedInside = true
        nextTrails()
      }
      return done
    },
    add: (key: string, sample: Sample): void => {
      if (sample.quality !== 'absent') reported.add(key)
      if (sample.value === null || sample.atMs === null) return
      startMs ??= begin(sample.atMs)
      // Of an interval already closed: too late to count.
      if (sample.atMs < startMs) return
      stats.add(key, sample)
      if (!countingKeys.has(key)) return
      registerReads.set(key, (registerReads.get(key) ?? 0) + 1)
      trails.set(key, noteRegister(trails.get(key) ?? emptyTrail, { atMs: sample.atMs, kwh: sample.value }, bound))
    },
    clockSet: (nowMs: number): Interval[] => {
      if (startMs === null) return []
      clockWasSet = true
      const done = [finish()]
      startMs = begin(nowMs)
      startedInside = true
      return done
    },
    endMs: () => (startMs === null ? Infinity : startMs + lengthMs),
  }
}

/** One-minute and fifteen-minute records of every meter, aligned to the UTC clock, from the polled samples. No timers: call `close`. */
export const createIntervalRecorder = (meters: readonly RecordedMeter[]): IntervalRecorder => {
  const lanes = new Map(
    meters.map((meter) => [
      meter.id,
      (meter.lengths ?? bothLengths).map((length) => ({
        lane: createLane(meter, length),
        /** Samples past the end of the open interval wait until it is closed. */
        early: [] as { key: string; sample: Sample }[],
      })),
    ]),
  )
  /** More than a grace time of samples never waits; the bound is for a cycle that stopped. */
  const mostEarly = 20_000
  return {
    observe: (meterId, samples) => {
      for (const each of lanes.get(meterId) ?? []) {
        for (const [key, sample] of Object.entries(samples)) {
          if (sample === undefined) continue
          if ((sample.atMs ?? 0) < each.lane.endMs()) each.lane.add(key, sample)
          else if (each.early.length < mostEarly) each.early.push({ key, sample })
        }
      }
    },
    clockSet: (nowMs) =>
      [...lanes.values()].flat().flatMap((each) => {
        // Samples that waited for their interval carry times of the clock that was.
        each.early = []
        return each.lane.clockSet(nowMs)
      }),
    close: (nowMs) => {
      const done: Interval[] = []
      for (const entries of lanes.values()) {
        for (const each of entries) {
          done.push(...each.lane.closeUntil(nowMs - graceMs))
          if (each.early.length === 0) continue
          const waiting = each.early.splice(0)
          for (const { key, sample } of waiting) {
            if ((sample.atMs ?? 0) < each.lane.endMs()) each.lane.add(key, sample)
            else each.early.push({ key, sample })
          }
        }
      }
      return done
    },
  }
}
