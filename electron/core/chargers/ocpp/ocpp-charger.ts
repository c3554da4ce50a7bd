import type { ChargerSamplesObservation } from '../../../../shared/model/observation.ts'
import { goodSample, missingSample, type Sample } from '../../../../shared/model/sample.ts'
import { newEnergyScale, stepEnergyScale } from '../../../../shared/ocpp/energy-scale.ts'
import type { MeterSay } from '../../../../shared/ocpp/meter-values.ts'
import type { Oddity } from '../../../../shared/ocpp/oddity.ts'
import { chargerStatusOf } from '../../../../shared/ocpp/status.ts'
import type { OcppConnection } from '../../../../shared/site/ocpp-connection.ts'
import type { SiteCharger } from '../../../../shared/site/site.ts'
import type { Clock, Stop } from '../../ports.ts'
import type { Capabilities } from './capabilities.ts'
import { createOcppChargerLink, fallbackOf } from './ocpp-charger-link.ts'
import { phasesDrawn, samplesOf, type OcppSamples } from './ocpp-samples.ts'
import type { Station } from './station.ts'
import { connectorOf, type StationEffect } from './station-state.ts'

export interface OcppChargerParts {
  readonly charger: SiteCharger
  readonly connection: OcppConnection
  readonly station: Station
  readonly isAlone: boolean
  readonly nominalV: number
  readonly clock: Clock
  readonly utcMs: () => number
  readonly ready: () => Promise<Capabilities>
  readonly capabilities: () => Capabilities
  readonly mayAsk: () => boolean
  readonly onObservation: (observation: ChargerSamplesObservation) => void
  readonly onOddity: (oddity: Oddity) => void
  /** It reports nothing on request. */
  readonly onNoTrigger: () => void
}

/** What it said is known of now for so long, ms: as long as control counts a charger as read (control/timing.ts). */
const freshMs = 5000
/** A question that fails is asked seldomer and seldomer, up to a minute apart: some chargers restart over one. Editable assumption. */
const longestRest = 60
/** So many requests for meter values that are refused are enough to know. */
const refusalsAreEnough = 2

/** How many turns a question is left out after so many failures in a row. */
const restTurns = (failures: number, everyS: number): number =>
  failures === 0 ? 0 : Math.min(2 ** failures, Math.ceil(longestRest / everyS))

