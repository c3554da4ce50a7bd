import { describe, expect, it } from 'vitest'
import { perPhase, phases, type Phase } from '../model/phase.ts'
import { seededRandom } from '../test-support/seeded-random.ts'
import { assessMeter } from './assess-meter.ts'
import type { WiringCheck, WiringCheckId } from './check-result.ts'
import type { MeterView } from './meter-view.ts'
import { facts, right, shownBy, viewOf, type Wiring } from './test-support/wired-meter.ts'

const draws = 40
type Draw = { readonly view: MeterView; readonly random: () => number }

/** A meter above three chargers and other load: what it shows through this wiring, and what the chargers say of themselves. */
const drawn = (wiring: Wiring, random: () => number, ratio = 1): Draw => {
  const cars = phases.map(() => 6 + 26 * random())
  const loads = cars.map((car) => ({ amperes: car + 20 * random(), lagDeg: -3 + 18 * random() }))
  const shown = shownBy(
    wiring,
    loads,
    phases.map(() => 228 + 6 * random()),
  )
  const steps = (count: number) =>
    Array.from({ length: count }, () => ({ stepA: 4 + 8 * random(), share: ratio * (0.98 + 0.04 * random()) }))
  const view = viewOf(shown, {
    facts: { ...facts, chargers: 3 },
    chargersA: perPhase((phase) => cars[phases.indexOf(phase)]!),
    steps: perPhase(() => steps(3 + Math.floor(3 * random()))),
  })
  return { view, random }
}
const bad = (view: MeterView): readonly WiringCheck[] =>
  assessMeter(view, 0.01).filter(({ state }) => state === 'wrong' || state === 'check')
const named = (checks: readonly WiringCheck[], id: WiringCheckId) => checks.find((each) => each.id === id)

describe('what passive checks say of faults that turn no angle (electrical.md 6.3), on 40 random loads each', () => {
  it.each(phases)('an open transformer of %s', (phase: Phase) => {
    const random = seededRandom(11)
    const factor = phases.map((each) => (each === phase ? 0 : 1))
    let sure = 0
    for (let draw = 0; draw < draws; draw += 1) {
      const found = named(bad(drawn({ ...right, factor }, random).view), 'open-transformer')
      expect(found).toMatchObject({ phase, kind: `open ${phase}` })
      if (found?.state === 'wrong') sure += 1
    }
    // Where the other phases carry much else it could as well flow there: amber then, with both to look at.
    expect(sure).toBeGreaterThan(0)
    expect(sure).toBeLessThan(draws)
  })
  it.each([0.5, 0.8, 1.25, 2])('a ratio of %f', (ratio) => {
    const random = seededRandom(12)
    for (let draw = 0; draw < draws; draw += 1)
      expect(named(bad(drawn({ ...right, factor: [ratio, ratio, ratio] }, random, ratio).view), 'ratio')).toMatchObject(
        {
          state: 'wrong',
          kind: `ratio ${ratio}`,
        },
      )
  })
  it('a neutral that is missing: the star point floats, by 25 to 100 V in any direction', () => {
    const random = seededRandom(13)
    for (let draw = 0; draw < draws; draw += 1) {
      const [volts, turn] = [25 + 75 * random(), 2 * Math.PI * random()]
      const star = { re: volts * Math.cos(turn), im: volts * Math.sin(turn) }
      expect(named(bad(drawn({ ...right, star }, random).view), 'neutral')?.state).toBe('wrong')
    }
  })
  it('and nothing of a meter that is connected right, on 400 random loads', () => {
    const random = seededRandom(14)
    for (let draw = 0; draw < 400; draw += 1) expect(bad(drawn(right, random).view).map(({ says }) => says)).toEqual([])
  })
})
