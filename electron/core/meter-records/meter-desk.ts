import type { OwnRecords, ReconstructedCycle } from '../../../shared/api/meter-records-contract.ts'
import { clockErrorOf, type OffsetBounds } from '../../../shared/meter-records/clock-offset.ts'
import { stampWidth, writeStamp } from '../../../shared/meter-records/stamp.ts'
import type { MeterLog } from '../../../shared/meter-records/own-records.ts'
import type { MeterTold, ToldAlarm, ToldClock } from '../../../shared/model/meter-told.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import type { CaptureSummary } from '../../../shared/wave/wave-observation.ts'
import type { MeterEventData } from '../../../shared/meter-records/meter-event.ts'
import type { CaptureBook } from './capture-book.ts'
import { readComtradeFiles } from './comtrade-files.ts'
import { readCycle } from './harmonics.ts'
import { readLogWindow } from './log-window.ts'
import { eventDataOf } from './meter-event.ts'
import type { MeterFacts } from './meter-facts.ts'
import type { MeterWay } from './meter-way.ts'
import { createPausedLog } from './paused-log.ts'
import { readPlainBlocks } from './plain-blocks.ts'
import type { CaptureReading } from './raw-capture.ts'
import { readLog } from './read-log.ts'
import { readAlarms, readClock, readVerdict } from './read-state.ts'

export interface DeskPorts {
  readonly meterId: string
  readonly name: string
  readonly profile: MeterProfile
  readonly way: MeterWay
  readonly facts: MeterFacts
  readonly book: CaptureBook
  readonly nominalV: number
  readonly nominalHz: number
  readonly now: () => number
  /** A second program on this site reads what changes nothing at the meter, and takes no records. */
  readonly mayTake: boolean
  readonly onEvent: (data: MeterEventData) => void
  readonly onCapture: (summary: CaptureSummary) => void
}

interface LogState {
  readonly taken: number
  readonly readAtMs: number | null
  readonly problem: string | null
}
const unread: LogState = { taken: 0, readAtMs: null, problem: null }

/** A list is read whole at the start and this often, for makers do not say that the newest stands first, ms (editable assumption). */
const wholeEveryMs = 3_600_000

