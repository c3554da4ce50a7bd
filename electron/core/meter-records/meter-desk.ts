import type { OwnRecords, ReconstructedCycle } from '../../../shared/api/meter-records-contract.ts'
import type { MeterTold, ToldAlarm } from '../../../shared/model/meter-told.ts'
import { createDeskCaptures } from './desk-captures.ts'
import { createDeskClock } from './desk-clock.ts'
import { createDeskLogs } from './desk-logs.ts'
import type { DeskPorts } from './desk-ports.ts'
import { readCycle } from './harmonics.ts'
import { readAlarms, readVerdict } from './read-state.ts'

const reconstruct = async (
  { profile, way, nominalHz, nominalV, now }: DeskPorts,
  voltageUnit: 'V' | '%' | null,
): Promise<ReconstructedCycle | string> => {
  if (profile.harmonics === undefined)
    return 'this meter gives no harmonics with angles over Modbus, so there is no shape to draw'
  const largest = profile.line.maxRegisters
  return readCycle({ layout: profile.harmonics, way, largest, voltageUnit, nominalHz, nominalV, now })
}

/** What one meter keeps of its own: asked for in the gaps of the polling, one request after the other. */
export const createMeterDesk = (ports: DeskPorts) => {
  const { meterId, name, profile, way, facts, now, mayTake } = ports
  const clock = createDeskClock(profile.clock, way, now)
  const logs = createDeskLogs(ports)
  const captures = createDeskCaptures(ports)
  let alarms: readonly ToldAlarm[] | null = null
  let verdict: OwnRecords['verdict'] = null
  let noVerdict: OwnRecords['noVerdict'] = profile.verdict === undefined ? null : 'not-asked-yet'
  const alarmsNow = (): ToldAlarm[] | null => (alarms === null ? null : [...alarms])

  return {
    meterId,
    /** The states it reports, and its clock. */
    lookAtState: async (): Promise<void> => {
      await clock.look()
      if (profile.meterAlarms !== undefined) alarms = await readAlarms(profile.meterAlarms, way, facts)
    },
    /** What it says of EN 50160 itself. One that was read stands, with its time, where it can't be read again. */
    lookAtVerdict: async (): Promise<void> => {
      if (profile.verdict === undefined) return
      const offsetMs = clock.seen()?.told.offsetMs ?? null
      const reading = await readVerdict(profile.verdict, way, profile.line.maxRegisters, offsetMs)
      if (reading.kind === 'told') verdict = reading.verdict
      noVerdict = reading.kind === 'told' ? null : reading.why
    },
    lookAtLogs: async (isStopped: () => boolean): Promise<void> => {
      if (!mayTake) return
      for (const log of profile.logs ?? []) if (!isStopped()) await logs.look(log, clock.seen())
    },
    /** What a log is still owed from before is given back, and new captures are taken where that costs little. */
    lookAtCaptures: async (): Promise<void> => {
      if (!mayTake) return
      await captures.settle()
      if (captures.isCheap) await captures.take(false, clock)
    },
    capture: () => captures.take(true, clock),
    isReading: captures.isReading,
    told: (): MeterTold => ({ atMs: now(), clock: clock.seen()?.told ?? null, alarms: alarmsNow() }),
    /** Writes the time as the meter counts it, in its own zone, and reads it back. A text: why not. */
    setClock: clock.set,
    reconstruct: (voltageUnit: 'V' | '%' | null) => reconstruct(ports, voltageUnit),
    state: (): OwnRecords => ({
      meterId,
      name,
      clock: clock.state(),
      logs: logs.state(),
      alarms: alarmsNow(),
      verdict,
      noVerdict,
      hasHarmonics: profile.harmonics !== undefined,
    }),
  }
}
export type MeterDesk = ReturnType<typeof createMeterDesk>
