import { goodSample } from '../../../../shared/model/sample.ts'
import { phasesNow, type ScheduleStep } from '../../../../shared/ocpp/composite-schedule.ts'
import type { ChargerSay } from './charger-say.ts'
import type { OcppChargerLink } from './ocpp-charger-link.ts'
import type { OcppChargerParts } from './charger-parts.ts'
import { fallbackOf } from './own-fallback.ts'

/** A question that fails is asked seldomer and seldomer, up to a minute apart: some chargers restart over one. Editable assumption. */
const longestRest = 60
/** So many requests for meter values that are refused are enough to know. */
const refusalsAreEnough = 2

/** How many turns a question is left out after so many failures in a row. */
const restTurns = (failures: number, everyS: number): number =>
  failures === 0 ? 0 : Math.min(2 ** failures, Math.ceil(longestRest / everyS))

/** The turns of one question. */
const createRest = (everyS: number) => {
  let failures = 0
  let left = 0
  return {
    isOver: (): boolean => {
      if (left === 0) return true
      left -= 1
      return false
    },
    note: (isDone: boolean): void => {
      failures = isDone ? 0 : Math.min(failures + 1, 10)
      left = restTurns(failures, everyS)
    },
    forget: (): void => {
      failures = left = 0
    },
  }
}

/** What a socket is asked in its turn: its meter values, and the limit that is in force. */
export const createChargerQuestions = (parts: OcppChargerParts, link: OcppChargerLink, say: ChargerSay) => {
  const { charger, connection, station } = parts
  const { connector, pollEvery } = connection
  const { abilities } = link.link
  const limitKeys = (['limit', 'fallback_limit', 'watchdog_timeout'] as const).filter((key) => abilities.says.has(key))
  const rests = { schedule: createRest(pollEvery), meter: createRest(pollEvery) }
  let refusals = 0
  const phasesSaid = (steps: readonly ScheduleStep[] | null): number | null => {
    const [, second = null, third = null] = say.fresh()?.currentA ?? []
    return link.choice?.said(steps === null ? null : phasesNow(steps), Math.max(second ?? 0, third ?? 0)) ?? null
  }
  return {
    limit: async (): Promise<void> => {
      if (connection.readBack !== 'schedule' && connection.limitKey === undefined) return
      if (!abilities.canReadBack || !rests.schedule.isOver()) return
      const read = await link.readLimit(false)
      rests.schedule.note(read.ok)
      if (!read.ok) {
        say.observe(say.missing('refused', limitKeys))
        return
      }
      const phases = phasesSaid(read.steps)
      const { fallbackA, timeoutS } = fallbackOf(read.steps, charger.maximum, connection.expiresAfter)
      say.observe({
        limit: goodSample(read.limitA, read.atMs),
        ...(phases === null ? {} : { phases: goodSample(phases, read.atMs) }),
        ...(fallbackA === null ? {} : { fallback_limit: goodSample(fallbackA, read.atMs) }),
        ...(timeoutS === null ? {} : { watchdog_timeout: goodSample(timeoutS, read.atMs) }),
      })
    },
    meter: async (): Promise<void> => {
      if (refusals >= refusalsAreEnough || !rests.meter.isOver()) return
      const where = station.state().version === '1.6' ? { connectorId: connector } : { evse: { id: connector } }
      const payload = { requestedMessage: 'MeterValues', ...where }
      const outcome = await station.call({ action: 'TriggerMessage', payload })
      const isTaken = outcome.ok && outcome.payload['status'] === 'Accepted'
      rests.meter.note(isTaken)
      const isRefused = outcome.ok ? !isTaken : outcome.code !== null
      refusals = isTaken ? 0 : refusals + (isRefused ? 1 : 0)
      if (refusals === refusalsAreEnough) parts.onNoTrigger()
    },
    /** A new connection: everything is asked anew. */
    forget: (): void => {
      refusals = 0
      rests.meter.forget()
      rests.schedule.forget()
    },
  }
}
