import type { Site, SiteCircuit } from './site.ts'
import { siteError, type SiteFinding } from './site-finding.ts'

/** One root, no circles: every circuit is fed, step by step, from the one at the grid connection. */
export const checkTree = (site: Site): SiteFinding[] => {
  const byId = new Map(site.circuits.map((circuit) => [circuit.id, circuit]))
  const roots = site.circuits
    .map((circuit, index) => ({ circuit, index }))
    .filter(({ circuit }) => circuit.parent === undefined)
  const tooMany = roots
    .slice(1)
    .map(({ circuit, index }) =>
      siteError(
        ['circuits', index],
        `'${circuit.id}' has no parent, but '${roots[0]?.circuit.id ?? ''}' is already the circuit at the grid connection`,
        `add 'parent: <the circuit that feeds it>'`,
      ),
    )
  const none =
    roots.length > 0
      ? []
      : [
          siteError(
            ['circuits'],
            'no circuit is the one at the grid connection',
            "leave out 'parent' at exactly one circuit",
          ),
        ]
  const reported = new Set<string>()
  const circles = site.circuits.flatMap((circuit, index) => {
    const circle = circleFrom(circuit, byId)
    if (circle === null || circle.some((id) => reported.has(id))) return []
    for (const id of circle) reported.add(id)
    return [
      siteError(
        ['circuits', index, 'parent'],
        `the circuits feed each other in a circle: ${[...circle, circle[0]].join(' < ')}`,
        'correct one parent so that all lead to the grid connection',
      ),
    ]
  })
  return [...tooMany, ...none, ...circles]
}

/** The ids of the circle this circuit is part of, or null. */
const circleFrom = (start: SiteCircuit, byId: ReadonlyMap<string, SiteCircuit>): string[] | null => {
  const path = new Set([start.id])
  for (let next = start.parent; next !== undefined; next = byId.get(next)?.parent) {
    if (next === start.id) return [...path]
    // A circle further up that this circuit only leads into is told at its own members.
    if (path.has(next)) return null
    path.add(next)
  }
  return null
}
