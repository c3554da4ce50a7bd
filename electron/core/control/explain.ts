import { sayA } from '../../../shared/allocation/bounds.ts'
import type { Bound, ChargerDecision } from '../../../shared/model/decision.ts'
import type { Site } from '../../../shared/site/site.ts'

const nameOf = (site: Site, circuitId: string): string =>
  site.circuits.find((circuit) => circuit.id === circuitId)?.name ?? circuitId

/** The one sentence beside a charger's limit: "12 A, bound by Feeder 2, L2 (limit 63 A, other load 21.4 A, shared by 4 chargers)". */
export const explain = (
  targetA: number,
  state: ChargerDecision['state'],
  bounds: readonly Bound[],
  site: Site,
): string => {
  const first = targetA === 0 && state !== 'idle' ? 'Paused' : sayA(targetA)
  const bound = bounds[0]
  if (bound === undefined) return first
  const place = bound.circuitId === null ? null : nameOf(site, bound.circuitId)
  const numbers = place === null ? bound.detail : bound.detail.slice(bound.detail.indexOf(': ') + 2)
  switch (bound.kind) {
    case 'circuit-limit':
      return `${first}, bound by ${place ?? ''}, ${bound.phase ?? ''} (${numbers})`
    case 'grid-power':
      return `${first}, bound by the agreed power at ${place ?? ''} (${numbers})`
    default:
      return `${first}: ${bound.detail}`
  }
}
