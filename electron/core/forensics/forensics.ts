import type { Incident } from '../../../shared/forensics/incident.ts'
import type { Decision } from '../../../shared/model/decision.ts'
import type { Finding } from '../../../shared/model/finding.ts'
import type { SampledObservation } from '../../../shared/model/observation.ts'
import type { Image } from '../../../shared/model/image.ts'
import type { Site } from '../../../shared/site/site.ts'
import { notice, noticedOf } from './happening-watch.ts'
import type { Noticed } from './noticed.ts'
import { createHistory } from './history.ts'
import { createOpenIncidents } from './open-incidents.ts'
import { saidFall, saidWithinMs } from './said-fall.ts'
import { createToldChanges } from './told-changes.ts'

/** "It just tripped": what a person saw, and when. */
export interface Report {
  readonly atMs: number
  /** null: the person does not know which. */
  readonly circuitId: string | null
  readonly who: string
  readonly note: string
  readonly saidAtMs: number
}

export interface Forensics {
  /** A new frozen image of the site, UTC. */
  readonly image: (image: Image) => void
  /** A finding was raised, changed or cleared; may come before the image it was found on. */
  readonly finding: (finding: Finding) => void
  readonly decision: (decision: Decision) => void
  /** What samples of currents and voltages showed: on the record as everything else, so a replay judges with it. */
  readonly sampled: (observation: SampledObservation) => void
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
  /** A new incident, and every time more is known of it; with `partOf` when it turned out to be part of another. */
  readonly onIncident: (incident: Incident) => void
}

/**
 * Notices what may need an explanation, freezes what was measured around it, and ranks causes, again as more becomes known. It follows
 * what a site says (images, findings, decisions) and changes nothing of it: the same record gives the same incidents.
 */
export const createForensics = ({ site, earlier, onIncident }: ForensicsSetup): Forensics => {
  const history = createHistory(site)
  const told = createToldChanges()
  const incidents = createOpenIncidents({ history, told, earlier }, onIncident)
  const waiting: Noticed[] = []

  return {
    image: (image) => {
      history.add(image)
      incidents.notice([...waiting.splice(0), ...notice(history)], image.atMs)
    },
    finding: (finding) => {
      history.noteFinding(finding)
      told.finding(finding)
      const noticed = noticedOf(finding)
      if (noticed !== null) waiting.push(noticed)
    },
    decision: told.decision,
    sampled: history.noteSampled,
    report: (report) => {
      const fall = saidFall(history, report)
      const said = { who: report.who, note: report.note, atMs: report.atMs, saidAtMs: report.saidAtMs }
      const atMs = fall?.atMs ?? report.atMs
      const circuitId = fall?.circuitId ?? report.circuitId
      const existing = incidents.find(
        (one) =>
          Math.abs(one.atMs - atMs) <= saidWithinMs &&
          (circuitId === null || one.circuitId === null || one.circuitId === circuitId),
      )
      const known = existing === undefined ? undefined : incidents.say(existing.id, said)
      if (known !== undefined) return known
      const kind = fall === null ? ('said' as const) : fall.isPart ? ('pole' as const) : ('trip' as const)
      const nowMs = Math.max(history.newestMs() ?? 0, report.saidAtMs)
      return incidents.begin({ kind, atMs, circuitId, chargerIds: null }, said, nowMs)
    },
    open: incidents.all,
    end: incidents.end,
  }
}
