import type { SampledDipEvidence } from '../../../../shared/forensics/evidence.ts'
import type { Site, SiteCircuit } from '../../../../shared/site/site.ts'
import { circuitOfWaves } from '../../waves/wave-subject.ts'
import type { History } from '../history.ts'
import type { Fall } from './locate-fall.ts'

/** A front end's clock and a meter's reading may be so far apart, ms. Editable assumption. */
const clockMs = 2000

const isAbove = (site: Site, above: SiteCircuit, circuit: SiteCircuit): boolean => {
  if (above.id === circuit.id) return true
  const parent = site.circuits.find(({ id }) => id === circuit.parent)
  return parent !== undefined && isAbove(site, above, parent)
}

/**
 * The deepest dip or interruption that samples of the circuit or of what feeds it show where the load ended; null: they show none there, or
 * nothing is sampled. Polled values between two reads can't show it.
 */
export const gatherDip = (
  history: History,
  circuit: SiteCircuit | null,
  fall: Fall | null,
  atMs: number,
): SampledDipEvidence | null => {
  const { site } = history
  const [fromMs, toMs] = [(fall?.beforeMs ?? atMs) - clockMs, atMs + clockMs / 4]
  const near = history.sampledEvents().filter(({ source, event }) => {
    if (event.kind === 'swell' || event.fromMs > toMs || (event.toMs ?? Infinity) < fromMs) return false
    const sampled = circuitOfWaves(site, source)
    return circuit === null || sampled === null || isAbove(site, sampled, circuit)
  })
  const deepest = near.reduce<(typeof near)[number] | null>(
    (most, one) => (most === null || one.event.extremeV < most.event.extremeV ? one : most),
    null,
  )
  if (deepest === null) return null
  const { source, event } = deepest
  return {
    sourceName: site.waves.find(({ id }) => id === source)?.name ?? source,
    lowestV: event.extremeV,
    lastedS: event.toMs === null ? null : (event.toMs - event.fromMs) / 1000,
    channels: event.channels.length,
  }
}
