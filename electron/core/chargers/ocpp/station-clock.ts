import type { MeterSay } from '../../../../shared/ocpp/meter-values.ts'
import { readTimestamp } from '../../../../shared/ocpp/timestamp.ts'
import { oddityEffects, type Moment, type StationEffect, type StationState } from './station-state.ts'

/** A message older than this by the charger's clock was kept while it was offline. Editable assumptions, as those below. */
const lateMs = 120_000
/** A clock off by more is told; by it schedules are begun, so it is allowed for all the same. */
const offMs = 60_000
/** So many messages in a row that are late by the same are a clock that was set back: those of a queue come closer and closer. */
const rowIsClock = 3
const sameMs = 10_000

export interface TimeSaid {
  readonly state: StationState
  readonly isLate: boolean
  readonly effects: readonly StationEffect[]
}

const shown = (ms: number): string => {
  const minutes = Math.abs(ms) / 60_000
  const days = minutes / 1440
  if (days >= 730) return `${(days / 365.25).toFixed(0)} years`
  if (days >= 3) return `${days.toFixed(0)} days`
  return minutes >= 90 ? `${(minutes / 60).toFixed(1)} h` : `${Math.round(minutes)} min`
}
const ahead = (ms: number): string => `${shown(ms)} ${ms > 0 ? 'ahead' : 'behind'}`

const settled = (state: StationState, clockAheadMs: number): TimeSaid => {
  const before = state.clockAheadMs
  const next = { ...state, clockAheadMs, lateInARow: 0 }
  const effects =
    before !== null && Math.abs(clockAheadMs - before) > offMs
      ? oddityEffects([
          {
            kind: 'clock-jump',
            text: `set its clock by ${shown(clockAheadMs - before)}; its messages are ordered by when they came`,
          },
        ])
      : Math.abs(clockAheadMs) > offMs
        ? oddityEffects([
            {
              kind: 'clock-off',
              text: `has a clock ${ahead(clockAheadMs)}; its limits are timed by that clock, and readings by when they came`,
            },
          ])
        : []
  return { state: next, isLate: false, effects }
}

/**
 * Learns the charger's clock from a time it says as now, and tells a message of its offline queue from one of now. Nothing is ordered
 * by it: what came later is newer.
 */
export const hearTime = (state: StationState, said: unknown, { utcMs }: Moment): TimeSaid => {
  const time = readTimestamp(said)
  if (time === null) return { state, isLate: false, effects: [] }
  const aheadMs = time.atMs - utcMs
  const before = state.clockAheadMs
  const isBehind = aheadMs < (before ?? 0) - lateMs
  // The first word of a charger that was never heard: an old one is of its queue, or its clock is behind. Both are late until a row shows.
  if (!isBehind) return settled(state, aheadMs)
  const lateInARow = Math.abs(aheadMs - state.lateByMs) < sameMs ? state.lateInARow + 1 : 1
  return lateInARow >= rowIsClock
    ? settled({ ...state, clockAheadMs: before ?? 0 }, aheadMs)
    : {
        state: { ...state, lateInARow, lateByMs: aheadMs },
        isLate: true,
        effects: oddityEffects([
          { kind: 'late-message', text: `sends a message ${shown(aheadMs)} old; kept out of what is known of now` },
        ]),
      }
}

export const hearMeterTime = (state: StationState, say: MeterSay, moment: Moment): TimeSaid =>
  say.saidAtMs === null
    ? { state, isLate: false, effects: [] }
    : hearTime(state, new Date(say.saidAtMs).toISOString(), moment)

/** UTC by the charger's clock. */
export const chargerUtcMs = (state: StationState, utcMs: number): number => utcMs + (state.clockAheadMs ?? 0)
