import type { Phase } from '../../../shared/model/phase.ts'
import { siteSchema, type Site } from '../../../shared/site/site.ts'
import type { Dice } from './dice.ts'

/** A site to make incidents on, and the circuit on which they happen. */
export interface Shape {
  readonly name: string
  readonly site: Site
  readonly target: string
}

const breaker = (rating: number, more: object = {}) => ({ standard: 'IEC 60898-1', curve: 'C', rating, ...more })
const turned: readonly (readonly Phase[])[] = [
  ['L1', 'L2', 'L3'],
  ['L2', 'L3', 'L1'],
  ['L3', 'L1', 'L2'],
]

interface Draft {
  readonly circuits: readonly object[]
  readonly meters: readonly string[]
  readonly chargers: readonly {
    readonly circuit: string
    readonly phases: readonly Phase[]
    readonly maximum: number
  }[]
  readonly gridA: number
}

const siteOf = (name: string, { circuits, meters, chargers, gridA }: Draft, meterPeriodMs: number): Site =>
  siteSchema.parse({
    version: 1,
    id: name,
    name,
    timezone: 'Europe/Berlin',
    grid: { limit: gridA },
    lines: [{ transport: 'tcp', id: 'lan', host: '192.0.2.1', port: 502 }],
    meters: meters.map((id, index) => ({
      id,
      profile: 'janitza-umg',
      line: 'lan',
      unit: index + 1,
      periodMs: meterPeriodMs,
    })),
    circuits,
    chargers: chargers.map((charger, index) => ({
      id: `cp${String(index + 1)}`,
      profile: 'alfen-eve',
      line: 'lan',
      unit: 100 + index,
      ...charger,
    })),
  })

const posts = (circuit: string, count: number, maximum: number, turn = true) =>
  Array.from({ length: count }, (_none, index) => ({
    circuit,
    maximum,
    phases: turned[turn ? index % 3 : 0] ?? ['L1', 'L2', 'L3'],
  }))

/** Six kinds of sites, with the ratings drawn. */
export const shapeNames = ['one-box', 'two-feeders', 'depot', 'garage', 'own-breakers', 'one-board'] as const
export type ShapeName = (typeof shapeNames)[number]

/** Only the uppermost meter is there, as at many small sites. */
export const withMainMeterOnly = (shape: Shape): Shape => {
  const [main] = shape.site.circuits
  const meters = shape.site.meters.filter(({ id }) => id === main?.meter)
  const circuits = shape.site.circuits.map(({ meter, ...circuit }) =>
    circuit.id === main?.id ? { ...circuit, ...(meter === undefined ? {} : { meter }) } : { otherLoad: 0, ...circuit },
  )
  return { ...shape, site: { ...shape.site, meters, circuits } }
}

export const makeShape = (
  name: ShapeName,
  dice: Dice,
  extra: object = {},
  periods: readonly number[] = [1000, 1000, 1000, 500, 2000],
): Shape => {
  const periodMs = dice.pick(periods)
  const rated = (list: readonly number[]): number => dice.pick(list)
  switch (name) {
    case 'one-box': {
      const rating = rated([16, 20, 32])
      return {
        name,
        target: 'box',
        site: siteOf(
          name,
          {
            gridA: 63,
            meters: ['m-main', 'm-box'],
            circuits: [
              { id: 'main', meter: 'm-main', breaker: breaker(63) },
              { id: 'box', parent: 'main', meter: 'm-box', breaker: breaker(rating, extra) },
              { id: 'house', parent: 'main', breaker: breaker(32), otherLoad: 20 },
            ],
            chargers: posts('box', 2, rating, false),
          },
          periodMs,
        ),
      }
    }
    case 'two-feeders': {
      const rating = rated([32, 40])
      return {
        name,
        target: 'f1',
        site: siteOf(
          name,
          {
            gridA: 100,
            meters: ['m-main', 'm-f1', 'm-f2'],
            circuits: [
              { id: 'main', meter: 'm-main', breaker: breaker(100) },
              { id: 'f1', parent: 'main', meter: 'm-f1', breaker: breaker(rating, extra) },
              { id: 'f2', parent: 'main', meter: 'm-f2', breaker: breaker(rating) },
            ],
            chargers: [...posts('f1', 3, 32), ...posts('f2', 3, 32)],
          },
          periodMs,
        ),
      }
    }
    case 'depot': {
      const rating = rated([50, 63])
      return {
        name,
        target: 'f2',
        site: siteOf(
          name,
          {
            gridA: 250,
            meters: ['m-main', 'm-f1', 'm-f2', 'm-f3'],
            circuits: [
              {
                id: 'main',
                meter: 'm-main',
                breaker: { standard: 'IEC 60947-2', curve: 'thermal-magnetic', rating: 250 },
              },
              { id: 'f1', parent: 'main', meter: 'm-f1', breaker: breaker(rating) },
              { id: 'f2', parent: 'main', meter: 'm-f2', breaker: breaker(rating, extra) },
              { id: 'f3', parent: 'main', meter: 'm-f3', breaker: breaker(rating) },
            ],
            chargers: [...posts('f1', 4, 32), ...posts('f2', 5, 32), ...posts('f3', 4, 32)],
          },
          periodMs,
        ),
      }
    }
    case 'garage': {
      const rating = rated([32, 40, 50])
      return {
        name,
        target: 'g1',
        site: siteOf(
          name,
          {
            gridA: 125,
            meters: ['m-main', 'm-g1', 'm-g2'],
            circuits: [
              { id: 'main', meter: 'm-main', breaker: breaker(125) },
              { id: 'g1', parent: 'main', meter: 'm-g1', breaker: breaker(rating, extra) },
              { id: 'g2', parent: 'main', meter: 'm-g2', breaker: breaker(rating) },
              { id: 'lights', parent: 'main', breaker: breaker(16), otherLoad: 10 },
            ],
            chargers: [...posts('g1', 6, 16), ...posts('g2', 6, 16)],
          },
          periodMs,
        ),
      }
    }
    case 'own-breakers': {
      const rating = rated([40, 50])
      return {
        name,
        target: 'group',
        site: siteOf(
          name,
          {
            gridA: 160,
            meters: ['m-main', 'm-group', 'm-other'],
            circuits: [
              { id: 'main', meter: 'm-main', breaker: breaker(160) },
              { id: 'group', parent: 'main', meter: 'm-group', breaker: breaker(rating, extra) },
              { id: 'other', parent: 'main', meter: 'm-other', breaker: breaker(rating) },
              ...[1, 2, 3, 4].map((index) => ({
                id: `p${String(index)}`,
                parent: 'group',
                breaker: breaker(40),
                otherLoad: 0,
              })),
            ],
            chargers: [
              ...[1, 2, 3, 4].map((index) => ({
                circuit: `p${String(index)}`,
                maximum: 32,
                phases: turned[index % 3] ?? turned[0] ?? [],
              })),
              ...posts('other', 3, 32),
            ],
          },
          periodMs,
        ),
      }
    }
    case 'one-board': {
      const rating = rated([63, 80])
      return {
        name,
        target: 'board',
        site: siteOf(
          name,
          {
            gridA: 160,
            meters: ['m-grid', 'm-board'],
            circuits: [
              { id: 'grid', meter: 'm-grid', breaker: breaker(160) },
              { id: 'board', parent: 'grid', meter: 'm-board', breaker: breaker(rating, extra) },
              { id: 'hall', parent: 'grid', breaker: breaker(63), otherLoad: 40 },
            ],
            chargers: posts('board', 6, 32),
          },
          periodMs,
        ),
      }
    }
  }
}
