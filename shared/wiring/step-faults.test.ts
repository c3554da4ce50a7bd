import { describe, expect, it } from 'vitest'
import { perPhase, phases, type Phase } from '../model/phase.ts'
import { seededRandom } from '../test-support/seeded-random.ts'
import { analyseSteps, type Plateau } from './step-test.ts'
import { verdictOf } from './step-verdict.ts'
import { right, shownBy, type Load, type Wiring } from './test-support/wired-meter.ts'

const drawsPerFault = 40
const pairs = [
  [0, 1],
  [1, 2],
  [0, 2],
] as const
const swap = (list: readonly number[], [one, other]: readonly [number, number]) =>
  list.map((value, index) => (index === one ? list[other]! : index === other ? list[one]! : value))
const times = (on: readonly number[], factor: number) =>
  right.factor.map((value, index) => (on.includes(index) ? value * factor : value))
const named = (on: readonly number[]) => phases.filter((_, index) => on.includes(index))
const and = (on: readonly number[]) => named(on).join(' and ')

/** Every fault of electrical.md 6.3 that a step can show, on each phase or pair it can be on, with what must be said of it. */
const faults: readonly (readonly [name: string, wiring: Wiring, says: RegExp])[] = [
  ...[0, 1, 2].map(
    (on) =>
      [
        `reversed on ${named([on])[0]!}`,
        { ...right, factor: times([on], -1) },
        RegExp(`transformer ${and([on])} reversed`),
      ] as const,
  ),
  ['all reversed', { ...right, factor: [-1, -1, -1] }, /all current transformers reversed/],
  ...pairs.flatMap((pair) => [
    [
      `currents swapped, ${and(pair)}`,
      { ...right, currentFrom: swap([0, 1, 2], pair) },
      RegExp(`transformers ${and(pair)} have changed places,`),
    ] as const,
    [
      `currents swapped and reversed, ${and(pair)}`,
      { ...right, currentFrom: swap([0, 1, 2], pair), factor: times(pair, -1) },
      RegExp(`transformers ${and(pair)} have changed places and are reversed`),
    ] as const,
    [
      `voltages swapped, ${and(pair)}`,
      { ...right, voltageFrom: swap([0, 1, 2], pair) },
      RegExp(`inputs ${and(pair)} have changed places`),
    ] as const,
  ]),
  ['rotated on', { ...right, currentFrom: [1, 2, 0] }, /one phase on from their voltages/],
  ['rotated back', { ...right, currentFrom: [2, 0, 1] }, /one phase on from their voltages/],
  ...[0, 1, 2].map(
    (on) =>
      [
        `open on ${named([on])[0]!}`,
        { ...right, factor: times([on], 0) },
        RegExp(`look at the current transformer of ${and([on])} `),
      ] as const,
  ),
  ...[0.5, 0.8, 1.25, 2].map(
    (ratio) =>
      [
        `ratio ${ratio}`,
        { ...right, factor: times([0, 1, 2], ratio) },
        RegExp(`shows ${ratio} times the step`),
      ] as const,
  ),
]

/** Two loads of one phase as one: their phasors added. */
const together = (one: Load, other: Load): Load => {
  const part = ({ amperes, lagDeg }: Load, of: (radians: number) => number) => amperes * of((lagDeg * Math.PI) / 180)
  const [re, im] = [Math.cos, Math.sin].map((of) => part(one, of) + part(other, of)) as [number, number]
  return { amperes: Math.hypot(re, im), lagDeg: (Math.atan2(im, re) * 180) / Math.PI }
}

/** Three rounds of 6 to 16 A by a three-phase car, over other load of any size and angle that wanders a little. */
const stepsThrough = (wiring: Wiring, random: () => number): readonly Plateau[] => {
  const other = phases.map((): Load => ({ amperes: 1 + 60 * random(), lagDeg: -10 + 45 * random() }))
  const carLagDeg = 3 + 10 * random()
  const volts = phases.map(() => 226 + 10 * random())
  const plateauOf = (index: number): Plateau => {
    const level = index % 2 === 0 ? 'low' : 'high'
    const amperes = level === 'low' ? 6 : 16
    const readings = Array.from({ length: 10 }, () =>
      shownBy(
        wiring,
        other.map((load) =>
          together({ ...load, amperes: load.amperes * (1 + 0.006 * (random() - 0.5)) }, { amperes, lagDeg: carLagDeg }),
        ),
        volts,
      ),
    )
    const of = (quantity: 'i' | 'p' | 'q' | 'u') =>
      perPhase((phase: Phase) => readings.map((reading) => reading[quantity][phases.indexOf(phase)]!))
    return {
      level,
      terminalA: phases.map(() => readings.map(() => amperes + 0.1 * (random() - 0.5))),
      terminalV: [],
      meters: new Map([['m', { i: of('i'), p: of('p'), q: of('q'), u: of('u') }]]),
      settleMs: new Map(),
    }
  }
  return [0, 1, 2, 3, 4, 5, 6].map(plateauOf)
}
const meter = { id: 'm', name: 'Meter', isAbove: true, isReversed: false }
const charger = { id: 'c', name: 'Charger', phases }
const badOf = (wiring: Wiring, random: () => number): readonly string[] =>
  verdictOf(analyseSteps(stepsThrough(wiring, random), ['m'], 10), charger, [meter])
    .findings.filter(({ subject, state }) => subject.kind === 'meter' && state !== 'good')
    .map(({ says }) => says)

describe('the active test through every wiring fault (electrical.md 6.3)', () => {
  it.each(faults)('%s is named on 40 random loads', (_, wiring, says) => {
    const random = seededRandom(91)
    for (let draw = 0; draw < drawsPerFault; draw += 1) {
      const bad = badOf(wiring, random)
      expect(
        bad.some((each) => says.test(each)),
        `draw ${draw}: ${bad.join(' | ') || 'nothing'}`,
      ).toBe(true)
    }
  })
  it('nothing is said of a meter that is connected right, on 400 random loads', () => {
    const random = seededRandom(92)
    for (let draw = 0; draw < 400; draw += 1) expect(badOf(right, random), `draw ${draw}`).toEqual([])
  })
})
