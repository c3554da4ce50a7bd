import type { Finding } from '../../../shared/model/finding.ts'
import type { CaptureCause } from '../../../shared/wave/wave-observation.ts'

/** From which severity on a finding captures what the front end sees just then. */
export type FindingSeverity = 'warning' | 'critical'

/** A finding that is told so long after it was raised is none of now: it was held, acknowledged or restored. */
const freshMs = 5000
const rank = { info: 0, warning: 1, critical: 2 } as const

/** Captures by findings: each finding once, when it is raised. `now`: by the clock of the findings. */
export const createFindingTrigger = (capture: (source: string, cause: CaptureCause) => void) => {
  const wanted = new Map<string, FindingSeverity>()
  const seen = new Set<string>()
  return {
    set: (source: string, severity: FindingSeverity | null): void => {
      if (severity === null) wanted.delete(source)
      else wanted.set(source, severity)
    },
    of: (source: string): FindingSeverity | null => wanted.get(source) ?? null,
    take: ({ id, state, severity, title, raisedAtMs, updatedAtMs }: Finding): void => {
      const key = `${id} ${raisedAtMs}`
      const isNew = state === 'active' && updatedAtMs - raisedAtMs < freshMs && !seen.has(key)
      if (!isNew) return
      // What was raised stays known; the oldest go when there are many.
      if (seen.size > 1000) for (const oldest of [...seen].slice(0, 500)) seen.delete(oldest)
      seen.add(key)
      for (const [source, least] of wanted)
        if (rank[severity] >= rank[least]) capture(source, { kind: 'finding', title })
    },
  }
}
