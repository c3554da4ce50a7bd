import type { IncidentEvidence } from '../../../shared/forensics/evidence.ts'
import type { Incident } from '../../../shared/forensics/incident.ts'
import { patternsOf, type Patterns } from '../../../shared/forensics/patterns.ts'
import type { WeatherRow } from '../../../shared/forensics/weather.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Recorder } from '../record/recorder.ts'
import { patternMarks } from './pattern-marks.ts'

/** Near misses are counted over this, ms, and at most so many events are looked through. */
const patternMs = 90 * 86_400_000
const mostEvents = 5000

/** What the trips of a site have in common: of a running site, or of what one has stored. */
export const sitePatterns = async (
  of: {
    readonly site: Site
    readonly recorder: Pick<Recorder, 'events'>
    readonly nowMs: number
    readonly incidents: readonly Incident[]
  },
  weather?: readonly WeatherRow[],
): Promise<Patterns> => {
  const { site, recorder, nowMs, incidents } = of
  const events = await recorder.events({ fromMs: nowMs - patternMs, toMs: nowMs }, mostEvents)
  return patternsOf({
    marks: patternMarks(site, incidents, events),
    circuits: site.circuits.length,
    chargers: site.chargers.length,
    incidents: incidents.map(({ atMs, circuitId, evidence, changes }) => ({
      atMs,
      circuitId,
      evidence: evidence as Partial<IncidentEvidence>,
      changes,
    })),
    ...(weather === undefined ? {} : { weather }),
  })
}
