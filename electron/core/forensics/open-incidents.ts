import { afterMs, type Incident } from '../../../shared/forensics/incident.ts'
import { nearestOpen } from './dark-circuit.ts'
import { isMore, isPartOf, isSame } from './happening-watch.ts'
import type { Noticed } from './noticed.ts'
import { judgeIncident, type IncidentIdentity, type JudgeSources } from './judge-incident.ts'

/** An incident is judged anew at these ages, ms: more is known when chargers have fallen silent, came back, or the supply did. */
const judgedAtMs = [0, 1000, 2500, 5000, 10_000, 20_000, 45_000, 120_000, 300_000, afterMs] as const
/** So many that were noticed are remembered, so that none is told twice. */
const mostKnown = 200

interface Open extends IncidentIdentity {
  said: Incident['said']
  noticed: Noticed
  judged: number
  latest: Incident
}

/** The incidents whose minutes are still being kept: begun, judged again as more becomes known, joined where several are one. */
export const createOpenIncidents = (sources: JudgeSources, onIncident: (incident: Incident) => void) => {
  const { history } = sources
  let open: readonly Open[] = []
  let known: readonly Noticed[] = []
  let count = 0

  const judge = (one: Open, nowMs: number): void => {
    one.latest = judgeIncident(sources, one.noticed, one, nowMs)
    onIncident(one.latest)
  }
  /** What still has voltage below a circuit tells that another one opened. */
  const placed = (noticed: Noticed): Noticed => {
    if ((noticed.kind !== 'trip' && noticed.kind !== 'pole') || noticed.circuitId === null) return noticed
    const circuitId = nearestOpen(history, noticed.circuitId, noticed.atMs)
    return circuitId === noticed.circuitId ? noticed : { ...noticed, circuitId, kind: 'trip' }
  }
  const begin = (noticed: Noticed, said: Incident['said'], nowMs: number): Incident => {
    count += 1
    const id = `${new Date(noticed.atMs).toISOString().replace(/[:.]/g, '-')}-${String(count)}`
    const about = { id, openedAtMs: nowMs, said }
    const latest = judgeIncident(sources, noticed, about, nowMs)
    known = [...known.slice(1 - mostKnown), noticed]
    open = [...open, { ...about, noticed, judged: 1, latest }]
    onIncident(latest)
    return latest
  }
  /** Known already, as less than it is: the first charger that fell silent, before the whole circuit was seen to be open. */
  const upgraded = (noticed: Noticed, nowMs: number): boolean => {
    const one = open.find((each) => isMore(history, each.noticed, noticed))
    if (one === undefined) return false
    known = [...known, noticed]
    one.noticed = noticed
    judge(one, nowMs)
    return true
  }
  const judgeAgain = (one: Open, nowMs: number): void => {
    const due = judgedAtMs[one.judged]
    if (due === undefined || nowMs - one.noticed.atMs < due) return
    one.noticed = placed(one.noticed)
    while ((judgedAtMs[one.judged] ?? Infinity) <= nowMs - one.noticed.atMs) one.judged += 1
    judge(one, nowMs)
    if (one.latest.state === 'complete') open = open.filter((each) => each !== one)
  }
  /** Circuits that fell silent one after the other, until the breaker above them was seen to be open: they are one incident, and say which. */
  const join = (): void => {
    for (const one of open) {
      const whole = open.find((other) => other !== one && open.includes(one) && isPartOf(history, one, other))
      if (whole === undefined) continue
      open = open.filter((each) => each !== one)
      one.latest = { ...one.latest, partOf: whole.id, state: 'complete' }
      onIncident(one.latest)
    }
  }

  return {
    begin,
    /** What was noticed by an image; the same thing may be noticed again for some seconds. */
    notice: (all: readonly Noticed[], nowMs: number): void => {
      for (const noticed of all) {
        const at = placed(noticed)
        if (upgraded(at, nowMs)) continue
        if (!known.some((one) => isSame(history, one, at) || isSame(history, one, noticed))) begin(at, null, nowMs)
      }
      for (const one of [...open]) judgeAgain(one, nowMs)
      join()
    },
    find: (is: (incident: Incident) => boolean): Incident | undefined => open.find(({ latest }) => is(latest))?.latest,
    say: (id: string, said: Incident['said']): Incident | undefined => {
      const one = open.find((each) => each.id === id)
      if (one === undefined) return undefined
      one.said = said
      one.latest = { ...one.latest, said }
      onIncident(one.latest)
      return one.latest
    },
    all: (): readonly Incident[] => open.map(({ latest }) => latest),
    end: (why: string): void => {
      const nowMs = history.newestMs()
      for (const one of open) {
        const latest = nowMs === null ? one.latest : judgeIncident(sources, one.noticed, one, nowMs)
        const seenS = Math.round(((nowMs ?? latest.atMs) - latest.atMs) / 1000)
        const missing = [...latest.missing, `${why}: what came later than ${String(seenS)} s after it is not there`]
        onIncident(latest.state === 'complete' ? latest : { ...latest, state: 'cut', missing })
      }
      open = []
    },
  }
}
