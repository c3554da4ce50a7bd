import type { ChargerSamplesObservation } from '../../../../shared/model/observation.ts'
import { goodSample, missingSample, type Sample } from '../../../../shared/model/sample.ts'
import { newEnergyScale, stepEnergyScale } from '../../../../shared/ocpp/energy-scale.ts'
import type { MeterSay } from '../../../../shared/ocpp/meter-values.ts'
import { chargerStatusOf } from '../../../../shared/ocpp/status.ts'
import type { OcppChargerParts } from './charger-parts.ts'
import { beyondA, beyondFactor, samplesOf, type OcppSamples } from './ocpp-samples.ts'
import { connectorOf } from './station-state.ts'

/** What it said is known of now for so long, ms: as long as control counts a charger as read (control/timing.ts). */
const freshMs = 5000
/** While the connection lives, a status is told again this often, ms. */
const statusAgainMs = 900

/** Some spread their values over several messages; so many without a current are a charger that says none. Editable assumption. */
const currentlessIsEnough = 6

type Status = NonNullable<ChargerSamplesObservation['status']>
type SayParts = Pick<OcppChargerParts, 'charger' | 'connection' | 'station' | 'clock' | 'onObservation' | 'onOddity'>

/** What a socket says, handed on as observations. */
export const createChargerSay = ({ charger, connection, station, clock, onObservation, onOddity }: SayParts) => {
  const { connector, pollEvery } = connection
  let scale = newEnergyScale
  let said: { readonly say: MeterSay; readonly atMs: number } | null = null
  let statusToldMs = -Infinity
  let currentless = 0

  const observe = (samples: OcppSamples, more: Partial<ChargerSamplesObservation> = {}): void => {
    const atMs = clock.nowMs()
    const periodMs = pollEvery * 1000
    onObservation({ kind: 'charger-samples', chargerId: charger.id, atMs, periodMs, samples, ...more })
  }
  const missing = (quality: 'timeout' | 'refused' | 'offline', keys: readonly string[]): OcppSamples =>
    Object.fromEntries(keys.map((key): [string, Sample] => [key, missingSample(quality, clock.nowMs())]))

  const statusNow = (): Status | null => {
    const state = station.state()
    const code = connectorOf(state, connector).status ?? connectorOf(state, 0).status
    if (code === null) return null
    const value = chargerStatusOf(code)
    return { value, code, quality: value === null ? 'implausible' : 'good', atMs: clock.nowMs() }
  }
  /** Some send kWh labelled Wh: seen by the power beside it. */
  const learnScale = ({ powerW, energyWh }: MeterSay): void => {
    if (powerW === null || energyWh === null) return
    const before = scale.factor
    scale = stepEnergyScale(scale, { atMs: clock.monotonicMs(), powerW, energyWh })
    if (scale.factor === before || scale.factor === 1) return
    const text =
      'counts energy a thousand times too small for its power: it sends kWh labelled Wh; multiplied by 1000 from now on'
    onOddity({ kind: 'energy-scale', text })
  }
  /** What it says of its currents, where that is nothing anybody can count with. */
  const noteCurrents = (say: MeterSay): void => {
    const beyond = beyondA(say, charger.maximum)
    if (beyond !== null)
      onOddity({
        kind: 'current-beyond',
        text: `says a current of ${beyond.toFixed(0)} A, more than ${beyondFactor} times its maximum of ${charger.maximum} A: another unit; not taken, it is counted at its limit`,
      })
    currentless = say.currentA.every((value) => value === null) ? currentless + 1 : 0
    if (currentless === currentlessIsEnough)
      onOddity({
        kind: 'no-current',
        text: `sends meter values without a current (${currentlessIsEnough} in a row): it is counted at its limit, and nothing but a meter shows that it follows its limit; set Current.Import in what it samples`,
      })
  }
  return {
    observe,
    missing,
    /** The newest meter values, unless they are too old. */
    fresh: (): MeterSay | null => (said !== null && clock.nowMs() - said.atMs <= freshMs ? said.say : null),
    meter: (say: MeterSay): void => {
      const atMs = clock.nowMs()
      said = { say, atMs }
      learnScale(say)
      noteCurrents(say)
      const samples = samplesOf(say, scale.factor, atMs, charger.maximum)
      const isLimit = connection.readBack === 'offered' && say.offeredA !== null
      observe(isLimit ? { ...samples, limit: goodSample(say.offeredA ?? 0, atMs) } : samples)
    },
    /** A status is told when it changes; while the connection lives it is what was told last. */
    status: (isNews: boolean): void => {
      const nowMs = clock.nowMs()
      const status = statusNow()
      if (status === null || (!isNews && nowMs - statusToldMs < statusAgainMs)) return
      statusToldMs = nowMs
      observe({}, { status })
    },
    booted: (): void => {
      scale = newEnergyScale
    },
    /** Nothing it said is known of now. */
    lost: (keys: readonly string[]): void => {
      said = null
      observe(missing('offline', keys), {
        status: { value: null, code: null, quality: 'offline', atMs: clock.nowMs() },
      })
    },
  }
}
export type ChargerSay = ReturnType<typeof createChargerSay>
