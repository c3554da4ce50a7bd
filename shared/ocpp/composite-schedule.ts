import { own } from '../own.ts'
import { isPayload, type OcppVersion, type Payload } from './frame.ts'
import { integerOf, listOf, readNumber, textOf } from './numbers.ts'
import { inAmperes, type RateUnit, type Supply } from './profile.ts'
import { readTimestamp } from './timestamp.ts'

/** From then on, s from now, this limit per phase holds; null: no limit. */
export interface ScheduleStep {
  readonly fromS: number
  readonly limitA: number | null
  /** On how many phases, as it says; null: it does not. */
  readonly phases: number | null
}
export type ReadSchedule =
  { readonly ok: true; readonly steps: readonly ScheduleStep[] } | { readonly ok: false; readonly why: string }

/** A schedule that began longer ago than this, s, was not meant so: its clock is another's, and what it shows begins now. */
const longestAgoS = 3600
const mostPeriods = 1024
/** Above this, A per phase, nothing is limited: no charger has it. Editable assumption. */
const highestA = 1000

export const getCompositeSchedule = (
  version: OcppVersion,
  connector: number,
  durationS: number,
  unit: RateUnit,
): Payload =>
  version === '1.6'
    ? { connectorId: connector, duration: durationS, chargingRateUnit: unit }
    : { evseId: connector, duration: durationS, chargingRateUnit: unit }

interface Period {
  readonly startS: number
  readonly limit: number
  readonly phases: number | null
}

/** null: one of them cannot be read, and what is in force at its time nobody knows. */
const periodsOf = (schedule: Payload): readonly Period[] | null => {
  const written = listOf(own(schedule, 'chargingSchedulePeriod'))
  const periods = written.slice(0, mostPeriods).flatMap((entry): Period[] => {
    if (!isPayload(entry)) return []
    const [startS, limit] = [readNumber(own(entry, 'startPeriod')), readNumber(own(entry, 'limit'))]
    const phases = readNumber(own(entry, 'numberPhases'))
    return startS === null || limit === null ? [] : [{ startS, limit, phases }]
  })
  return periods.length === written.length ? periods.sort((a, b) => a.startS - b.startS) : null
}

/** Whose schedule it is, as far as it says; null: it does not say. 0 is the station's, which holds for all its sockets. */
const connectorSaid = (version: OcppVersion, payload: Payload, schedule: Payload): number | null =>
  version === '1.6' ? integerOf(own(payload, 'connectorId')) : integerOf(own(schedule, 'evseId'))

const unlimited: ScheduleStep = { fromS: 0, limitA: null, phases: null }

/** Steps from now on: what began before now begins with 0. */
const fromNow = (steps: readonly ScheduleStep[], elapsedS: number): readonly ScheduleStep[] => {
  const moved = steps.map((step) => ({ ...step, fromS: step.fromS - elapsedS }))
  const current = moved.filter(({ fromS }) => fromS <= 0).at(-1)
  return [...(current === undefined ? [] : [{ ...current, fromS: 0 }]), ...moved.filter(({ fromS }) => fromS > 0)]
}

/**
 * GetCompositeSchedule.conf (1.6, 6.22; 2.0.1 part 2, K08): what is in force, with what follows. `chargerMs` is UTC by the charger's
 * clock. Where it is accepted without a schedule, or a limit is negative (MicroOcpp's -1), nothing is limited.
 */
export const readCompositeSchedule = (
  version: OcppVersion,
  payload: Payload,
  {
    connector,
    supply,
    asked,
    chargerMs,
  }: { readonly connector: number; readonly supply: Supply; readonly asked: RateUnit; readonly chargerMs: number },
): ReadSchedule => {
  const status = textOf(own(payload, 'status'), 30)
  if (status !== 'Accepted') return { ok: false, why: `it answers "${status ?? 'nothing'}" to GetCompositeSchedule` }
  const schedule = own(payload, version === '1.6' ? 'chargingSchedule' : 'schedule')
  if (!isPayload(schedule)) return { ok: true, steps: [unlimited] }
  const of = connectorSaid(version, payload, schedule)
  if (of !== null && of > 0 && of !== connector)
    return { ok: false, why: `it shows the schedule of ${of} where that of ${connector} was asked for` }
  const said = textOf(own(schedule, 'chargingRateUnit'), 5)
  const unit = said === 'A' || said === 'W' ? said : asked
  const start = readTimestamp(
    own(payload, 'scheduleStart') ?? own(schedule, 'scheduleStart') ?? own(schedule, 'startSchedule'),
  )
  const agoS = start === null ? 0 : (chargerMs - start.atMs) / 1000
  const periods = periodsOf(schedule)
  if (periods === null) return { ok: false, why: 'its schedule has a period that cannot be read' }
  const steps = periods.map(({ startS, limit, phases }): ScheduleStep => {
    const counted = phases === null || phases < 1 || phases > 3 ? supply.phases : Math.min(phases, supply.phases)
    const amperes = inAmperes(limit, unit, { ...supply, phases: counted })
    return { fromS: startS, limitA: limit < 0 || amperes > highestA ? null : amperes, phases }
  })
  if (steps.length === 0) return { ok: true, steps: [unlimited] }
  return { ok: true, steps: fromNow(steps, agoS > 0 && agoS <= longestAgoS ? agoS : 0) }
}

/** The limit in force now, A; null: none. Before the first step nothing is limited. */
export const limitNow = (steps: readonly ScheduleStep[]): number | null => {
  const [first] = steps
  return first === undefined || first.fromS > 0 ? null : first.limitA
}

/** On how many phases it charges now, as its schedule says; null: it does not say. */
export const phasesNow = (steps: readonly ScheduleStep[]): number | null => {
  const [first] = steps
  return first === undefined || first.fromS > 0 || first.limitA === null ? null : first.phases
}

/**
 * What it falls to if nobody writes again: the highest of what comes after the step in force, since a schedule may rise on the way
 * to its last one. null: no limit.
 */
export const limitAtLast = (steps: readonly ScheduleStep[]): number | null => {
  const after = steps.length > 1 ? steps.slice(1) : steps
  const highest = Math.max(...after.map(({ limitA }) => limitA ?? Infinity))
  return Number.isFinite(highest) ? highest : null
}
