import type { Phase } from '../../../../../shared/model/phase.ts'
import { siteSchema, type Site } from '../../../../../shared/site/site.ts'
import type { Lie, MeterKind } from './eyes.ts'
import type { Dice } from './random.ts'
import { conductors, type Board, type Car, type Load, type Outlet, type Wires } from './wires.ts'

/** How a charger's own meter is: all terminals; T1 only, saying 0 of the others; T1 only, saying "not available" of them. */
export type OwnMeter = 'all' | 'first-zero' | 'first-absent'

export interface Field {
  readonly wires: Wires
  /** By meter id; a board's meter is `m` and its id. */
  readonly meters: ReadonlyMap<string, { readonly board: string; readonly kind: MeterKind }>
  readonly ownMeters: ReadonlyMap<string, OwnMeter>
  /** Site phase declared for each terminal: as wired, or wrong. */
  readonly declared: ReadonlyMap<string, readonly Phase[]>
  readonly site: Site
  readonly lie: Lie
  readonly isMapWrong: boolean
}

const lasts = 110

const lieOf = (dice: Dice): Lie =>
  dice.pick<() => Lie>([
    () => ({ kind: 'none' }),
    () => ({ kind: 'frozen' }),
    () => ({ kind: 'zero' }),
    () => ({ kind: 'all-zero' }),
    () => ({ kind: 'silent' }),
    () => ({ kind: 'reversed' }),
    () => ({ kind: 'swapped' }),
    () => ({ kind: 'rotated' }),
    () => ({
      kind: 'scaled',
      factor: dice.pick([0.01, 0.02, 0.1, 0.25, 0.33, 0.5, 0.8, 1.25, 2]),
    }),
    () => ({ kind: 'late', seconds: dice.between(3, 25) }),
    () => ({ kind: 'intermittent', lost: dice.between(0.2, 0.95) }),
    () => ({ kind: 'one-phase-dead', phase: dice.pick(conductors) }),
  ])()

/** Building load that leaves something to share most of the time, in steps a few tens of seconds apart. */
const loadOf = (dice: Dice, mostA: number): Load => {
  const steps: Load['steps'][number][] = []
  for (let fromS = -1; fromS < lasts; fromS += dice.between(8, 60)) {
    const level = dice.between(0, mostA)
    const of = () => Math.min(mostA, Math.max(0, level + dice.between(-0.3, 0.3) * mostA))
    steps.push({ fromS, amperes: { L1: of(), L2: of(), L3: of() } })
  }
  return { steps, rippleA: dice.pick([0, 0.1, 0.5, 1.5]) }
}

const carOf = (dice: Dice, maximumA: number): Car => ({
  terminals: dice.pick([1, 1, 2, 3, 3, 3]),
  maximumA: Math.min(maximumA, dice.pick([10, 16, 16, 20, 32, 32])),
  ampsPerS: dice.between(2, 12),
  delayS: dice.between(0.2, 3),
  fromS: dice.between(-1, 30),
})

const rotations: readonly (readonly Phase[])[] = [
  ['L1', 'L2', 'L3'],
  ['L2', 'L3', 'L1'],
  ['L3', 'L1', 'L2'],
]

export const randomField = (dice: Dice): Field => {
  const rootA = dice.pick([40, 63, 80, 100, 125])
  const feeders = dice.pick([0, 1, 2])
  const boards: Board[] = [
    {
      id: 'main',
      parent: null,
      limitA: rootA,
      load: loadOf(dice, rootA * dice.between(0.1, 0.8)),
    },
    ...Array.from({ length: feeders }, (_, index): Board => {
      const limitA = Math.min(rootA, dice.pick([32, 40, 63]))
      return {
        id: `f${index + 1}`,
        parent: 'main',
        limitA,
        load: loadOf(dice, limitA * dice.between(0, 0.5)),
      }
    }),
  ]
  const isMapWrong = dice.chance(0.15)
  const outlets = Array.from({ length: 1 + Math.floor(dice.next() * 5) }, (_, index): Outlet => {
    const maximumA = dice.pick([16, 20, 32, 32])
    const wiring = dice.pick(rotations)
    return {
      id: `cp${index + 1}`,
      board: dice.pick(boards).id,
      wiring: dice.chance(0.8) ? wiring : wiring.slice(0, 1),
      maximumA,
      car: dice.chance(0.85) ? carOf(dice, maximumA) : null,
    }
  })
  const declared = new Map(
    outlets.map(({ id, wiring }) => [
      id,
      isMapWrong && dice.chance(0.6) ? dice.pick(rotations).slice(0, wiring.length) : wiring,
    ]),
  )
  const metered = boards.filter(({ parent }) => parent === null || dice.chance(0.75))
  const liar = dice.pick(metered).id
  const lie = lieOf(dice)
  const meters = new Map(
    metered.map(({ id }) => [
      `m-${id}`,
      {
        board: id,
        kind: {
          periodS: dice.pick([0.4, 1, 1, 1, 1.4, 2]),
          windowS: dice.pick([0.2, 0.4, 1, 2]),
          delayS: dice.pick([0, 0.2, 0.6]),
          noiseShare: dice.pick([0.002, 0.005, 0.01]),
          lie: id === liar ? lie : ({ kind: 'none' } as const),
          lieFromS: dice.pick([-1, dice.between(5, 40)]),
        } satisfies MeterKind,
      },
    ]),
  )
  const ownMeters = new Map(
    outlets.map(({ id }) => [id, dice.pick<OwnMeter>(['all', 'all', 'all', 'first-zero', 'first-absent'])]),
  )
  const site = siteSchema.parse({
    version: 1,
    id: 'field',
    name: 'Field',
    grid: { limit: rootA },
    lines: [{ id: 'lan', transport: 'tcp', host: '127.0.0.1', port: 502 }],
    meters: [...meters].map(([id, { kind }]) => ({
      id,
      profile: 'x',
      line: 'lan',
      periodMs: kind.periodS * 1000,
    })),
    circuits: boards.map(({ id, parent, limitA, load }) => ({
      id,
      ...(parent === null ? {} : { parent }),
      limit: limitA,
      ...(meters.has(`m-${id}`) ? { meter: `m-${id}` } : {}),
      // Where nothing measures it, the most it can draw is declared, and truly.
      ...(meters.has(`m-${id}`) && dice.chance(0.6)
        ? {}
        : {
            otherLoad: Math.ceil(
              Math.max(...load.steps.flatMap(({ amperes }) => Object.values(amperes))) + load.rippleA,
            ),
          }),
    })),
    chargers: outlets.map(({ id, board, maximumA }) => ({
      id,
      profile: 'test',
      line: 'lan',
      circuit: board,
      phases: declared.get(id),
      maximum: maximumA,
      fallback: dice.pick([0, 0, 6, 8]),
      priority: dice.pick([10, 50, 50, 90]),
    })),
    control: {
      margin: dice.pick([0.9, 0.95, 1]),
      meterTimeout: dice.pick([2, 3, 4]),
      increaseDelay: dice.pick([3, 5, 10]),
      increaseStep: dice.pick([2, 4, 8]),
      resumeDelay: dice.pick([5, 20, 60]),
    },
  })
  return {
    wires: { boards, outlets },
    meters,
    ownMeters,
    declared,
    site,
    lie,
    isMapWrong,
  }
}
