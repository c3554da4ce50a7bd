import { circuitsUnder } from '../detectors/circuit-tree.ts'
import { locateFall } from './gather/locate-fall.ts'
import type { History } from './history.ts'

/** A person's time is good to some minutes; the fall of a load is looked for so far around it, ms. Editable assumption. */
export const saidWithinMs = 180_000
/** A load that fell to nothing where a person says so; less than this was nothing, A. */
const saidFallA = 3

export interface SaidFall {
  readonly circuitId: string
  readonly atMs: number
  /** Some of its poles went on. */
  readonly isPart: boolean
}

/** Where the load fell to nothing near a time that a person said; the largest fall of all circuits where the person named none. */
export const saidFall = (
  history: History,
  { atMs, circuitId }: { readonly atMs: number; readonly circuitId: string | null },
): SaidFall | null => {
  const { site } = history
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
