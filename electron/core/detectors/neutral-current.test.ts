import { describe, expect, it } from 'vitest'
import { createScene, numberOf, told } from './test-support/scene.ts'

const f1 = (neutralA: number, each = 20) => ({ meters: { 'm-f1': { i: [each, each, each] as const, neutralA } } })
const ofNeutral = (text: string): boolean => text.includes(' neutral-current ')

describe('an overloaded neutral', () => {
  it('is told after 10 s above the limit of the circuit, with what the phases alone would make, and ends at 90 %', () => {
    const { see } = createScene()
    const seen: string[] = []
    let last = see(f1(34))
    for (let second = 0; second < 10; second += 1) {
      seen.push(...told(last).filter(ofNeutral))
      last = see(f1(34))
    }
    expect(seen).toEqual([])
    expect(told(last).filter(ofNeutral)).toEqual(['raised neutral-current f1'])
    const finding = last.active.find(({ detector }) => detector === 'neutral-current')
    expect(finding).toMatchObject({ severity: 'critical', subject: { kind: 'circuit', id: 'f1' } })
    // Balanced phases leave nothing for the neutral but harmonics.
    expect(numberOf(finding?.numbers ?? [], 'neutral, by the phases alone')).toBeCloseTo(0)
    expect(told(see(f1(29)))).not.toContain('cleared neutral-current f1')
    expect(told(see(f1(28.7))).filter(ofNeutral)).toEqual(['cleared neutral-current f1'])
  })
  it('is not watched where the meter has no such input, and not assessed where it says nothing', () => {
    const { see } = createScene()
    const without = see({ meters: { 'm-f1': {} } })
    expect(without.notAssessed.filter(({ detector }) => detector === 'neutral-current')).toEqual([])
    const silent = see({ meters: { 'm-f1': { neutralA: 5, quality: 'timeout' } } })
    expect(silent.notAssessed.filter(({ detector }) => detector === 'neutral-current')).toHaveLength(1)
  })
})
