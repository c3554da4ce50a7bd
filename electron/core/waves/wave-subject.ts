import type { Subject } from '../../../shared/model/finding.ts'
import type { Site, SiteCircuit, SiteWaveSource } from '../../../shared/site/site.ts'

/** What a wave source speaks of: its circuit, else its meter, else the site. */
export const subjectOfWaves = (site: Site, source: SiteWaveSource | undefined): Subject =>
  source?.circuit !== undefined
    ? { kind: 'circuit', id: source.circuit }
    : source?.meter !== undefined
      ? { kind: 'meter', id: source.meter }
      : { kind: 'site', id: site.id }

/** The circuit whose currents and voltages a source samples; null: the site file names none. */
export const circuitOfWaves = (site: Site, sourceId: string): SiteCircuit | null => {
  const source = site.waves.find(({ id }) => id === sourceId)
  if (source === undefined) return null
  const { circuit, meter } = source
  return site.circuits.find((one) => one.id === circuit || (meter !== undefined && one.meter === meter)) ?? null
}
