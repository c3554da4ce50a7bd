import type { IncidentEvidence } from '../../../shared/forensics/evidence.ts'
import {
  afterMs,
  beforeMs,
  incidentVersion,
  type Incident,
  type IncidentChange,
} from '../../../shared/forensics/incident.ts'
import { rankCauses } from '../../../shared/forensics/rank-causes.ts'
import { verdictOf } from '../../../shared/forensics/verdict.ts'
import type { Decision } from '../../../shared/model/decision.ts'
import type { Finding } from '../../../shared/model/finding.ts'
import type { Image } from '../../../shared/model/image.ts'
import type { Site } from '../../../shared/site/site.ts'
import { circuitsUnder } from '../detectors/circuit-tree.ts'
import { nearestOpen } from './dark-circuit.ts'
import { gatherEvidence } from './gather/gather-evidence.ts'
import { locateFall } from './gather/locate-fall.ts'
import { isMore, isSame, notice, noticedOf, type Noticed } from './happening-watch.ts'
import { createHistory, type SampledCurrent } from './history.ts'
import { changeOfFinding, changesOf, timelineColumns, timelineRows } from './timeline.ts'

/** "It just tripped": what a person saw, and when. */
export interface Report {
  readonly atMs: number
  /** null: the person does not know which. */
  readonly circuitId: string | null
  readonly who: string
  readonly note: string
  readonly saidAtMs: number
}

/** An incident is judged anew at these ages, ms: more is known when chargers have fallen silent, came back, or the supply did. */
const judgedAtMs = [0, 1000, 2500, 5000, 10_000, 20_000, 45_000, 120_000, 300_000, afterMs] as const
/** A person's time is good to some minutes; the fall of a load is looked for so far around it, ms. Editable assumption. */
const saidWithinMs = 180_000
/** A load that fell to nothing where a person says so; less than this was nothing, A. */
const saidFallA = 3
const mostEarlier = 20
const mostChanges = 400

interface Open {
  noticed: Noticed
  readonly id: string
  readonly openedAtMs: number
  readonly said: Incident['said']
  judged: number
  latest: Incident
}

export interface Forensics {
  /** A new frozen image of the site, UTC. */
  readonly image: (image: Image) => void
  /** A finding was raised, changed or cleared; may come before the image it was found on. */
  readonly finding: (finding: Finding) => void
  readonly decision: (decision: Decision) => void
  /** Sampled currents: they are in no record, so a replay judges without them. */
  readonly sampled: (sampled: SampledCurrent) => void
  /** Answers the incident it became, or the one it belongs to. */
  readonly report: (report: Report) => Incident
  readonly open: () => readonly Incident[]
  /** The recording ends: what is open stays as it is, and says so. */
  readonly end: (why: string) => void
}

export interface ForensicsSetup {
  readonly site: Site
  /** Incidents of before, for what comes again. */
  readonly earlier: () => readonly Incident[]
  /** A new incident, and every time more is known of it. */
  readonly onIncident: (incident: Incident) => void
}

/**
 * Notices what may need an explanation, freezes what was measured around it, and ranks causes, again as more becomes known. It follows
 * what a site says (images, findings, decisions) and changes nothing of it: the same record gives the same incidents.
 */