/** One socket of a station as a charger of the site: asks it, hands on what it says, and is the way of its limits. */
export const createOcppCharger = (parts: OcppChargerParts) => {
  const { charger, connection, station, clock, onObservation } = parts
  const { connector, pollEvery } = connection
  const periodMs = pollEvery * 1000
  let scale = newEnergyScale
  let said: { readonly say: MeterSay; readonly atMs: number } | null = null
  let statusToldMs = -Infinity
  let stop: Stop = () => undefined
  let isStopped = true
  let refusals = 0
  const rests = { schedule: { failures: 0, left: 0 }, meter: { failures: 0, left: 0 } }

  const fresh = (): MeterSay | null => (said !== null && clock.nowMs() - said.atMs <= freshMs ? said.say : null)
  const made = createOcppChargerLink({
    ...parts,
    phasesUsed: () => {
      const say = fresh()
      return say === null ? null : phasesDrawn(say)
    },
    offeredA: () => fresh()?.offeredA ?? null,
  })
  const { abilities } = made.link

  const observe = (samples: OcppSamples, more: Partial<ChargerSamplesObservation> = {}): void =>
    onObservation({ kind: 'charger-samples', chargerId: charger.id, atMs: clock.nowMs(), periodMs, samples, ...more })
  const statusNow = (): NonNullable<ChargerSamplesObservation['status']> | null => {
    const own = connectorOf(station.state(), connector)
    const code = own.status ?? connectorOf(station.state(), 0).status
    if (code === null) return null
    const value = chargerStatusOf(code)
    return { value, code, quality: value === null ? 'implausible' : 'good', atMs: clock.nowMs() }
  }
  /** A status is told when it changes; while the connection lives it is what was told last. */
  const tellStatus = (isNews: boolean): void => {
    const nowMs = clock.nowMs()
    const status = statusNow()
    if (status === null || (!isNews && nowMs - statusToldMs < 900)) return
    statusToldMs = nowMs
    observe({}, { status })
  }
  const missing = (quality: 'timeout' | 'refused' | 'offline', keys: readonly string[]): OcppSamples =>
    Object.fromEntries(keys.map((key): [string, Sample] => [key, missingSample(quality, clock.nowMs())]))
  const limitKeys = (['limit', 'fallback_limit', 'watchdog_timeout'] as const).filter((key) => abilities.says.has(key))

  const takeMeter = (say: MeterSay): void => {
    const atMs = clock.nowMs()
    said = { say, atMs }
    if (say.powerW !== null && say.energyWh !== null) {
      const before = scale.factor
      scale = stepEnergyScale(scale, { atMs: clock.monotonicMs(), powerW: say.powerW, energyWh: say.energyWh })
      if (scale.factor !== before && scale.factor !== 1)
        parts.onOddity({
          kind: 'energy-scale',
          text: 'counts energy a thousand times too small for its power: it sends kWh labelled Wh; multiplied by 1000 from now on',
        })
    }
    const samples = samplesOf(say, scale.factor, atMs)
    observe(
      connection.readBack === 'offered' && say.offeredA !== null
        ? { ...samples, limit: goodSample(say.offeredA, atMs) }
        : samples,
    )
  }

  const rested = (rest: { failures: number; left: number }): boolean => {
    if (rest.left === 0) return true
    rest.left -= 1
    return false
  }
  const note = (rest: { failures: number; left: number }, isDone: boolean): void => {
    rest.failures = isDone ? 0 : Math.min(rest.failures + 1, 10)
    rest.left = restTurns(rest.failures, pollEvery)
  }

  const askLimit = async (): Promise<void> => {
    if (connection.readBack !== 'schedule' && connection.limitKey === undefined) return
    if (!abilities.canReadBack || !rested(rests.schedule)) return
    const read = await made.readLimit(false)
    note(rests.schedule, read.ok)
    if (!read.ok) {
      observe(missing('refused', limitKeys))
      return
    }
    const { fallbackA, timeoutS } = fallbackOf(read.steps, charger.maximum, connection.expiresAfter)
    observe({
      limit: goodSample(read.limitA, read.atMs),
      ...(fallbackA === null ? {} : { fallback_limit: goodSample(fallbackA, read.atMs) }),
      ...(timeoutS === null ? {} : { watchdog_timeout: goodSample(timeoutS, read.atMs) }),
    })
  }
  const askMeter = async (): Promise<void> => {
    if (refusals >= refusalsAreEnough || !rested(rests.meter)) return
    const { version } = station.state()
    const payload =
      version === '1.6'
        ? { requestedMessage: 'MeterValues', connectorId: connector }
        : { requestedMessage: 'MeterValues', evse: { id: connector } }
    const outcome = await station.call({ action: 'TriggerMessage', payload })
    const isTaken = outcome.ok && outcome.payload['status'] === 'Accepted'
    note(rests.meter, isTaken)
    const isRefused = outcome.ok ? !isTaken : outcome.code !== null
    refusals = isTaken ? 0 : refusals + (isRefused ? 1 : 0)
    if (refusals === refusalsAreEnough) parts.onNoTrigger()
  }
  const poll = async (): Promise<void> => {
    if (station.connected() !== null && parts.mayAsk()) {
      await askMeter()
      if (!isStopped && parts.mayAsk()) await askLimit()
    }
    if (!isStopped) stop = clock.after(periodMs, () => void poll())
  }

  const take = (effect: StationEffect): void => {
    switch (effect.kind) {
      case 'meter':
        // Values of the whole station are those of its only socket.
        if (effect.connector === connector || (effect.connector === 0 && parts.isAlone)) takeMeter(effect.say)
        break
      case 'status':
        if (effect.connector === connector || effect.connector === 0) tellStatus(true)
        break
      case 'transaction-began':
      case 'transaction-ended':
        if (effect.connector === connector) made.forgive()
        break
      case 'booted':
        made.reconnected()
        scale = newEnergyScale
        break
      case 'oddity':
        break
    }
  }

  return {
    charger,
    link: made.link,
    take,
    alive: () => tellStatus(false),
    connected: (): void => {
      refusals = 0
      rests.meter.failures = rests.schedule.failures = rests.meter.left = rests.schedule.left = 0
      made.reconnected()
    },
    /** The connection is lost: nothing it said is known of now. */
    lost: (): void => {
      said = null
      const atMs = clock.nowMs()
      observe(missing('offline', [...abilities.says]), {
        status: { value: null, code: null, quality: 'offline', atMs },
      })
    },
    start: (): void => {
      isStopped = false
      stop = clock.after(periodMs, () => void poll())
    },
    stop: async (): Promise<void> => {
      isStopped = true
      stop()
      if (station.connected() !== null) await made.leave()
    },
  }
}
export type OcppCharger = ReturnType<typeof createOcppCharger>
