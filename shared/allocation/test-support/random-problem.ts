import fc from 'fast-check'
import { phases, type Phase } from '../../model/phase.ts'
import type { AllocationCharger, AllocationNode, AllocationProblem } from '../problem.ts'

/** Small numbers pick from these lists, so that a failing problem shrinks to a short one. */
const phaseMaps: readonly (readonly Phase[])[] = [
  ['L1', 'L2', 'L3'],
  ['L2', 'L3', 'L1'],
  ['L3', 'L1', 'L2'],
  ['L1'],
  ['L2'],
  ['L3'],
  ['L1', 'L2'],
]
const resolutions = [1, 0.5, 0.1, 2]

export interface ProblemOptions {
  /** Only ordinary chargers with a vehicle that can pause: one tier, so statements about the worst-off hold. */
  readonly plain?: boolean
  readonly resolutionA?: number
}

const node = (index: number) =>
  fc
    .tuple(
      fc.nat(Math.max(0, index - 1)),
      fc.array(fc.integer({ min: 0, max: 1600 }), { minLength: 3, maxLength: 3 }),
      fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 3, maxLength: 3 }),
      fc.nat(19),
    )
    .map(([parent, limits, loads, oddity]): AllocationNode => ({
      id: `n${index}`,
      name: `node ${index}`,
      parentId: index === 0 ? null : `n${parent}`,
      limitA: Object.fromEntries(phases.map((phase, at) => [phase, (limits[at] ?? 0) / (index === 0 ? 5 : 10)])),
      // One in twenty nodes is not measured on one phase; one in five carries nothing but chargers.
      otherLoadA: Object.fromEntries(
        phases.map((phase, at) => [phase, oddity === 0 && at === 1 ? null : oddity < 5 ? 0 : (loads[at] ?? 0) / 13]),
      ),
    }))

const charger = (index: number, nodes: number, options: ProblemOptions) =>
  fc
    .tuple(
      fc.nat(nodes - 1),
      fc.nat(phaseMaps.length - 1),
      fc.nat(resolutions.length - 1),
      fc.integer({ min: 0, max: 26 }),
      fc.nat(3),
      fc.nat(2),
      fc.nat(39),
      fc.integer({ min: 0, max: 400 }),
    )
    .map(([circuit, map, resolution, above, priority, turn, oddity, amount]): AllocationCharger => {
      const plain = options.plain === true
      const amountA = amount / 10
      return {
        id: `c${index}`,
        name: `charger ${index}`,
        circuitId: `n${circuit}`,
        phases: phaseMaps[map] ?? [],
        minimumA: !plain && oddity === 1 ? 8 : 6,
        maximumA: 6 + above + (oddity === 2 ? 0.3 : 0) + (oddity === 1 ? 2 : 0),
        resolutionA: options.resolutionA ?? resolutions[resolution] ?? 1,
        canPause: plain || oddity > 2,
        priority: priority * 20,
        turn,
        wants: plain || oddity < 32,
        demandCapA: oddity === 10 ? amountA : null,
        override: !plain && oddity >= 11 && oddity < 15 ? { limitA: amountA } : null,
        fallback: !plain && oddity >= 15 && oddity < 18 ? { limitA: amountA, why: 'meter silent' } : null,
        fixed: !plain && oddity >= 18 && oddity < 20 ? { currentA: amountA, why: 'not readable' } : null,
      }
    })

export const randomProblem = (options: ProblemOptions = {}): fc.Arbitrary<AllocationProblem> =>
  fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 10 }), fc.nat(9))
    .chain(([nodes, chargers, power]) =>
      fc.record({
        nodes: fc.tuple(...Array.from({ length: nodes }, (_, index) => node(index))),
        chargers: fc.tuple(...Array.from({ length: chargers }, (_, index) => charger(index, nodes, options))),
        gridPower: fc.constant(power < 2 ? { maximumW: 8000 + 30_000 * power, nominalVoltageV: 230 } : null),
      }),
    )
    .map((problem): AllocationProblem =>
      options.plain === true
        ? {
            ...problem,
            nodes: problem.nodes.map((item) => ({
              ...item,
              otherLoadA: { L1: item.otherLoadA.L1 ?? 0, L2: item.otherLoadA.L2 ?? 0, L3: item.otherLoadA.L3 ?? 0 },
            })),
          }
        : problem,
    )
