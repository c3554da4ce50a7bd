import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { phases, type Phase } from '../model/phase.ts'
import { allocate } from './allocate.ts'
import { imbalanceExcess, imbalanceLimit } from './imbalance-rules.ts'
import type { AllocationCharger, AllocationProblem } from './problem.ts'
import { shareOf, strategies } from './strategies.ts'
import { pathOf, targetOf, tolerance } from './test-support/check.ts'
import { randomProblem } from './test-support/random-problem.ts'

const many = Number(process.env['TRIPSCOPE_FUZZ'] ?? 0)
const runs = (count: number) => ({ numRuns: Math.max(count, many), seed: 20_261_128, endOnFailure: false })

/** A site with powers, an imbalance rule, strategies, and vehicles of which some are known to draw on fewer phases. */
const full = fc
  .tuple(
    randomProblem(),
    fc.array(fc.tuple(fc.nat(4), fc.integer({ min: 0, max: 60_000 }), fc.boolean()), { maxLength: 3 }),
    fc.option(fc.integer({ min: 0, max: 400 })),
    fc.array(fc.tuple(fc.nat(7), fc.nat(strategies.length - 1), fc.nat(320)), { minLength: 10, maxLength: 10 }),
  )
  .map(([problem, powers, imbalance, each]): AllocationProblem => ({
    ...problem,
    nominalVoltageV: 230,
    powers: powers.map(([at, maximumVA, countsOther]) => ({
      nodeId: problem.nodes[at % problem.nodes.length]?.id ?? '',
      kind: 'site-demand',
      maximumVA,
      countsOther,
      label: 'power',
    })),
    imbalances: imbalance === null ? [] : [{ nodeId: 'n0', limitA: imbalance / 10, label: 'rule' }],
    chargers: problem.chargers.map((charger, index): AllocationCharger => {
      const [mask = 0, kind = 0, drawn = 0] = each[index] ?? []
      const drawnA = Object.fromEntries(
        charger.phases.filter((_, at) => (mask & (1 << at)) !== 0).map((phase) => [phase, Math.max(1, drawn / 10)]),
      )
      return {
        ...charger,
        share: shareOf(strategies[kind] ?? 'equal', `g${kind}`, {
          priority: charger.priority,
          arrival: charger.turn ?? 0,
          neededA: drawn / 10,
          hasTurn: false,
        }),
        ...(Object.keys(drawnA).length === 0 ? {} : { drawnA }),
      }
    }),
  }))

/** An accountant of powers and of imbalance who shares no line with the allocation. */
const brokenRules = (problem: AllocationProblem): readonly string[] => {
  const given = targetOf(allocate(problem))
  const below = (nodeId: string) => problem.chargers.filter((charger) => pathOf(problem, charger).includes(nodeId))
  const isSetAside = (charger: AllocationCharger) => charger.fixed !== null || !charger.canPause
  const powers = (problem.powers ?? []).flatMap(({ nodeId, maximumVA, countsOther }) => {
    const node = problem.nodes.find(({ id }) => id === nodeId)
    const other = countsOther ? phases.reduce((sum, phase) => sum + Math.max(0, node?.otherLoadA[phase] ?? 0), 0) : 0
    const controlled = below(nodeId).filter((charger) => !isSetAside(charger) && given(charger.id) > 0)
    const sum = below(nodeId).reduce((total, charger) => total + given(charger.id) * charger.phases.length, other)
    return sum > maximumVA / 230 + tolerance && controlled.length > 0 ? [`power at ${nodeId}: ${sum}`] : []
  })
  const imbalances = (problem.imbalances ?? []).flatMap(({ nodeId, limitA }) =>
    phases.flatMap((more) =>
      phases.flatMap((less) => {
        if (more === less) return []
        // At worst: everybody draws all it is given on the one phase, and no more than it draws now on the other.
        const isOn = ({ drawnA, phases: own }: AllocationCharger, phase: Phase) =>
          drawnA === undefined ? own.includes(phase) : (drawnA[phase] ?? 0) > 0
        const worst = below(nodeId).reduce((sum, charger) => {
          const amperes = given(charger.id)
          if (isOn(charger, more) === isOn(charger, less))
            return charger.fixed !== null && charger.drawnA === undefined && isOn(charger, more) ? sum + amperes : sum
          if (isOn(charger, more)) return sum + amperes
          return charger.fixed === null ? sum - Math.min(amperes, charger.drawnA?.[less] ?? 0) : sum
        }, 0)
        const controlled = below(nodeId).some(
          (charger) => !isSetAside(charger) && isOn(charger, more) && !isOn(charger, less) && given(charger.id) > 0,
        )
        return worst > limitA + tolerance && controlled ? [`${more} above ${less}: ${worst}`] : []
      }),
    ),
  )
  return [...powers, ...imbalances]
}

