import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocate } from './allocate.ts'
import type { AllocationProblem } from './problem.ts'
import {
  leftA,
  pathOf,
  placesOf,
  reservedA,
  targetOf,
  tierOf,
  tolerance,
  weightOf,
  type Place,
} from './test-support/check.ts'
import { randomProblem } from './test-support/random-problem.ts'

// Cheap throws instead of expect(): a hundred thousand sites are checked in every run.
const fail = (problem: AllocationProblem, what: string): never => {
  throw new Error(`${what}\n${JSON.stringify({ problem, result: allocate(problem) }, null, 1)}`)
}

const checkLimits = (problem: AllocationProblem): void => {
  const result = allocate(problem)
  const targets = targetOf(result)
  for (const place of placesOf(problem)) {
    if (leftA(problem, targets, place) >= -tolerance) continue
    for (const charger of problem.chargers) {
      if (weightOf(problem, charger, place) > 0 && targets(charger.id) > reservedA(charger) + 0.001) {
        fail(problem, `${place.nodeId} ${place.phase}: above its limit, and ${charger.id} has more than is set aside`)
      }
    }
  }
  for (const charger of problem.chargers) {
    const target = targets(charger.id)
    if ((result.chargers[charger.id]?.boundBy.length ?? 0) === 0) fail(problem, `${charger.id}: nothing bounds it`)
    if (charger.fixed !== null) continue
    if (target !== 0 && target < charger.minimumA) fail(problem, `${charger.id}: between 0 and its minimum`)
    const steps = target / charger.resolutionA
    if (Math.abs(steps - Math.round(steps)) > tolerance)
      fail(problem, `${charger.id}: not a multiple of its resolution`)
    const ceiling = Math.min(
      charger.maximumA,
      charger.override?.limitA ?? Infinity,
      charger.fallback?.limitA ?? Infinity,
    )
    if (target > Math.max(ceiling, reservedA(charger)) + tolerance)
      fail(problem, `${charger.id}: above its maximum, override or fallback`)
    const unseen =
      charger.fallback === null &&
      pathOf(problem, charger).some((id) =>
        charger.phases.some((phase) => problem.nodes.find((node) => node.id === id)?.otherLoadA[phase] === null),
      )
    if (unseen && target > reservedA(charger)) fail(problem, `${charger.id}: given current below a circuit nobody sees`)
  }
}

/**
 * A bound that is named is full: somebody on it has no room for a step (or, paused, for the minimum), and nobody on it who
 * is served at the same time is better off than this charger by more than a step (or than its own minimum): Bertsekas and
 * Gallager's bottleneck condition for max-min fairness, with one step for whole steps.
 */
const checkBounds = (problem: AllocationProblem): void => {
  const result = allocate(problem)
  const targets = targetOf(result)
  for (const charger of problem.chargers) {
    const own = result.chargers[charger.id]
    if (own === undefined || charger.fixed !== null) continue
    const circuits = own.boundBy.filter((bound) => bound.kind === 'circuit-limit' || bound.kind === 'grid-power')
    const caps = own.boundBy.filter((bound) => !circuits.includes(bound) && bound.kind !== 'charger-minimum')
    const next = own.targetA === 0 ? charger.minimumA : own.targetA + charger.resolutionA
    for (const cap of caps)
      if (cap.limitA >= next + tolerance) fail(problem, `${charger.id}: ${cap.kind} does not bind`)
    if (circuits.length === 0 && caps.length === 0) fail(problem, `${charger.id}: only its minimum is named`)
    const bottleneck = circuits.map((bound) => {
      const place = { nodeId: bound.circuitId ?? '', phase: bound.phase }
      const blind = unknownAt(problem, place)
      if (weightOf(problem, charger, place) === 0) fail(problem, `${charger.id}: names a place it does not use`)
      const peers = problem.chargers.filter(
        (peer) => tierOf(peer) === tierOf(charger) && weightOf(problem, peer, place) > 0,
      )
      const left = leftA(problem, targets, place)
      const needs = (peer: typeof charger) =>
        weightOf(problem, peer, place) * (targets(peer.id) === 0 ? peer.minimumA : peer.resolutionA)
      if (!blind && !peers.some((peer) => needs(peer) > left - tolerance))
        fail(problem, `${charger.id}: ${bound.detail} is not full`)
      const paused = own.targetA === 0
      const step = Math.max(...peers.map((peer) => peer.resolutionA))
      return (
        blind ||
        peers.every(
          (peer) =>
            paused || targets(peer.id) <= own.targetA + step + tolerance || targets(peer.id) <= reservedOrMinimum(peer),
        )
      )
    })
    if (caps.length === 0 && !bottleneck.some(Boolean))
      fail(problem, `${charger.id}: somebody better off could give it a step`)
  }
}
const unknownAt = (problem: AllocationProblem, place: Place): boolean => {
  const load = problem.nodes.find((node) => node.id === place.nodeId)?.otherLoadA ?? {}
  return place.phase === null ? Object.values(load).includes(null) : load[place.phase] === null
}
const reservedOrMinimum = (charger: AllocationProblem['chargers'][number]): number =>
  Math.ceil(charger.minimumA / charger.resolutionA - tolerance) * charger.resolutionA + tolerance

