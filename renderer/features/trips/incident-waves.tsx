import type { Incident } from '../../../shared/forensics/incident.ts'
import type { Site } from '../../../shared/site/site.ts'
import { WaveCaptures } from '../waves/wave-captures.tsx'

/** Sources that sample the circuit of the incident, or one that feeds it. */
const sourcesOf = (site: Site, circuitId: string | null) => {
  const chain: (typeof site.circuits)[number][] = []
  for (let id: string | undefined = circuitId ?? undefined; id !== undefined && chain.length < site.circuits.length;) {
    const circuit = site.circuits.find((each) => each.id === id)
    if (circuit === undefined) break
    chain.push(circuit)
    id = circuit.parent
  }
  return site.waves.filter(
    ({ circuit, meter }) =>
      circuitId === null || chain.some((one) => one.id === circuit || (meter !== undefined && one.meter === meter)),
  )
}

/** Waveforms that were captured at the moment; where nothing samples, that is said. */
export const IncidentWaves = ({ incident, site }: { readonly incident: Incident; readonly site: Site }) => {
  const sources = sourcesOf(site, incident.circuitId)
  if (sources.length === 0)
    return (
      <section className="panel" aria-label="Waveform">
        <h2>Waveform at the moment</h2>
        <p className="dim">
          Nothing samples this circuit or what feeds it: what is above is polled RMS, which shows neither an inrush nor
          a short circuit.
        </p>
      </section>
    )
  return sources.map(({ id }) => (
    <WaveCaptures key={id} sourceId={id} beat={incident.updatedAtMs} nearMs={incident.atMs} />
  ))
}
