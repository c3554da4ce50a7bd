import type { IncidentEvidence } from '../../../shared/forensics/evidence.ts'
import {
  afterMs,
  beforeMs,
  incidentVersion,
  type Incident,
  type IncidentChange,
} from '../../../shared/forensics/incident.ts'
import { rankCauses, type RankedCause } from '../../../shared/forensics/rank-causes.ts'
import { verdictOf } from '../../../shared/forensics/verdict.ts'
import { gatherEvidence } from './gather/gather-evidence.ts'
import type { Noticed } from './noticed.ts'
import type { History } from './history.ts'
import { changesOf, timelineColumns, timelineRows } from './timeline.ts'
import type { ToldChanges } from './told-changes.ts'

const mostEarlier = 20
const mostChanges = 400
/** What lies closer than this to an incident is part of it, and nothing that happened before, ms. */
const apartMs = 60_000

const seriesBasis =
  'polled values as the site was seen once a second, every second for two minutes around the moment, else the highest (voltages: lowest) of 5 s; shorter events can be missed'

/** What stays the same of an incident whenever it is judged anew. */
export interface IncidentIdentity {
  readonly id: string
  readonly openedAtMs: number
  readonly said: Incident['said']
}

export interface JudgeSources {
  readonly history: History
  readonly told: ToldChanges
  /** Incidents of before. */
  readonly earlier: () => readonly Incident[]
}

const multipleOf = (evidence: IncidentEvidence): number | null => {
  const rating = evidence.circuit?.ratingA ?? null
  const loads = evidence.poles.flatMap(({ beforeA }) => (beforeA === null ? [] : [beforeA]))
  return rating === null || loads.length === 0 ? null : Math.max(...loads) / rating
}

/** Earlier incidents of the same circuit; neither itself nor what belongs to the same moment. */
const earlierOf = (
  all: readonly Incident[],
  circuitId: string | null,
  { id }: IncidentIdentity,
  atMs: number,
): IncidentEvidence['earlier'] =>
  all
    .filter(
      (one) => one.id !== id && one.partOf === undefined && one.circuitId === circuitId && one.atMs < atMs - apartMs,
    )
    .map((one) => ({
      atMs: one.atMs,
      multiple: multipleOf(one.evidence as unknown as IncidentEvidence),
      cause: one.confirmedCause ?? one.topCause,
    }))
    .slice(-mostEarlier)

const changesAround = (
  { history, told }: JudgeSources,
  circuitId: string | null,
  { atMs, circuit }: IncidentEvidence,
): readonly IncidentChange[] => {
  const { site } = history
  const [fromMs, toMs] = [atMs - beforeMs, atMs + afterMs]
  const changes: readonly IncidentChange[] = [
    ...changesOf(site, history, circuitId, history.frames(fromMs, toMs)),
    ...told.between(fromMs, toMs),
    { atMs, kind: 'incident', subject: circuit?.name ?? site.name, text: 'the moment' },
  ]
  const near = [...changes].sort((a, b) => Math.abs(a.atMs - atMs) - Math.abs(b.atMs - atMs)).slice(0, mostChanges)
  return near.sort((a, b) => a.atMs - b.atMs)
}

/** Copies, since what is kept and sent is no view of the table. */
const rankedRow = (cause: RankedCause): Incident['ranked'][number] => ({
  ...cause,
  evidenceFor: cause.evidenceFor.map((reason) => ({ ...reason, numbers: [...reason.numbers] })),
  evidenceAgainst: cause.evidenceAgainst.map((reason) => ({ ...reason, numbers: [...reason.numbers] })),
  missing: [...cause.missing],
  checkNext: [...cause.checkNext],
})

/** Evidence, ranking, verdict and timeline of what was noticed, from all that is known by now. */
export const judgeIncident = (
  sources: JudgeSources,
  noticed: Noticed,
  about: IncidentIdentity,
  nowMs: number,
): Incident => {
  const { history } = sources
  const { site } = history
  const earlier = earlierOf(sources.earlier(), noticed.circuitId, about, noticed.atMs)
  const evidence = gatherEvidence(history, { ...noticed, earlier })
  const ranked = rankCauses(evidence)
  const [top] = ranked
  const columns = timelineColumns(site, history, noticed.circuitId)
  const frames = history.frames(evidence.atMs - beforeMs, evidence.atMs + afterMs)
  const { times, values } = timelineRows(columns, frames, evidence.atMs)
  return {
    version: incidentVersion,
    id: about.id,
    openedAtMs: about.openedAtMs,
    said: about.said,
    siteName: site.name,
    timezone: site.timezone,
    atMs: evidence.atMs,
    updatedAtMs: nowMs,
    kind: evidence.kind,
    circuitId: noticed.circuitId,
    circuitName: evidence.circuit?.name ?? null,
    phases: evidence.poles.filter(({ fell }) => fell).map(({ phase }) => phase),
    chargers: evidence.chargers.map(({ name }) => name),
    verdict: verdictOf(evidence, ranked),
    topCause: top?.cause ?? 'not-explained',
    topProbability: top?.probability ?? 0,
    state: nowMs - evidence.atMs >= afterMs ? 'complete' : 'open',
    status: 'new',
    confirmedCause: null,
    missing: [...evidence.data.gaps],
    evidence: { ...evidence },
    ranked: ranked.map(rankedRow),
    times: [...times],
    series: columns.map(({ about: series }, index) => ({ ...series, values: [...(values[index] ?? [])] })),
    seriesBasis,
    changes: [...changesAround(sources, noticed.circuitId, evidence)],
    notes: [],
    photos: [],
  }
}
