import type { Site } from '../../../shared/site/site.ts'
import type { WaveObservation } from '../../../shared/wave/wave-observation.ts'
import type { SampledCurrent } from './history.ts'

/** The highest one-cycle RMS of a source's current channels, for the circuit that it samples; null: it says nothing of that. */
export const sampledCurrent = (site: Site, observation: WaveObservation): SampledCurrent | null => {
  if (observation.kind !== 'rms') return null
  const source = site.waves.find(({ id }) => id === observation.source)
  const circuit = site.circuits.find(
    ({ id, meter }) => id === source?.circuit || (meter !== undefined && meter === source?.meter),
  )
  const highs = observation.channels.flatMap(({ unit, high }) => (unit === 'A' && high !== null ? [high] : []))
  return circuit === undefined || highs.length === 0
    ? null
    : { atMs: observation.toMs, circuitId: circuit.id, highestA: Math.max(...highs) }
}
