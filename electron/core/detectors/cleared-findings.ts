import { severities, type Finding } from '../../../shared/model/finding.ts'

/** Of each detector, subject and key only the newest cleared one is kept, with a count; this many of them in all. */
const mostCleared = 500

/** While a finding is held it only gets worse: a value on the edge of critical must not flicker. */
export const worse = (a: Finding['severity'], b: Finding['severity']): Finding['severity'] =>
  severities.indexOf(a) >= severities.indexOf(b) ? a : b

/** What was so and nobody has seen yet, by place. */
export const createClearedFindings = (cleared: Map<string, Finding>) => ({
  newestFirst: (): readonly Finding[] => [...cleared.values()].reverse(),
  placeOf: (findingId: string): string | undefined => [...cleared].find(([, { id }]) => id === findingId)?.[0],
  at: (place: string): Finding | undefined => cleared.get(place),
  /** Another one at the same place: they are one, as bad as the worst of them. */
  keep: (place: string, finding: Finding): void => {
    const before = cleared.get(place)
    cleared.delete(place)
    cleared.set(
      place,
      before === undefined
        ? finding
        : { ...finding, severity: worse(before.severity, finding.severity), repeats: (before.repeats ?? 0) + 1 },
    )
    const oldest = cleared.keys().next()
    if (cleared.size > mostCleared && oldest.done !== true) cleared.delete(oldest.value)
  },
  change: (place: string, change: (finding: Finding) => Finding): void => {
    const over = cleared.get(place)
    if (over !== undefined) cleared.set(place, change(over))
  },
  seen: (place: string): void => {
    cleared.delete(place)
  },
})
