import type { IncidentChange } from '../../../shared/forensics/incident.ts'
import type { Decision } from '../../../shared/model/decision.ts'
import type { Finding } from '../../../shared/model/finding.ts'
import { changeOfFinding } from './timeline.ts'

/** So many of the newest are kept. */
const mostTold = 1000
/** A smaller change of a target is none, A. */
const changedA = 0.5

/** What findings and decisions tell for the timeline of an incident, oldest first, each once. */
export const createToldChanges = () => {
  let told: readonly IncidentChange[] = []
  let targets: ReadonlyMap<string, number> = new Map()
  const note = (change: IncidentChange): void => {
    told = [...told.slice(1 - mostTold), change]
  }
  return {
    finding: (finding: Finding): void => {
      const change = changeOfFinding(finding)
      const isKnown = told.some(
        ({ atMs, subject, text }) => atMs === change.atMs && subject === change.subject && text === change.text,
      )
      if (!isKnown) note(change)
    },
    decision: (decision: Decision): void => {
      const before = targets
      targets = new Map(Object.entries(decision.chargers).map(([id, { targetA }]) => [id, targetA]))
      if (decision.mode !== 'armed') return
      for (const [chargerId, { targetA, why }] of Object.entries(decision.chargers)) {
        const was = before.get(chargerId)
        if (was === undefined || Math.abs(was - targetA) < changedA) continue
        const text = `control decides ${targetA.toFixed(1)} A for ${chargerId}: ${why}`
        note({ atMs: decision.atMs, kind: 'decision', subject: chargerId, text })
      }
    },
    between: (fromMs: number, toMs: number): readonly IncidentChange[] =>
      told.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs),
  }
}
export type ToldChanges = ReturnType<typeof createToldChanges>