/** What one meter keeps of its own: asked for in the gaps of the polling, one request after the other. */
export const createMeterDesk = (ports: DeskPorts) => {
  const { meterId, profile, way, facts, book, now } = ports
  const logs = new Map<string, LogState>()
  const wholeAtMs = new Map<string, number>()
  let bounds: OffsetBounds | null = null
  let clock: { readonly told: ToldClock; readonly isDst: boolean | null } | null = null
  let clockProblem: string | null = null
  let alarms: readonly ToldAlarm[] | null = null
  let verdict: OwnRecords['verdict'] = null
  let isReading = false

  const lookAtClock = async (): Promise<void> => {
    if (profile.clock === undefined) return
    const read = await readClock(profile.clock, way, bounds)
    if (typeof read === 'string') {
      clockProblem = read
      return
    }
    bounds = read.bounds
    clockProblem = null
    const error = clockErrorOf(read.bounds, profile.clock.runsIn === 'utc')
    clock = { told: { ...error, isFaulty: read.isFaulty }, isDst: read.isDst }
  }

  const lookAtLog = async (log: MeterLog): Promise<void> => {
    const before = logs.get(log.id) ?? unread
    const isWhole = now() - (wholeAtMs.get(log.id) ?? -Infinity) > wholeEveryMs
    const read = await readLog(log, way, { isSeen: facts.isSeen, next: facts.next(log.id), isWhole })
    const fresh = read.found.filter(({ key }) => !facts.isSeen(key))
    const known = clock === null ? null : { ...clock.told, isDst: clock.isDst }
    const { name, nominalV } = ports
    const events = fresh
      .map(({ key, record }) =>
        eventDataOf({ key, record, meterId, meterName: name, logName: log.name, clock: known, nominalV }),
      )
      .sort((one, other) => one.fromMs - other.fromMs)
    // First remembered, then told: a record told twice is worse than one that stands in the meter for another look.
    facts.see(fresh.map(({ key }) => key))
    events.forEach(ports.onEvent)
    if (read.next !== null) facts.setNext(log.id, read.next)
    if (read.problem === null && isWhole) wholeAtMs.set(log.id, now())
    const readAtMs = read.problem === null ? now() : before.readAtMs
    logs.set(log.id, { taken: before.taken + fresh.length, readAtMs, problem: read.problem })
  }

  const paused = profile.captures?.kind === 'log-window' ? createPausedLog(profile.captures, way, facts.debt) : null

  const readCaptures = async (isAsked: boolean): Promise<CaptureReading> => {
    const layout = profile.captures
    if (layout === undefined) return { ok: false, why: 'this meter gives no captures over Modbus' }
    switch (layout.kind) {
      case 'plain-blocks':
        // What stands in its registers stays there until it takes the next: asked for by a person, it is given again.
        return readPlainBlocks(layout, way, profile.line.maxRegisters, ports.nominalHz)
      case 'log-window':
        return paused === null
          ? { ok: false, why: 'its log has no window' }
          : readLogWindow(layout, way, paused, ports.nominalHz, isAsked ? () => false : facts.hasCapture)
      case 'comtrade-files':
        return readComtradeFiles(layout, way, isAsked ? () => false : facts.hasCapture)
    }
  }

  const takeCaptures = async (
    isAsked: boolean,
  ): Promise<{ ids: string[]; notes: readonly string[] } | { why: string }> => {
    if (isReading) return { why: 'its captures are being read just now' }
    isReading = true
    try {
      await lookAtClock()
      const read = await readCaptures(isAsked)
      if (!read.ok) return { why: read.why }
      const { class: stated } = profile.captures ?? { class: null }
      const device = `${profile.make} ${profile.models[0] ?? ''}, ${ports.name}; captured by the meter itself; ${
        stated === null ? 'class not stated' : `class as its maker states it: ${stated}`
      }`
      const ids = read.captures.map((raw) => {
        const stampedMs = raw.time === null ? null : raw.time.stamp.wallMs - (clock?.told.offsetMs ?? 0)
        const fromMs = stampedMs === null ? null : stampedMs - (1000 * (raw.time?.atSample ?? 0)) / raw.rateHz
        const readAtMs = now()
        const id = `${meterId}-${Math.round(fromMs ?? readAtMs)}`
        const isNew = book.bytesOf(meterId, id) === null
        if (isNew) {
          const summary = book.add({ raw, id, meterId, device, fromMs, readAtMs })
          if (!facts.hasCapture(raw.key)) ports.onCapture(summary)
        }
        facts.tookCapture(raw.key)
        return id
      })
      return { ids, notes: read.notes }
    } finally {
      isReading = false
    }
  }

  return {
    meterId,
    /** The states it reports, and its clock. */
    lookAtState: async (): Promise<void> => {
      await lookAtClock()
      if (profile.meterAlarms !== undefined) alarms = await readAlarms(profile.meterAlarms, way, facts)
    },
    lookAtLogs: async (isStopped: () => boolean): Promise<void> => {
      if (!ports.mayTake) return
      for (const log of profile.logs ?? []) if (!isStopped()) await lookAtLog(log)
      if (profile.verdict !== undefined && !isStopped())
        verdict = await readVerdict(profile.verdict, way, clock?.told.offsetMs ?? null)
    },
    /** What a log is still owed from before is given back, and new captures are taken where that costs little. */
    lookAtCaptures: async (): Promise<void> => {
      if (!ports.mayTake) return
      if (paused !== null && facts.debt.isOwed()) await paused.settle()
      if (profile.captures !== undefined && profile.captures.kind !== 'plain-blocks') await takeCaptures(false)
    },
    capture: () => takeCaptures(true),
    isReading: () => isReading,
    told: (): MeterTold => ({ atMs: now(), clock: clock?.told ?? null, alarms: alarms === null ? null : [...alarms] }),
    /** Writes the time as the meter counts it, in its own zone, and reads it back. A text: why not. */
    setClock: async (): Promise<{ beforeMs: number | null; after: ToldClock } | string> => {
      const own = profile.clock
      if (own === undefined) return 'this meter has no clock that is known here'
      if (!own.isSettable) return 'how the clock of this model is set is not documented; set it at the meter'
      if (clock === null) await lookAtClock()
      const before = clock?.told ?? null
      const zoneMs = (own.runsIn === 'utc' ? 0 : (before?.zoneMinutes ?? 0)) * 60_000
      // Half of what the request takes is not known before; a clock of whole seconds is set to the next one.
      const written = await way.write(own.address, writeStamp(own.stamp, now() + zoneMs, clock?.isDst ?? false))
      if (!written.ok) return written.why
      bounds = null
      await lookAtClock()
      await lookAtClock()
      if (clock === null || clockProblem !== null)
        return `written, but it could not be read back: ${clockProblem ?? ''}`
      const { told } = clock as { told: ToldClock }
      const stepMs = stampWidth(own.stamp) > 0 && Math.abs(told.errorMs) - told.uncertaintyMs > 2000
      return stepMs
        ? `written, but the meter shows a clock that is ${(told.errorMs / 1000).toFixed(1)} s off: it did not take it; it may want a password or a key at the meter`
        : { beforeMs: before?.offsetMs ?? null, after: told }
    },
    reconstruct: async (voltageUnit: 'V' | '%' | null): Promise<ReconstructedCycle | string> =>
      profile.harmonics === undefined
        ? 'this meter gives no harmonics with angles over Modbus, so there is no shape to draw'
        : readCycle({
            layout: profile.harmonics,
            way,
            largest: profile.line.maxRegisters,
            voltageUnit,
            nominalHz: ports.nominalHz,
            nominalV: ports.nominalV,
            now,
          }),
    state: (): OwnRecords => ({
      meterId,
      name: ports.name,
      clock:
        profile.clock === undefined
          ? null
          : {
              isSettable: profile.clock.isSettable,
              runsIn: profile.clock.runsIn,
              told: clock?.told ?? null,
              atMs: bounds?.atMs ?? null,
              problem: clockProblem,
            },
      logs: (profile.logs ?? []).map(({ id, name }) => ({ id, name, ...(logs.get(id) ?? unread) })),
      alarms: alarms === null ? null : [...alarms],
      verdict,
      hasHarmonics: profile.harmonics !== undefined,
    }),
  }
}
export type MeterDesk = ReturnType<typeof createMeterDesk>
