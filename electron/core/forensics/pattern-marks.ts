import type { IncidentEvidence } from '../../../shared/forensics/evidence.ts'
import type { Incident } from '../../../shared/forensics/incident.ts'
import type { PatternMark } from '../../../shared/forensics/pattern-row.ts'
import type { SiteEvent } from '../../../shared/model/event.ts'
import { findingSchema } from '../../../shared/model/finding.ts'
import type { Site } from '../../../shared/site/site.ts'

export const hourIn = (timezone: string, atMs: number): number => {
  const hour = (zone: string): number =>
    Number(new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', hourCycle: 'h23' }).format(atMs))
  try {
    return hour(timezone)
  } catch {
    return hour('UTC')
  }
}

const ofIncident = (site: Site, incident: Incident): PatternMark => {
  const evidence = incident.evidence as unknown as Partial<IncidentEvidence>
  const returned = evidence.supply?.returnedBeforeS ?? null
  return {
    kind: 'incident',
    atMs: incident.atMs,
    hour: hourIn(site.timezone, incident.atMs),
    circuit: incident.circuitName,
    phases: incident.phases,
    chargers:
      evidence.chargers?.filter(({ beforeA }) => (beforeA ?? 0) > 1).map(({ name }) => name) ?? incident.chargers,
    startsWithinMinute: evidence.starts?.isKnown === true ? evidence.starts.within60S.length : null,
    afterSupplyReturn: evidence.supply?.isKnown === true ? returned !== null && returned <= 120 : null,
    cause: incident.confirmedCause ?? incident.topCause,
  }
}

/** Margins above 90 % that were found (the finding of that name is raised there), without those that led to an incident. */
const nearMisses = (site: Site, events: readonly SiteEvent[], incidents: readonly Incident[]): readonly PatternMark[] =>
  events.flatMap((event): readonly PatternMark[] => {
    if (event.kind !== 'finding-raised') return []
    const finding = findingSchema.safeParse(event.data)
    if (!finding.success || finding.data.detector !== 'thermal-margin') return []
    const { subject, phase, raisedAtMs } = finding.data
    if (incidents.some(({ atMs }) => atMs >= raisedAtMs && atMs - raisedAtMs < 1_800_000)) return []
    return [
      {
        kind: 'near-miss',
        atMs: raisedAtMs,
        hour: hourIn(site.timezone, raisedAtMs),
        circuit: site.circuits.find(({ id }) => id === subject.id)?.name ?? subject.id,
        phases: phase === null ? [] : [phase],
        chargers: [],
        startsWithinMinute: null,
        afterSupplyReturn: null,
        cause: null,
      },
    ]
  })

export const patternMarks = (
  site: Site,
  incidents: readonly Incident[],
  events: readonly SiteEvent[],
): readonly PatternMark[] => [
  // Readings that stopped are no trips.
  ...incidents.filter(({ kind }) => kind !== 'sight').map((incident) => ofIncident(site, incident)),
  ...nearMisses(site, events, incidents),
]
