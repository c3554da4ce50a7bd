import { phases, type Phase } from '../model/phase.ts'

/**
 * How a meter may be connected, and by how much each phase's angle is then turned (electrical.md 6.3, angles of the current behind
 * its voltage, degrees). All offsets are multiples of 60: that is what makes them tell apart.
 */
export type WiringKind =
  | 'right'
  | 'reversed'
  | 'all-reversed'
  | 'currents-swapped'
  | 'currents-swapped-one-reversed'
  | 'currents-swapped-both-reversed'
  | 'voltages-swapped'
  | 'rotated'

export interface Hypothesis {
  readonly kind: WiringKind
  /** The phases it names: the reversed ones, or the two that changed places; all where all are meant. */
  readonly phases: readonly Phase[]
  /** By phase L1, L2, L3, degrees. */
  readonly offsets: readonly [number, number, number]
  /** How unlikely it is before anything is seen, in units of a cost: mistakes made at once. Editable assumption. */
  readonly cost: number
}

/** Where each phase's voltage stands. */
const stands: readonly [number, number, number] = [0, -120, 120]

const of = (three: (index: number) => number): [number, number, number] => [three(0), three(1), three(2)]
const standOf = (index: number): number => stands[index] ?? 0

const pairs = [
  [0, 1],
  [1, 2],
  [0, 2],
] as const
const named = (indexes: readonly number[]): readonly Phase[] => phases.filter((_, index) => indexes.includes(index))

const partner = (pair: readonly number[], index: number): number =>
  pair.includes(index) ? (pair.find((other) => other !== index) ?? index) : index

const reversedSets = [[0], [1], [2], [0, 1], [1, 2], [0, 2]]

/** Offset of a phase that carries the current of another. */
const currentOffset = (index: number, from: number): number => standOf(index) - standOf(from)

const swapped = (pair: readonly number[], reversed: readonly number[], kind: WiringKind, cost: number): Hypothesis => ({
  kind,
  phases: named(pair),
  offsets: of((index) => currentOffset(index, partner(pair, index)) + (reversed.includes(index) ? 180 : 0)),
  cost,
})

export const wiredRight: Hypothesis = { kind: 'right', phases: [], offsets: [0, 0, 0], cost: 0 }

export const hypotheses: readonly Hypothesis[] = [
  wiredRight,
  ...reversedSets.map((set): Hypothesis => ({
    kind: 'reversed',
    phases: named(set),
    offsets: of((index) => (set.includes(index) ? 180 : 0)),
    cost: 3 * set.length,
  })),
  { kind: 'all-reversed', phases: [...phases], offsets: [180, 180, 180], cost: 3 },
  ...pairs.map((pair) => swapped(pair, [], 'currents-swapped', 3)),
  ...pairs.map((pair) => swapped(pair, pair, 'currents-swapped-both-reversed', 6)),
  ...pairs.flatMap((pair) => pair.map((one) => swapped(pair, [one], 'currents-swapped-one-reversed', 7))),
  ...pairs.map((pair): Hypothesis => ({
    kind: 'voltages-swapped',
    phases: named(pair),
    offsets: of((index) => -currentOffset(index, partner(pair, index))),
    cost: 4,
  })),
  { kind: 'rotated', phases: [...phases], offsets: [120, 120, 120], cost: 4 },
  { kind: 'rotated', phases: [...phases], offsets: [-120, -120, -120], cost: 4 },
]
