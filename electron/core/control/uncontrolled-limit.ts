import type { AllocationResult } from '../../../shared/allocation/problem.ts'
import type { Bound } from '../../../shared/model/bound.ts'
import { canShow } from '../../../shared/charger/abilities.ts'
import type { ChargerView } from './charger-watch.ts'
import type { Narrowing } from './constraints.ts'
import { ceilToStep } from './controlled-charger.ts'
import type { Standing } from './problem.ts'
import { own } from '../../../shared/own.ts'

/**
 * A charger not under control is told to come down, never up: at most its fallback, its last order and a person's limit. The
 * last order is forgotten only where the declared worst case says that the fallback fits (blind-fallback.ts), and of one that never
 * shows what it does.
 */
export const uncontrolledLimit = (
  { view: { charger }, blind, override }: Standing,
  givenA: number | null,
  causes: readonly Bound[],
  fits: boolean,
): Narrowing => {
  if (charger.abilities.monitoredOnly !== null) {
    const why = `not controlled: ${charger.abilities.monitoredOnly}`
    return {
      maxA: charger.maximumA,
      bounds: [{ kind: 'charger-maximum', circuitId: null, phase: null, limitA: charger.maximumA, detail: why }],
    }
  }
  // One that can never show that it follows would else never be given anything: its maximum is set aside, so it may have its fallback.
  // What one was left at that was not read yet is not known: its fallback is no raise above what is set aside, where that fits.
  const unknownA = fits ? charger.fallbackA : 0
  const lastA = blind !== null ? blind.limitA : canShow(charger.abilities) ? (givenA ?? unknownA) : Infinity
  const cappedA = Math.min(charger.fallbackA, lastA, override?.limitA ?? Infinity)
  const maxA = cappedA >= charger.minimumA ? cappedA : charger.canPause ? 0 : ceilToStep(charger, charger.minimumA)
  const bounds = causes.map((bound) => ({ ...bound, limitA: maxA }))
  if (override === null || override.limitA > maxA) return { maxA, bounds }
  return {
    maxA,
    bounds: [
      {
        kind: 'override',
        circuitId: null,
        phase: null,
        limitA: override.limitA,
        detail: override.text,
      },
      ...bounds,
    ],
  }
}

/** Every circuit above it holds what is set aside, on every phase it may use. */
export const hasRoomAbove = (
  { charger, mayUse }: ChargerView,
  results: readonly Pick<AllocationResult, 'nodes'>[],
): boolean =>
  results.every(({ nodes }) =>
    charger.path.every((circuit) =>
      mayUse.every((phase) => {
        const node = own(nodes, circuit.id)?.[phase]
        return node === undefined ? !circuit.phases.includes(phase) : (node.headroomA ?? -1) >= 0
      }),
    ),
  )
