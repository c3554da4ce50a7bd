import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inrushSign } from '../../../../shared/forensics/signs/supply-signs.ts'
import { calmEvidence } from '../../../../shared/forensics/test-support/calm-evidence.ts'
import { sceneSite } from '../../detectors/test-support/scene.ts'
import type { History, Reading } from '../history.ts'
import { createSampledCurrents } from '../sampled-currents.ts'
import { gatherSurge } from './gather-surge.ts'
import { locateFall } from './locate-fall.ts'

const site = sceneSite()
const tripS = 20
const feeder = site.circuits.find(({ id }) => id === 'f1')

interface Scene {
  /** Carried on each phase by feeder f1 until it trips, and by f2 until it does, A. */
  readonly loadA: number
  readonly otherA: number
  readonly otherTripS: number
  readonly surgeA: number
  readonly surgePhase: number
  /** The front end's clock is ahead of the meters by this, s; the feeder's meter is read every so many seconds. */
  readonly aheadS: number
  readonly pollS: number
  readonly noise: (at: number) => number
  /** Elsewhere a load of this begins on one phase as the feeder trips, A. */
  readonly joinsA?: number
  readonly joinsPhase?: number
}
const calm: Scene = {
  loadA: 12,
  otherA: 20,
  otherTripS: Infinity,
  surgeA: 300,
  surgePhase: 2,
  aheadS: 0,
  pollS: 1,
  noise: () => 0,
}

/** The incomer is sampled; the feeders are polled. A surge lasts 20 ms and ends with the trip. */
const historyOf = (scene: Scene): History => {
  const { loadA, otherA, otherTripS, surgeA, surgePhase, aheadS, pollS, noise, joinsA = 0, joinsPhase } = scene
  const currents = createSampledCurrents()
  for (let tenth = 1; tenth < 400; tenth += 1) {
    const toS = tenth / 10
    const mid = toS - 0.05
    const base = 30 + (mid < tripS ? loadA : 0) + (mid < otherTripS ? otherA : 0)
    const isSurge = surgeA > 0 && tripS > toS - 0.1 && tripS <= toS
    const joins = (p: number): number => (p === joinsPhase && mid >= tripS ? joinsA : 0)
    const row = [0, 1, 2].map(
      (p) => base + joins(p) + noise(tenth * 3 + p) + (isSurge && p === surgePhase ? surgeA : 0),
    )
    const three = [row[0] ?? 0, row[1] ?? 0, row[2] ?? 0] as const
    currents.note({ atMs: 1000 * (toS + aheadS), circuitId: 'main', source: 'scope', highestA: three, rmsA: three })
  }
  const readings = (amperes: number, untilS: number, fromMs: number, toMs: number): readonly Reading[] =>
    Array.from({ length: Math.floor(40 / pollS) }, (_, at) => at * pollS)
      .map((atS) => ({ atMs: atS * 1000, value: atS < untilS ? amperes : 0 }))
      .filter(({ atMs }) => atMs >= fromMs && atMs <= toMs)
  return {
    site,
    sampledOf: currents.between,
    circuitCurrent: (id: string, _phase: number, fromMs: number, toMs: number) =>
      id === 'f1'
        ? readings(loadA, tripS, fromMs, toMs)
        : id === 'f2'
          ? readings(otherA, otherTripS, fromMs, toMs)
          : [],
  } as unknown as History
}
const surgeOf = (scene: Scene) => {
  const history = historyOf(scene)
  const fall = locateFall(history, 'f1', 0, 30_000)
  if (fall === null || feeder === undefined) throw new Error('no fall')
  return gatherSurge(history, feeder, fall)
}

const scenes = fc.record({
  loadA: fc.double({ min: 8, max: 30, noNaN: true }),
  otherA: fc.double({ min: 0, max: 50, noNaN: true }),
  surgePhase: fc.integer({ min: 0, max: 2 }),
  aheadS: fc.double({ min: -1.5, max: 1.5, noNaN: true }),
  pollS: fc.constantFrom(0.5, 1, 2, 5),
  seed: fc.integer({ min: 1, max: 1e6 }),
})
const noiseOf =
  (seed: number) =>
  (at: number): number =>
    1.5 * Math.sin(seed * 12.9898 + at * 78.233)

describe('a surge that is sampled above a feeder', () => {
  it('is found whatever the poll, other loads and the clocks are, on its phase and as high as it was', () => {
    fc.assert(
      fc.property(scenes, fc.double({ min: 100, max: 2000, noNaN: true }), ({ seed, ...scene }, surgeA) => {
        const surge = surgeOf({ ...calm, ...scene, noise: noiseOf(seed), surgeA })
        expect(surge).toMatchObject({ circuitId: 'main', isOwn: false, phase: `L${String(scene.surgePhase + 1)}` })
        expect(Math.abs((surge?.aboveA ?? 0) - surgeA)).toBeLessThan(8)
        expect(surge?.fellAtOnce).toEqual([])
      }),
      { numRuns: 20 },
    )
  })
  it('that was not there is said not to have been there', () => {
    fc.assert(
      fc.property(scenes, ({ seed, ...scene }) => {
        const surge = surgeOf({ ...calm, ...scene, noise: noiseOf(seed), surgeA: 0 })
        expect(surge?.aboveA ?? 0).toBeLessThan(8)
      }),
      { numRuns: 20 },
    )
  })
  it('is not laid to one feeder where another fell in the same moment, and is where the other fell apart from it', () => {
    expect(surgeOf({ ...calm, otherTripS: tripS })).toBeNull()
    expect(surgeOf({ ...calm, otherA: 8, loadA: 30, otherTripS: tripS })?.fellAtOnce).toEqual(['f2'])
    expect(surgeOf({ ...calm, otherTripS: tripS + 0.9 })?.fellAtOnce).toEqual([])
  })
  it('is found beside a load that begins on one phase in the same moment, which is no surge', () => {
    const joins = { ...calm, joinsA: 250, joinsPhase: 0 }
    expect(surgeOf(joins)).toMatchObject({ phase: 'L3' })
    expect(surgeOf({ ...joins, surgeA: 0 })?.aboveA).toBeLessThan(8)
  })
  it('says nothing where the samples do not show the fall: a clock that is minutes off', () => {
    expect(surgeOf({ ...calm, aheadS: 5 })).toBeNull()
  })
})

describe('what the sign makes of it', () => {
  const signOf = (scene: Scene) => {
    const base = calmEvidence()
    return inrushSign({ ...base, inrush: { ...base.inrush, surge: surgeOf(scene) } })
  }
  it.each([
    ['above', calm],
    ['none-sampled', { ...calm, surgeA: 4 }],
    ['small', { ...calm, surgeA: 40 }],
    ['shared', { ...calm, otherA: 8, loadA: 30, otherTripS: tripS }],
    ['unknown', { ...calm, aheadS: 5 }],
  ] as const)('%s', (state, scene) => {
    expect(signOf(scene).state).toBe(state)
  })
})
