import { phases, type Phase } from '../model/phase.ts'
import { circuitLimitA } from '../site/circuit-limit.ts'
import { pathUp } from '../site/path-up.ts'
import type { Site } from '../site/site.ts'

/** What is known of one phase where a socket is to be wired. */
export interface SocketPhase {
  readonly phase: Phase
  /** Sockets already wired with their first terminal on it, below the circuit itself. */
  readonly sockets: number
  /** What single-phase cars there could draw on it at most, as a share of the circuit's limit; the fullest circuit above counts. */
  readonly share: number
  /** What the circuit carries there now, A; null where it is not known. */
  readonly loadA: number | null
}
export interface SocketAdvice {
  readonly circuitId: string
  /** Terminals T1, T2, T3 in this order, a right-handed rotation; fewer where the circuit has fewer phases. */
  readonly wire: readonly Phase[]
  readonly phases: readonly SocketPhase[]
  /** What decided it. */
  readonly by: 'only-phase' | 'sockets' | 'load' | 'first'
}

/** L1 L2 L3, L2 L3 L1 or L3 L1 L2: every other order turns the field round. */
const turned = (first: Phase, has: readonly Phase[]): readonly Phase[] => {
  const at = phases.indexOf(first)
  return [...phases.slice(at), ...phases.slice(0, at)].filter((phase) => has.includes(phase))
}

const nearly = 1e-9

/**
 * On which phase the first terminal of the next socket goes. A single-phase car draws on T1 alone, so sockets are spread by where their
 * first terminal lies: the phase on which such cars could draw least, on the fullest of the circuits above, and among equals the one that
 * carries least now. null: there is no such circuit.
 */
export const nextSocket = (
  site: Site,
  circuitId: string,
  loadA: (phase: Phase) => number | null = () => null,
): SocketAdvice | null => {
  const path = pathUp(site, circuitId)
  const [circuit] = path
  if (circuit === undefined) return null
  const below = new Map(
    path.map(({ id }) => [
      id,
      site.chargers.filter((charger) => pathUp(site, charger.circuit).some((at) => at.id === id)),
    ]),
  )
  const of = (phase: Phase): SocketPhase => {
    const shares = path.map((at) => {
      const drawn = (below.get(at.id) ?? [])
        .filter((charger) => charger.phases[0] === phase)
        .reduce((sum, { maximum }) => sum + maximum, 0)
      return drawn / circuitLimitA(site, at)
    })
    return {
      phase,
      sockets: (below.get(circuit.id) ?? []).filter((charger) => charger.phases[0] === phase).length,
      share: Math.max(...shares),
      loadA: loadA(phase),
    }
  }
  const has = phases.filter((phase) => circuit.phases.includes(phase))
  const known = has.map(of)
  const least = Math.min(...known.map(({ share }) => share))
  const emptiest = known.filter(({ share }) => share <= least + nearly)
  const byLoad = emptiest.every((at) => at.loadA !== null)
    ? [...emptiest].sort((one, other) => (one.loadA ?? 0) - (other.loadA ?? 0))
    : emptiest
  const [best] = byLoad
  if (best === undefined) return null
  const isByLoad = emptiest.length > 1 && byLoad !== emptiest && byLoad.some((at) => at.loadA !== best.loadA)
  return {
    circuitId,
    wire: turned(best.phase, has),
    phases: known,
    by: has.length === 1 ? 'only-phase' : emptiest.length === 1 ? 'sockets' : isByLoad ? 'load' : 'first',
  }
}

/** Why, in one sentence. */
export const socketAdviceText = ({ wire, phases: known, by }: SocketAdvice): string => {
  const [first] = wire
  const at = known.find(({ phase }) => phase === first)
  const counts = known.map(({ phase, sockets }) => `${sockets} on ${phase}`).join(', ')
  switch (by) {
    case 'only-phase':
      return `it is the only phase of this circuit`
    case 'sockets':
      return `sockets below begin with their first terminal ${counts}, and single-phase cars could draw least on ${first ?? ''}, on the fullest circuit above: ${Math.round(100 * (at?.share ?? 0))} % of its limit`
    case 'load':
      return `sockets are even (${counts}), and ${first ?? ''} carries least now`
    case 'first':
      return `sockets are even (${counts}): any phase is as good`
  }
}