describe('powers, imbalance and strategies', () => {
  it('keeps every power and the imbalance rule in the plan', () => {
    fc.assert(
      fc.property(full, (problem) => {
        const broken = brokenRules(problem)
        if (broken.length > 0) throw new Error(`${broken.join('; ')} in ${JSON.stringify(problem)}`)
      }),
      runs(20_000),
    )
  })

  it('gives 0 or at least the minimum, names what binds, and does not depend on the order', () => {
    fc.assert(
      fc.property(full, (problem) => {
        const result = allocate(problem)
        for (const charger of problem.chargers) {
          const own = result.chargers[charger.id]
          if (own === undefined || own.boundBy.length === 0) throw new Error(`${charger.id} has no bound`)
          if (charger.fixed === null && own.targetA > 0 && own.targetA < charger.minimumA - tolerance)
            throw new Error(`${charger.id}: ${own.targetA}`)
        }
        const turned = { ...problem, nodes: problem.nodes.toReversed(), chargers: problem.chargers.toReversed() }
        expect(allocate(turned).chargers).toEqual(result.chargers)
      }),
      runs(3000),
    )
  })
})

describe('strategies', () => {
  const site = (chargers: readonly Partial<AllocationCharger>[]): AllocationProblem => ({
    nodes: [{ id: 'n', name: 'N', parentId: null, limitA: { L1: 40 }, otherLoadA: { L1: 0 } }],
    gridPower: null,
    chargers: chargers.map((charger, index) => ({
      id: `c${index}`,
      name: `C${index}`,
      circuitId: 'n',
      phases: ['L1'],
      minimumA: 6,
      maximumA: 32,
      resolutionA: 1,
      canPause: true,
      priority: 50,
      wants: true,
      demandCapA: null,
      override: null,
      fallback: null,
      fixed: null,
      ...charger,
    })),
  })
  const given = (problem: AllocationProblem) => problem.chargers.map(({ id }) => targetOf(allocate(problem))(id))
  const rank = (value: number) => ({ share: { group: '', rank: value } })

  it('a higher class takes all it can above the minimums; equal ranks share', () => {
    expect(given(site([{}, {}, {}]))).toEqual([14, 13, 13])
    expect(given(site([rank(1), rank(3), rank(2)]))).toEqual([6, 28, 6])
    expect(given(site([rank(1), { ...rank(3), demandCapA: 10 }, rank(2)]))).toEqual([6, 10, 24])
    expect(given(site([rank(3), rank(3), rank(2)]))).toEqual([17, 17, 6])
  })

  it('classes count within their own group only', () => {
    expect(
      given(
        site([
          { share: { group: 'a', rank: 9 } },
          { share: { group: 'b', rank: 1 } },
          { share: { group: 'b', rank: 0 } },
        ]),
      ),
    ).toEqual([17, 17, 6])
  })
})

describe('the imbalance rules', () => {
  it('are the figures of the reference', () => {
    expect(imbalanceLimit('de', 230)?.limitA).toBe(20)
    expect(imbalanceLimit('at', 230)?.limitA).toBe(16)
    expect(imbalanceLimit('ch', 230)?.limitA).toBe(16)
    expect(imbalanceLimit('none', 230)).toBeNull()
    expect(imbalanceLimit({ amperes: 18 }, 230)?.limitA).toBe(18)
    expect(imbalanceExcess([7.36, 3.68, 0], 4.6).excess).toBeCloseTo(2.76, 9)
    expect(imbalanceExcess([4.6, 0, 0], 4.6)).toEqual({ spread: 4.6, excess: 0 })
  })

  it('two single-phase cars on two phases let each other rise, a third of no phase known counts evenly', () => {
    const car = (id: string, phase: Phase, drawn: number): AllocationCharger => ({
      id,
      name: id,
      circuitId: 'n',
      phases: [phase],
      minimumA: 6,
      maximumA: 32,
      resolutionA: 1,
      canPause: true,
      priority: 50,
      wants: true,
      demandCapA: null,
      override: null,
      fallback: null,
      fixed: null,
      drawnA: { [phase]: drawn },
    })
    const problem = (chargers: readonly AllocationCharger[]): AllocationProblem => ({
      nodes: [
        {
          id: 'n',
          name: 'N',
          parentId: null,
          limitA: { L1: 100, L2: 100, L3: 100 },
          otherLoadA: { L1: 0, L2: 50, L3: 0 },
        },
      ],
      gridPower: null,
      imbalances: [{ nodeId: 'n', limitA: 20, label: 'VDE-AR-N 4100, 4.6 kVA' }],
      chargers,
    })
    const alone = allocate(problem([car('a', 'L1', 20)])).chargers['a']
    expect(alone?.targetA).toBe(20)
    expect(alone?.boundBy[0]).toMatchObject({ kind: 'phase-imbalance' })
    expect(alone?.boundBy[0]?.detail).toContain('L1 above L2: at most 20 A between two phases')
    const three = allocate(problem([car('a', 'L1', 20), car('b', 'L2', 20), car('c', 'L3', 20)]))
    expect(Object.values(three.chargers).map(({ targetA }) => targetA)).toEqual([32, 32, 32])
    const shy = allocate(problem([car('a', 'L1', 20), car('b', 'L2', 4), car('c', 'L3', 20)]))
    expect(shy.chargers['a']?.targetA).toBe(24)
  })
})