/** A paused charger cannot be let in beside the minimums of those that outrank it. */
const checkPausing = (problem: AllocationProblem): void => {
  const result = allocate(problem)
  for (const charger of problem.chargers) {
    if (charger.fixed !== null || (result.chargers[charger.id]?.targetA ?? 1) > 0) continue
    if (
      (result.chargers[charger.id]?.boundBy ?? []).every(
        (bound) => bound.kind !== 'circuit-limit' && bound.kind !== 'grid-power',
      )
    )
      continue
    const outranks = (other: typeof charger) =>
      tierOf(other) < tierOf(charger) ||
      (tierOf(other) === tierOf(charger) &&
        (other.priority > charger.priority ||
          (other.priority === charger.priority &&
            ((other.turn ?? 0) > (charger.turn ?? 0) ||
              ((other.turn ?? 0) === (charger.turn ?? 0) && other.id < charger.id)))))
    const held = (id: string): number => {
      const other = problem.chargers.find((item) => item.id === id)
      if (other === undefined || other.id === charger.id) return 0
      const target = targetOf(result)(id)
      if (tierOf(other) < tierOf(charger) || other.fixed !== null) return target
      return target > 0 && outranks(other)
        ? Math.min(target, reservedOrMinimum(other))
        : Math.min(target, reservedA(other))
    }
    const blind = placesOf(problem).some((place) => weightOf(problem, charger, place) > 0 && unknownAt(problem, place))
    const fits = placesOf(problem).every((place) => {
      const weight = weightOf(problem, charger, place)
      return weight === 0 || leftA(problem, held, place) >= weight * reservedOrMinimum(charger)
    })
    if (fits && !blind) fail(problem, `${charger.id} is paused although its minimum fits beside those that outrank it`)
  }
}

const runs = (count: number) => ({ numRuns: count, seed: 20_261_123, endOnFailure: false })

describe('allocate, over random sites and loads', () => {
  it('keeps every phase of every circuit inside its limit, every charger at 0 or its minimum, no override above a limit', () => {
    fc.assert(fc.property(randomProblem(), checkLimits), runs(100_000))
    // A machine that does other things beside needs longer; the count is what matters.
  }, 600_000)

  it('names bounds that are full and shares max-min fairly', () => {
    fc.assert(
      fc.property(randomProblem(), (problem) => {
        checkBounds(problem)
        checkPausing(problem)
      }),
      runs(20_000),
    )
  })

  it('does not depend on the order of circuits and chargers', () => {
    fc.assert(
      fc.property(randomProblem(), fc.infiniteStream(fc.nat(1000)), (problem, noise) => {
        const shuffle = <T>(items: readonly T[]): readonly T[] =>
          items
            .map((item) => ({ item, key: noise.next().value ?? 0 }))
            .sort((a, b) => a.key - b.key)
            .map(({ item }) => item)
        const other = allocate({ ...problem, nodes: shuffle(problem.nodes), chargers: shuffle(problem.chargers) })
        const one = allocate(problem)
        expect(other.chargers).toEqual(one.chargers)
        expect(other.nodes).toEqual(one.nodes)
      }),
      runs(3000),
    )
  })

  it('never gives the worst-off less when any circuit has more room', () => {
    fc.assert(
      fc.property(
        randomProblem({ plain: true, resolutionA: 1 }),
        fc.nat(4),
        fc.constantFrom('L1', 'L2', 'L3'),
        fc.integer({ min: 1, max: 400 }),
        (problem, at, phase, more) => {
          const raised = {
            ...problem,
            nodes: problem.nodes.map((node, index) =>
              index !== at % problem.nodes.length
                ? node
                : { ...node, limitA: { ...node.limitA, [phase]: (node.limitA[phase as 'L1'] ?? 0) + more / 10 } },
            ),
          }
          const worst = (which: AllocationProblem) =>
            Math.min(...Object.values(allocate(which).chargers).map((charger) => charger.targetA))
          if (worst(raised) < worst(problem)) fail(problem, `worst-off gets less after ${more / 10} A more`)
        },
      ),
      runs(20_000),
    )
  })
})
