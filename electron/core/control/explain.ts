import { sayA } from '../../../shared/allocation/bounds.ts'
import type { Bound } from '../../../shared/model/bound.ts'
import type { ChargerDecision } from '../../../shared/model/decision.ts'
import type { Site } from '../../../shared/site/site.ts'
import { pathOf } from './controlled-charger.ts'
import type { Place } from './waiting-line.ts'

const nameOf = (site: Site, circuitId: string): string => pathOf(site, circuitId)[0]?.name ?? circuitId

const minutes = (ms: number): string => `${Math.ceil(ms / 60_000)} min`

/** What a charger that waits, or that goes first because it waited, is told of turns (waiting-line.ts). */
const ofTurns = (targetA: number, state: ChargerDecision['state'], { hasTurn, turnInMs }: Place): string => {
  if (state !== 'paused' && state !== 'allocated') return ''
  if (hasTurn) return '; it waited longest and has its turn'
  return targetA === 0 && turnInMs !== null
    ? `; its turn comes within ${minutes(turnInMs)} if there is room for one`
    : ''
}

/** The one sentence beside a charger's limit: "12 A, bound by Feeder 2, L2 (limit 63 A, other load 21.4 A, shared by 4 chargers)". */
export const explain = (
  targetA: number,
  state: ChargerDecision['state'],
  bounds: readonly Bound[],
  site: Site,
  place?: Place,
): string => {
  // One that goes to another number of phases waits for its contactor, and for nobody's turn.
  const waits = place !== undefined && bounds[0]?.kind !== 'phase-switch'
  return `${reason(targetA, state, bounds, site)}${waits ? ofTurns(targetA, state, place) : ''}`
}

const reason = (targetA: number, state: ChargerDecision['state'], bounds: readonly Bound[], site: Site): string => {
  const first = targetA === 0 && state !== 'idle' ? 'Paused' : sayA(targetA)
  const bound = bounds[0]
  if (bound === undefined) return first
  const where = bound.circuitId === null ? null : nameOf(site, bound.circuitId)
  const numbers = bound.numbers ?? bound.detail
  switch (bound.kind) {
    case 'circuit-limit':
      return `${first}, bound by ${where ?? ''}, ${bound.phase ?? ''} (${numbers})`
    case 'grid-power':
      return `${first}, bound by the agreed power at ${where ?? ''} (${numbers})`
    default:
      return `${first}: ${bound.detail}`
  }
}
