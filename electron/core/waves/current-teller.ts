import type { SampledCurrentObservation } from '../../../shared/model/observation.ts'
import { phases } from '../../../shared/model/phase.ts'
import type { Site } from '../../../shared/site/site.ts'
import { phaseOf } from '../../../shared/wave-record/quantity-of.ts'
import type { FoldedRms, WaveObservation } from '../../../shared/wave/wave-observation.ts'
import { circuitOfWaves } from './wave-subject.ts'

/** As it is written down: milliamperes. What is judged live and what a record is judged by are then the same numbers. */
const rounded = (amperes: number | null | undefined): number | null =>
  typeof amperes === 'number' && Number.isFinite(amperes) ? Math.round(amperes * 1000) / 1000 : null

const onPhases = (
  channels: readonly FoldedRms[],
  of: 'high' | 'rms',
): [number | null, number | null, number | null] => {
  const [l1 = null, l2 = null, l3 = null] = phases.map((_phase, at) => {
    const channel = channels.find(({ unit, name }) => unit === 'A' && phaseOf('', name) === String(at + 1))
    return rounded(channel?.[of])
  })
  return [l1, l2, l3]
}

/** The current channels of a source, for the circuit that it samples; null: it says nothing of that. */
export const sampledCurrent = (site: Site, observation: WaveObservation): SampledCurrentObservation | null => {
  if (observation.kind !== 'rms') return null
  const { source, toMs, channels } = observation
  const circuit = circuitOfWaves(site, source)
  const highestA = onPhases(channels, 'high')
  if (circuit === null || highestA.every((value) => value === null)) return null
  return {
    kind: 'sampled-current',
    source,
    circuitId: circuit.id,
    atMs: toMs,
    highestA,
    rmsA: onPhases(channels, 'rms'),
  }
}

/** Hands sampled currents on to the site, so that they are in its record: what is judged with them can be judged again. */
export const createCurrentTeller =
  (site: Site, tell: (observation: SampledCurrentObservation) => void) =>
  (observation: WaveObservation): void => {
    const told = sampledCurrent(site, observation)
    if (told !== null) tell(told)
  }
