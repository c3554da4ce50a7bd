import { summaryOf, type Incident, type IncidentSummary } from '../../../shared/forensics/incident.ts'

/** At most so many are told. */
const mostSimilar = 6

/** Incidents that share a place or a cause with this one, most alike first, and in what. */
export const similarTo = (
  incident: Incident,
  all: readonly Incident[],
): { incident: IncidentSummary; alike: string }[] =>
  all
    .filter(({ id }) => id !== incident.id)
    .map((other) => {
      const alike = [
        ...(other.circuitId !== null && other.circuitId === incident.circuitId ? ['the same circuit'] : []),
        ...(other.topCause === incident.topCause ? ['the same likeliest cause'] : []),
        ...(other.phases.length === 1 && other.phases[0] === incident.phases[0] ? ['the same phase'] : []),
        ...(other.kind === incident.kind ? ['the same signature'] : []),
      ]
      return { other, alike }
    })
    .filter(({ alike }) => alike.length >= 2)
    .sort((a, b) => b.alike.length - a.alike.length || b.other.atMs - a.other.atMs)
    .slice(0, mostSimilar)
    .map(({ other, alike }) => ({ incident: summaryOf(other), alike: alike.join(', ') }))