export const createForensics = ({ site, earlier, onIncident }: ForensicsSetup): Forensics => {
  const history = createHistory(site)
  const open: Open[] = []
  const known: Noticed[] = []
  const waiting: Noticed[] = []
  let told: IncidentChange[] = []
  let targets = new Map<string, number>()
  let count = 0

  const multipleOf = (evidence: IncidentEvidence): number | null => {
    const rating = evidence.circuit?.ratingA ?? null
    const loads = evidence.poles.flatMap(({ beforeA }) => (beforeA === null ? [] : [beforeA]))
    return rating === null || loads.length === 0 ? null : Math.max(...loads) / rating
  }
  const earlierOf = (circuitId: string | null, atMs: number): IncidentEvidence['earlier'] =>
    earlier()
      .filter((incident) => incident.circuitId === circuitId && incident.atMs < atMs - 1000)
      .map((incident) => ({
        atMs: incident.atMs,
        multiple: multipleOf(incident.evidence as unknown as IncidentEvidence),
        cause: incident.confirmedCause ?? incident.topCause,
      }))
      .slice(-mostEarlier)

  const judge = (noticed: Noticed, about: Pick<Open, 'id' | 'openedAtMs' | 'said'>, nowMs: number): Incident => {
    const evidence = gatherEvidence(history, { ...noticed, earlier: earlierOf(noticed.circuitId, noticed.atMs) })
    const ranked = rankCauses(evidence)
    const verdict = verdictOf(evidence, ranked)
    const [top] = ranked
    const columns = timelineColumns(site, history, noticed.circuitId)
    const frames = history.frames(evidence.atMs - beforeMs, evidence.atMs + afterMs)
    const { times, values } = timelineRows(columns, frames, evidence.atMs)
    const isComplete = nowMs - evidence.atMs >= afterMs
    const changes = [
      ...changesOf(site, history, noticed.circuitId, frames),
      ...told.filter(({ atMs }) => atMs >= evidence.atMs - beforeMs && atMs <= evidence.atMs + afterMs),
      {
        atMs: evidence.atMs,
        kind: 'incident' as const,
        subject: evidence.circuit?.name ?? site.name,
        text: 'the moment',
      },
    ].sort((a, b) => a.atMs - b.atMs)
    const near = [...changes].sort((a, b) => Math.abs(a.atMs - evidence.atMs) - Math.abs(b.atMs - evidence.atMs))
    const keptChanges = new Set(near.slice(0, mostChanges))
    return {
      version: incidentVersion,
      id: about.id,
      siteName: site.name,
      timezone: site.timezone,
      atMs: evidence.atMs,
      openedAtMs: about.openedAtMs,
      updatedAtMs: nowMs,
      kind: evidence.kind,
      circuitId: noticed.circuitId,
      circuitName: evidence.circuit?.name ?? null,
      phases: evidence.poles.filter(({ fell }) => fell).map(({ phase }) => phase),
      chargers: evidence.chargers.map(({ name }) => name),
      verdict,
      topCause: top?.cause ?? 'not-explained',
      topProbability: top?.probability ?? 0,
      state: isComplete ? 'complete' : 'open',
      status: 'new',
      confirmedCause: null,
      missing: [...evidence.data.gaps],
      said: about.said,
      evidence: { ...evidence },
      ranked: ranked.map((cause) => ({
        ...cause,
        evidenceFor: cause.evidenceFor.map((reason) => ({ ...reason, numbers: [...reason.numbers] })),
        evidenceAgainst: cause.evidenceAgainst.map((reason) => ({ ...reason, numbers: [...reason.numbers] })),
        missing: [...cause.missing],
        checkNext: [...cause.checkNext],
      })),
      times: [...times],
      series: columns.map(({ about: series }, index) => ({ ...series, values: [...(values[index] ?? [])] })),
      seriesBasis:
        'polled values as the site was seen once a second, every second for two minutes around the moment, else the highest (voltages: lowest) of 5 s; shorter events can be missed',
      changes: changes.filter((change) => keptChanges.has(change)),
      notes: [],
      photos: [],
    }
  }

  const begin = (noticed: Noticed, said: Incident['said'], nowMs: number): Incident => {
    count += 1
    const id = `${new Date(noticed.atMs).toISOString().replace(/[:.]/g, '-')}-${String(count)}`
    const about = { id, openedAtMs: nowMs, said }
    const latest = judge(noticed, about, nowMs)
    known.push(noticed)
    if (known.length > 200) known.shift()
    open.push({ noticed, ...about, judged: 1, latest })
    onIncident(latest)
    return latest
  }

  /** Known already, as less than it is: the first charger that fell silent, before the whole circuit was seen to be open. */
  const upgraded = (noticed: Noticed, nowMs: number): boolean => {
    const one = open.find((each) => isMore(history, each.noticed, noticed))
    if (one === undefined) return false
    known.push(noticed)
    one.noticed = noticed
    one.latest = judge(noticed, one, nowMs)
    onIncident(one.latest)
    return true
  }

  /** What still has voltage below a circuit tells that another one opened. */
  const placed = (noticed: Noticed): Noticed => {
    if ((noticed.kind !== 'trip' && noticed.kind !== 'pole') || noticed.circuitId === null) return noticed
    const circuitId = nearestOpen(history, noticed.circuitId, noticed.atMs)
    return circuitId === noticed.circuitId ? noticed : { ...noticed, circuitId, kind: 'trip' }
  }

  const judgeAgain = (one: Open, nowMs: number): void => {
    const due = judgedAtMs[one.judged]
    if (due === undefined || nowMs - one.noticed.atMs < due) return
    one.noticed = placed(one.noticed)
    while ((judgedAtMs[one.judged] ?? Infinity) <= nowMs - one.noticed.atMs) one.judged += 1
    one.latest = judge(one.noticed, one, nowMs)
    onIncident(one.latest)
    if (one.latest.state !== 'complete') return
    open.splice(open.indexOf(one), 1)
  }

  /** Where the load fell to nothing near a time that a person said; the largest fall of all circuits where the person named none. */
  const saidFall = ({
    atMs,
    circuitId,
  }: Report): { readonly circuitId: string; readonly atMs: number; readonly isPart: boolean } | null => {
    const asked = circuitId === null ? site.circuits : circuitsUnder(site, circuitId).slice(0, 1)
    const falls = asked.flatMap((circuit) => {
      const fall = locateFall(history, circuit.id, atMs - saidWithinMs, atMs + saidWithinMs)
      if (fall === null) return []
      const lostA = Math.max(...fall.poles.map(({ fell, beforeA }) => (fell ? (beforeA ?? 0) : 0)))
      const isPart = fall.poles.some(({ fell, beforeA }) => !fell && (beforeA ?? 0) >= saidFallA)
      return lostA >= saidFallA ? [{ circuitId: circuit.id, atMs: fall.atMs, isPart, lostA }] : []
    })
    return falls.sort((a, b) => b.lostA - a.lostA)[0] ?? null
  }

  return {
    image: (image) => {
      history.add(image)
      const all = [...waiting.splice(0), ...notice(history)]
      for (const noticed of all) {
        const at = placed(noticed)
        if (upgraded(at, image.atMs)) continue
        if (!known.some((one) => isSame(history, one, at) || isSame(history, one, noticed))) begin(at, null, image.atMs)
      }
      for (const one of [...open]) judgeAgain(one, image.atMs)
    },
    finding: (finding) => {
      history.noteFinding(finding)
      const change = changeOfFinding(finding)
      const isNew = !told.some(
        ({ atMs, subject, text }) => atMs === change.atMs && subject === change.subject && text === change.text,
      )
      if (isNew) told = [...told.slice(-999), change]
      const noticed = noticedOf(finding)
      if (noticed !== null) waiting.push(noticed)
    },
    decision: (decision) => {
      const next = new Map<string, number>()
      for (const [chargerId, { targetA, why }] of Object.entries(decision.chargers)) {
        next.set(chargerId, targetA)
        const before = targets.get(chargerId)
        if (decision.mode === 'armed' && before !== undefined && Math.abs(before - targetA) >= 0.5)
          told = [
            ...told.slice(-999),
            {
              atMs: decision.atMs,
              kind: 'decision',
              subject: chargerId,
              text: `control decides ${targetA.toFixed(1)} A for ${chargerId}: ${why}`,
            },
          ]
      }
      targets = next
    },
    sampled: history.noteSampled,
    report: (report) => {
      const fall = saidFall(report)
      const said = { who: report.who, note: report.note, atMs: report.atMs, saidAtMs: report.saidAtMs }
      const atMs = fall?.atMs ?? report.atMs
      const circuitId = fall?.circuitId ?? report.circuitId
      const existing = open.find(
        ({ latest }) =>
          Math.abs(latest.atMs - atMs) <= saidWithinMs &&
          (circuitId === null || latest.circuitId === null || latest.circuitId === circuitId),
      )
      if (existing !== undefined) {
        existing.latest = { ...existing.latest, said }
        onIncident(existing.latest)
        return existing.latest
      }
      const kind = fall === null ? ('said' as const) : fall.isPart ? ('pole' as const) : ('trip' as const)
      return begin(
        { kind, atMs, circuitId, chargerIds: null },
        said,
        Math.max(history.newestMs() ?? 0, report.saidAtMs),
      )
    },
    open: () => open.map(({ latest }) => latest),
    end: (why) => {
      const nowMs = history.newestMs()
      for (const one of open.splice(0)) {
        const latest = nowMs === null ? one.latest : judge(one.noticed, one, nowMs)
        const missing = [
          ...latest.missing,
          `${why}: what came later than ${String(Math.round(((nowMs ?? latest.atMs) - latest.atMs) / 1000))} s after it is not there`,
        ]
        onIncident(latest.state === 'complete' ? latest : { ...latest, state: 'cut', missing })
      }
    },
  }
}
