import { describe, expect, it } from 'vitest'
import { createPlant, depot, random } from './test-support/plant.ts'

/** What control decided, wrote and told in four minutes in which a meter dies, a charger falls silent and the building jumps. */
const lived = async (stepMs: (second: number) => number) => {
  const plant = createPlant({ site: depot() })
  for (const id of ['cp1', 'cp2', 'cp3', 'cp4']) plant.plugIn(id)
  await plant.run(4)
  await plant.arm()
  let second = 0
  await plant.run(240, () => {
    second += 1
    const byMs = stepMs(second)
    if (byMs !== 0) plant.clock.setUtc(plant.clock.nowMs() + byMs)
    if (second === 60) plant.buildingA['f1'] = { L1: 30, L2: 20, L3: 0 }
    if (second === 90) plant.deadMeters.add('m1')
    if (second === 110) plant.deadMeters.clear()
    if (second === 130) plant.charger('cp4').readable = false
    if (second === 150) plant.charger('cp4').readable = true
    if (second === 170) plant.charger('cp2').limitA = 32
  })
  return {
    decisions: plant.decisions.map(({ chargers, circuits, notes }) => ({
      chargers: Object.values(chargers).map(({ inputAgeMs: _, ...charger }) => charger),
      circuits,
      notes,
    })),
    ages: plant.decisions.flatMap(({ chargers }) => Object.values(chargers).map(({ inputAgeMs }) => inputAgeMs ?? -1)),
    writes: Object.values(plant.chargers).map(({ writes }) => writes.map(({ limitA }) => limitA)),
    told: plant.events,
  }
}

describe('control by itself, on readings stamped by the calendar', () => {
  it('decides the same whatever the calendar does', async () => {
    const plain = await lived(() => 0)
    expect(plain.told.map(({ kind }) => kind)).toContain('fallback')
    for (const [name, sizesMs] of [
      ['5 s', [5000, -5000]],
      ['1 h', [3_600_000, -3_600_000]],
      ['800 d', [800 * 86_400_000, -800 * 86_400_000]],
    ] as const) {
      const rnd = random(7)
      const stepped = await lived(() => (rnd() < 0.2 ? (sizesMs[rnd() < 0.5 ? 0 : 1] ?? 0) : 0))
      expect(stepped.told, name).toEqual(plain.told)
      expect(stepped.writes, name).toEqual(plain.writes)
      expect(stepped.decisions, name).toEqual(plain.decisions)
      // The plant reads at fractions of a millisecond: of a difference of two epoch times the thousandth is noise.
      expect(Math.max(...stepped.ages.map((age, at) => Math.abs(age - (plain.ages[at] ?? NaN)))), name).toBeLessThan(1)
    }
  })
})
