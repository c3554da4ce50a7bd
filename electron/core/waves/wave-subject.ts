import type { Subject } from '../../../shared/model/finding.ts'
import type { Site, SiteWaveSource } from '../../../shared/site/site.ts'

/** What a wave source speaks of: its circuit, else its meter, else the site. */
export const subjectOfWaves = (site: Site, source: SiteWaveSource | undefined): Subject =>
  source?.circuit !== undefined
    ? { kind: 'circuit', id: source.circuit }
    : source?.meter !== undefined
      ? { kind: 'meter', id: source.meter }
      : { kind: 'site', id: site.id }
