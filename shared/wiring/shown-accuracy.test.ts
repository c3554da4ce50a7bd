import { describe, expect, it } from 'vitest'
import { meterError } from './meter-error.ts'
import { accuracyText, shownAccuracy, type AccuracyFacts } from './shown-accuracy.ts'
import { powerErrorPercent, transformerError } from './transformer-error.ts'

describe('what current transformers put wrong (electrical.md 6.2)', () => {
  it.each([
    ['0.5S', 1, 1.5, 90],
    ['0.5S', 5, 0.75, 45],
    ['0.5', 5, 1.5, 90],
    ['1', 20, 1.5, 90],
    ['0.2S', 100, 0.2, 10],
    ['cl. 0,5s', 120, 0.5, 30],
  ])('class %s at %f %% of its rating', (name, load, percent, minutes) => {
    expect(transformerError(name, load)).toEqual({ percent, minutes })
  })
  it('between two points it is between their limits, and outside of them nothing is promised', () => {
    expect(transformerError('0.5S', 10)?.percent).toBeGreaterThan(0.5)
    expect(transformerError('0.5S', 10)?.percent).toBeLessThan(0.75)
    expect(transformerError('0.5', 3)).toBeNull()
    expect(transformerError('0.5S', 130)).toBeNull()
    expect(transformerError('3', 40)).toBeNull()
    expect(transformerError('constructor', 40)).toBeNull()
  })
  it.each([
    [1, 0.015],
    [0.95, 0.589],
    [0.8, 1.324],
    [0.5, 3.038],
  ])('60 minutes at a power factor of %f are %f %% of power (vector 12)', (factor, percent) => {
    expect(powerErrorPercent(60, factor)).toBeCloseTo(percent, 3)
  })
  const facts = { transformer: { primary: 250, class: '0.5S' }, meterClass: undefined, currentA: 50, powerFactor: 0.8 }
  it('says why where nothing can be said', () => {
    const whyOf = (change: Partial<AccuracyFacts>) => {
      const accuracy = shownAccuracy({ ...facts, ...change })
      return accuracy.kind === 'unknown' ? accuracy.why.kind : null
    }
    expect(whyOf({ transformer: undefined })).toBe('no-class')
    expect(whyOf({ transformer: { primary: 250 }, meterClass: 'B' })).toBe('no-transformer-class')
    expect(whyOf({ currentA: null })).toBe('no-current')
    expect(whyOf({ transformer: { primary: 250, class: '0.5' }, currentA: 5 })).toBe('promises-nothing')
    // The transformers still promise something at 1.5 %, a meter of class B does not.
    expect(whyOf({ meterClass: 'B', currentA: 3.75 })).toBe('promises-nothing')
    expect(accuracyText(shownAccuracy({ ...facts, meterClass: 'B', currentA: 3.75 }))).toContain('class B of the meter')
  })
  it('counts the transformers, and the meter where its class is declared, as the root of their squares', () => {
    const ofTransformer = 0.5 + powerErrorPercent(30, 0.8)
    expect(shownAccuracy(facts)).toEqual({
      kind: 'known',
      of: 'transformer',
      loadPercent: 20,
      currentPercent: 0.5,
      powerPercent: ofTransformer,
    })
    const both = shownAccuracy({ ...facts, meterClass: 'B' })
    expect(both).toMatchObject({ of: 'both', powerPercent: Math.hypot(ofTransformer, 1) })
    expect(accuracyText(both)).toMatch(/power may be wrong by ± 1\.5 %/)
    const direct = shownAccuracy({ ...facts, transformer: undefined, meterClass: 'C', currentA: null })
    expect(direct).toMatchObject({ of: 'meter', powerPercent: 0.5, currentPercent: null })
  })
  it.each([
    ['A', 5, 2],
    ['B', 4.9, 1.5],
    ['C', 100, 0.5],
    ['1', 2, 1.5],
    ['0.5S', 1, 1],
    ['0.2S', 120, 0.2],
    ['B', 1.9, null],
    ['0.5S', 0.9, null],
  ] as const)('a meter of class %s at %f %% of its rating: %s', (name, load, percent) => {
    expect(meterError(name, load)).toBe(percent)
  })
})
