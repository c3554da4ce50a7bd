import type { DeviceEvidence } from '../../../../shared/forensics/evidence.ts'
import { breakerInForce, differenceWords, settingDifferences } from '../../../../shared/electrical/breaker/in-force.ts'
import type { TripUnitSettings } from '../../../../shared/protection/read-protection.ts'
import type { SiteBreaker, SiteCircuit } from '../../../../shared/site/site.ts'
import type { History } from '../history.ts'

/** A cause that a trip unit tells belongs to the moment if it came not earlier than this before it, ms: a poll and its clock. */
const belongsMs = 5000

/** The settings that were in force at a moment: the latest that were read up to it, else the first after it; null: none were read. */
const settingsAt = (history: History, circuitId: string, atMs: number): TripUnitSettings | null => {
  const told = history.protectionOf(circuitId).filter(({ reading }) => reading.settings !== null)
  return (told.findLast((one) => one.atMs <= atMs) ?? told[0])?.reading.settings ?? null
}

/** The breaker as it was set, and where that is not what the site file says. */
export const gatherSettings = (history: History, circuit: SiteCircuit, atMs: number) => {
  const { breaker } = circuit
  const settings = breaker === undefined ? null : settingsAt(history, circuit.id, atMs)
  const differences = breaker === undefined || settings === null ? [] : settingDifferences(breaker, settings)
  const inForce: SiteBreaker | undefined = breaker === undefined ? undefined : breakerInForce(breaker, settings)
  return {
    inForce,
    /** Ir that was read: what the breaker carries whatever its frame is rated for. */
    irA: settings?.ir ?? null,
    settingDiffers: differences.length === 0 ? null : differences.map(differenceWords).join('; '),
    isSetLower: differences.some(({ isSetTo, declared }) => isSetTo < declared),
  }
}

/** Still closed this long after the moment, a breaker has not opened, ms: two polls of a device that is read once a second. */
const staysMs = 2500

/** What the device at the circuit told of itself around the moment; `untilMs`: the newest image. */
export const gatherDevice = (
  history: History,
  circuit: SiteCircuit | null,
  atMs: number,
  untilMs: number,
): DeviceEvidence => {
  const told = circuit === null ? [] : history.protectionOf(circuit.id)
  const before = told.filter((one) => one.atMs < atMs - belongsMs)
  const after = told.filter((one) => one.atMs >= atMs - belongsMs).map(({ reading }) => reading)
  const opened = after.find(({ state }) => state === 'tripped') ?? after.find(({ state }) => state === 'open') ?? null
  // A device that fell silent with its circuit says nothing of it: only one that goes on saying so is closed.
  const isStillClosed = told.at(-1)?.reading.state === 'closed' && untilMs - atMs >= staysMs
  const known = before.at(-1)?.reading
  const fresh = <T>(values: readonly T[], old: readonly T[] | undefined): readonly T[] => [
    ...new Set(values.filter((value) => opened !== null || old?.includes(value) !== true)),
  ]
  const telling = after.filter(({ state }) => state !== 'closed')
  return {
    before: before.findLast(({ reading }) => reading.state !== null)?.reading.state ?? null,
    after: opened?.state ?? (isStillClosed ? 'closed' : null),
    tellsTrips: told.some(({ reading }) => reading.tellsTrips === true),
    kinds: fresh(
      telling.flatMap(({ kinds }) => kinds ?? []),
      known?.kinds,
    ),
    words: fresh(
      telling.flatMap(({ causes }) => causes),
      known?.causes,
    ),
    alarms: [...new Set(after.flatMap(({ alarms }) => alarms))].filter(
      (alarm) => known?.alarms.includes(alarm) !== true,
    ),
  }
}
